"""What a person tells of herself, written down: name, language, time of day, dose, attributes.

What changes when texts come is planned anew from now on; what came due before stays as decided.
"""

from datetime import date, datetime, time

from django.db import transaction

from campaigns.content import Content
from campaigns.manners import DISCREET
from campaigns.rules import AttributeKind
from enrolment import anchors
from enrolment.models.attribute import Attribute
from enrolment.models.enrolment import Enrolment
from enrolment.withholding import withhold_all
from trust import audit
from trust.models import User

#: Columns of the participant; every other attribute is a row.
_OWN_COLUMNS = frozenset({"first_name", "language", "slot"})
_PLANNED_BY = frozenset({"language", "slot"})
SOURCE = "participant"


@transaction.atomic
def set_attribute(
    *,
    enrolment: Enrolment,
    content: Content,
    name: str,
    value: str,
    now: datetime,
    source: str = SOURCE,
) -> None:
    """The caller holds the row locks of the recipient and of her open enrolments."""
    if name in _OWN_COLUMNS:
        _set_own(enrolment, name, value, now)
        return
    if name == DISCREET:
        set_discreet(enrolment=enrolment, is_discreet=value == "yes", now=now)
        return
    rule = content.attributes.get(name)
    kind = AttributeKind.CHOICE if rule is None else rule.kind
    is_words = kind is AttributeKind.TEXT
    # Sealed words are bound to their row's id, so the row is found before it is written.
    row = Attribute.objects.filter(participant=enrolment.participant, name=name).first()
    row = row or Attribute(participant=enrolment.participant, name=name)
    row.value, row.words = ("", value) if is_words else (value, None)
    row.source, row.set_at = source, now
    row.save()
    if kind is AttributeKind.DATE:
        _set_day(enrolment, content, name, date.fromisoformat(value), source, now)
    audit.record(verb="participant.set", subject=enrolment, detail={"attribute": name})


@transaction.atomic
def set_discreet(
    *, enrolment: Enrolment, is_discreet: bool, now: datetime, actor: User | None = None
) -> None:
    """For all her campaigns. What is queued in the usual words is taken back. The caller holds the
    row locks of the recipient and of her open enrolments."""
    participant = enrolment.participant
    participant.is_discreet = is_discreet
    participant.save(update_fields=["is_discreet"])
    if is_discreet:
        theirs = Enrolment.objects.filter(participant=participant, status__in=Enrolment.OPEN)
        withhold_all(
            enrolments=list(theirs.select_related("participant")), reason=DISCREET, now=now
        )
    detail: dict[str, str | bool] = {"attribute": DISCREET, "value": is_discreet}
    audit.record(verb="participant.set", subject=enrolment, actor=actor, detail=detail)


@transaction.atomic
def set_hours(*, enrolment: Enrolment, start: time, end: time, now: datetime) -> None:
    """Own hours, for every campaign of the number. The caller holds the row locks."""
    participant = enrolment.participant
    participant.hours_start, participant.hours_end = start, end
    participant.save(update_fields=["hours_start", "hours_end"])
    _plan_all_anew(enrolment, now)
    audit.record(verb="participant.set", subject=enrolment, detail={"attribute": "hours"})


@transaction.atomic
def set_usual_hours(*, enrolment: Enrolment, now: datetime) -> None:
    """The campaign's hours again, instead of own ones. The caller holds the row locks."""
    participant = enrolment.participant
    participant.hours_start = participant.hours_end = None
    participant.save(update_fields=["hours_start", "hours_end"])
    _plan_all_anew(enrolment, now)
    audit.record(verb="participant.set", subject=enrolment, detail={"attribute": "hours"})


@transaction.atomic
def set_zone(*, enrolment: Enrolment, zone: str, now: datetime) -> None:
    """An IANA zone, for all her campaigns; what is queued is `enrolment.rezoning`'s. The caller
    holds the row locks."""
    participant = enrolment.participant
    participant.time_zone = zone
    participant.save(update_fields=["time_zone"])
    _plan_all_anew(enrolment, now)
    audit.record(verb="participant.set", subject=enrolment, detail={"attribute": "time_zone"})


@transaction.atomic
def set_profile(*, enrolment: Enrolment, profile: str, now: datetime) -> None:
    """The dose from now on; what the other dose would have sent before is not caught up."""
    enrolment.profile = profile
    enrolment.save(update_fields=["profile"])
    _plan_anew(enrolment, now)
    audit.record(verb="enrolment.profile", subject=enrolment, detail={"profile": profile})


def _set_own(enrolment: Enrolment, name: str, value: str, now: datetime) -> None:
    participant = enrolment.participant
    if name in _PLANNED_BY and getattr(participant, name) == value:
        return
    setattr(participant, name, value)
    participant.save(update_fields=[name])
    if name in _PLANNED_BY:
        _plan_all_anew(enrolment, now)
    audit.record(verb="participant.set", subject=enrolment, detail={"attribute": name})


def _set_day(
    enrolment: Enrolment, content: Content, name: str, day: date, source: str, now: datetime
) -> None:
    """The date's anchor, and the end of those it takes the place of: a birth ends a due date."""
    replaced = [other for other, rule in content.attributes.items() if rule.replaced_by == name]
    anchors.in_force(enrolment).filter(kind__in=replaced).update(replaced_at=now)
    anchors.set_day(enrolment=enrolment, kind=name, day=day, source=source, now=now)


def _plan_all_anew(enrolment: Enrolment, now: datetime) -> None:
    """Language, slot and hours belong to the person, so all her campaigns follow."""
    _plan_anew(enrolment, now)
    others = Enrolment.objects.filter(
        participant_id=enrolment.participant_id, status__in=Enrolment.OPEN
    ).exclude(pk=enrolment.pk)
    for other in others.order_by("pk"):
        _plan_anew(other, now)


def _plan_anew(enrolment: Enrolment, now: datetime) -> None:
    if enrolment.next_due_at is not None and enrolment.status == Enrolment.Status.PAUSED:
        # A pause that has just ended, and whose tick is still to come.
        enrolment.next_due_at = max(enrolment.next_due_at, now)
    anchors.replan_from(enrolment=enrolment, now=now)
