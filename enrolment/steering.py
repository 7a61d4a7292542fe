"""What staff do for a person about her journey: a pause, a date, a language, hours, leaving.

By the verbs her own texts use, under the same locks, with an audit row that names who did it. Each
is False when the enrolment has ended meanwhile, or nothing was to be changed.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.rules import QUIT_DATE_ANCHOR
from campaigns.schedule import Span, instant_at, local_day
from enrolment import applying, consequences, leaving, pausing, rewording, rezoning
from enrolment.holding import Held, hold
from enrolment.models.enrolment import Enrolment
from enrolment.models.participant import Participant
from enrolment.talk import Change, SetAttribute
from enrolment.talking import talk_of
from trust import audit
from trust.models import User

STAFF = "staff"


@transaction.atomic
def pause(*, enrolment_id: int, days: int | None, actor: User, now: datetime) -> bool:
    """`days`: None until somebody resumes it."""
    _, enrolment = _held(enrolment_id)
    if enrolment is None:
        return False
    until = None if days is None else pause_ends(enrolment.participant.time_zone, days, now)
    return pausing.pause(enrolment=enrolment, until=until, reason=STAFF, now=now, actor=actor)


def pause_ends(zone: str, days: int, now: datetime) -> datetime:
    """The morning after, whose own texts come again."""
    place = ZoneInfo(zone)
    return instant_at(local_day(now, place) + timedelta(days=days), time.min, place)


@transaction.atomic
def resume(*, enrolment_id: int, actor: User, now: datetime) -> bool:
    _, enrolment = _held(enrolment_id)
    return enrolment is not None and pausing.resume(enrolment=enrolment, now=now, actor=actor)


@transaction.atomic
def move_date(*, enrolment_id: int, kind: str, day: date, actor: User, now: datetime) -> bool:
    """A quit day whose old one has come begins another attempt, as the person's own DATE does."""
    _, enrolment = _held(enrolment_id)
    if enrolment is None or enrolment.started_at is None:
        return False
    content = compiled(enrolment.version)
    changes: list[Change] = [SetAttribute(kind, day.isoformat())]
    if kind == QUIT_DATE_ANCHOR:
        changes, _said = consequences.quit_day(talk_of(enrolment, content), day, now)
    if not changes:
        return False
    applying.make(changes=changes, enrolment=enrolment, content=content, source=STAFF, now=now)
    _record(enrolment, kind, actor)
    return True


@transaction.atomic
def set_language(*, enrolment_id: int, language: str, actor: User, now: datetime) -> bool:
    """What is queued is put into it as well, in all her campaigns."""
    held, enrolment = _held(enrolment_id)
    if enrolment is None or enrolment.participant.language == language:
        return False
    content = compiled(enrolment.version)
    change = SetAttribute("language", language)
    applying.make(changes=[change], enrolment=enrolment, content=content, source=STAFF, now=now)
    for row in held.open_ones:
        if row.started_at is not None:
            rewording.rewrite_queued(enrolment=row, old=compiled(row.version), now=now)
    _record(enrolment, "language", actor)
    return True


@transaction.atomic
def set_when(
    *, enrolment_id: int, zone: str, hours: Span | None, slot: str, actor: User, now: datetime
) -> bool:
    _, enrolment = _held(enrolment_id)
    if enrolment is None:
        return False
    if not rezoning.set_when(enrolment=enrolment, zone=zone, hours=hours, slot=slot, now=now):
        return False
    _record(enrolment, "when texts come", actor)
    return True


@transaction.atomic
def withdraw(*, enrolment_id: int, whole_number: bool, actor: User, now: datetime) -> bool:
    """`whole_number`: as STOP, all campaigns of the number, unless others live behind it."""
    held, enrolment = _held(enrolment_id)
    if enrolment is None:
        return False
    leave = [enrolment]
    if whole_number and not held.participant.has_company:
        leaving.opt_out(recipient=held.participant.recipient, source=STAFF, now=now)
        leave = held.open_ones
    return bool(
        leaving.withdraw_all(enrolments=leave, source=STAFF, reason=STAFF, actor=actor, now=now)
    )


def _held(enrolment_id: int) -> tuple[Held, Enrolment | None]:
    """Under the locks of her number and of her open enrolments."""
    participant_id = Participant.objects.values_list("pk", flat=True).get(enrolments=enrolment_id)
    held = hold(participant_id)
    return held, next((row for row in held.open_ones if row.pk == enrolment_id), None)


def _record(enrolment: Enrolment, what: str, actor: User) -> None:
    audit.record(verb="person.change", subject=enrolment, actor=actor, detail={"what": what})
