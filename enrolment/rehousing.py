"""A person's texts moved to the number that agreed to them.

What was texted with the old number stays hers. What is queued follows, unless the new number has
had planned texts of its own lately: then it is taken back, for caps and gap are the number's.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.rules import ALARM, Priority
from enrolment import company, consents, pausing, visiting
from enrolment.load import NO_LOAD
from enrolment.models.case import Case
from enrolment.models.consent import Consent
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.models.former_number import FormerNumber
from enrolment.models.number_change import NumberChange
from enrolment.models.participant import Participant
from enrolment.models.turn import Turn
from enrolment.own_texts import own_text
from enrolment.saying import QUESTION_SHELF
from enrolment.withholding import withhold_all
from messaging import coming_back, outbox
from messaging.models import InboundMessage, Message, Recipient
from trust import audit

REASON = "number_changed"


class Busy(Exception):
    """Another process holds the number she has now."""


class Full(Exception):
    """So many people live behind the new number that nobody else may."""


@transaction.atomic
def move(*, change: NumberChange, inbound: InboundMessage, now: datetime) -> list[Enrolment]:
    """Her open enrolments, locked, whose texts come to the number of `inbound` from now on. The
    caller holds that number's row lock, and, lest two processes wait for each other, the old
    one's as well; raises Busy where it does not, and Full."""
    participant = Participant.objects.select_related("recipient").get(pk=change.participant_id)
    old, new = participant.recipient, inbound.recipient
    locked = Recipient.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=old.pk)
    if not locked.exists():
        raise Busy
    rows = _locked(old, new)
    mine = [row for row in rows if row.participant_id == participant.pk]
    others = [row for row in rows if row.participant_id != participant.pk]
    for row in mine:
        row.participant = participant
    if old.pk != new.pk:
        if len(company.people(new.pk)) >= company.MOST:
            raise Full
        coming_back.lift(recipient=new, source="new_number", now=now)
        _rehouse(participant, mine, others, new, now)
        _notify(old, mine, change, now)
    change.close(NumberChange.Status.DONE, ended_at=now)
    if participant.is_cared_for != change.to_caregiver:
        participant.is_cared_for = change.to_caregiver
        participant.save(update_fields=["is_cared_for"])
    _consent(mine, inbound, now)
    audit.record(
        verb="participant.change_number",
        subject=participant,
        detail={"change": change.pk, "source": change.source, "care": change.to_caregiver},
    )
    return mine


def _locked(old: Recipient, new: Recipient) -> list[Enrolment]:
    return list(
        Enrolment.objects.select_for_update(of=("self",))
        .filter(participant__recipient__in=(old, new), status__in=Enrolment.OPEN)
        .select_related("participant", "version__campaign", "campaign")
        .order_by("pk")
    )


def _rehouse(
    participant: Participant,
    mine: Sequence[Enrolment],
    others: Sequence[Enrolment],
    new: Recipient,
    now: datetime,
) -> None:
    old_id = participant.recipient_id
    staying = [row for row in others if row.participant.recipient_id == old_id]
    there = [row for row in others if row.participant.recipient_id == new.pk]
    left_there = company.load_left_behind(new.pk, now)
    is_quiet = left_there == NO_LOAD and company.together(there) == NO_LOAD and not there
    _readdress(mine, new, now, is_quiet=is_quiet)
    FormerNumber.objects.create(
        participant=participant,
        recipient_id=old_id,
        since=participant.behind_since,
        until=now,
        reason=FormerNumber.Reason.CHANGED,
    )
    if staying and mine:
        company.add_load(staying[0], company.together(mine))
    if mine:
        company.add_load(mine[0], left_there)
    visiting.shut(participant=participant, now=now)
    participant.recipient, participant.behind_since = new, now
    participant.has_company, participant.number_lost_at = False, None
    participant.save(update_fields=["recipient", "behind_since", "has_company", "number_lost_at"])
    company.refresh(old_id)
    company.refresh(new.pk)
    participant.refresh_from_db(fields=["has_company", "is_shared"])
    Turn.objects.filter(recipient__in=(old_id, new.pk)).delete()
    Case.objects.filter(participant=participant, recipient_id=old_id).update(recipient=new)
    for row in mine:
        if row.pause_reason == pausing.UNREACHABLE:
            pausing.resume(enrolment=row, now=now)


def _readdress(mine: Sequence[Enrolment], new: Recipient, now: datetime, *, is_quiet: bool) -> None:
    """Safety texts follow in any case. What is on the wire goes where it was sent, once."""
    decided = Decision.objects.filter(enrolment__in=mine, outcome=Decision.Outcome.QUEUED)
    if not is_quiet:
        decided = decided.filter(step_key__startswith=ALARM)
    waiting = Message.objects.filter(
        recipient_id__in={row.participant.recipient_id for row in mine},
        cause_kind=Message.CauseKind.DECISION,
        status=Message.Status.QUEUED,
    ).values_list("cause_key", flat=True)
    hers = decided.filter(pk__in=[int(key) for key in waiting]).values_list("pk", flat=True)
    outbox.readdress(
        cause_kind=Message.CauseKind.DECISION,
        cause_keys=[str(pk) for pk in hers],
        recipient_id=new.pk,
    )
    withhold_all(enrolments=mine, reason=REASON, now=now)


def _notify(old: Recipient, mine: Sequence[Enrolment], change: NumberChange, now: datetime) -> None:
    """Neutral, and nothing where the old number has opted out or is nobody's any more."""
    if old.number is None or not mine:
        return
    newest = mine[-1]
    hours = compiled(newest.version).hours
    participant = newest.participant
    outbox.queue(
        organisation_id=old.organisation_id,
        sender_id=newest.campaign.sender_id,
        recipient_id=old.pk,
        kind=Message.Kind.STAFF,
        cause_kind=Message.CauseKind.STAFF,
        cause_key=f"moved:{change.pk}",
        text=own_text("moved_away", participant.language),
        not_before=now,
        valid_until=now + QUESTION_SHELF,
        hours=(hours.start, hours.end),
        zone=participant.time_zone,
        priority=Priority.REPLY.rank,
        is_test=newest.is_test,
        approved=True,
        now=now,
    )


def _consent(mine: Sequence[Enrolment], inbound: InboundMessage, now: datetime) -> None:
    """The new number's own word."""
    for row in mine:
        consents.record(
            enrolment=row,
            scope=Consent.Scope.SERVICE,
            is_given=True,
            channel=Consent.Channel.SMS,
            exact_text=inbound.body or "",
            now=now,
        )
