"""The safety text after an alarming reading that came from a device, and the flag for a person.

A texted one is answered in the conversation; here nobody has texted, so the text is the engine's
own deed and has a Decision of its own.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from campaigns.content import Content
from campaigns.rules import ALARM, Priority
from campaigns.schedule import local_day, next_allowed
from enrolment import cases, saying
from enrolment.banding import ALARMING
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.state import Verdict
from messaging import outbox
from messaging.models import Message

#: Whoever measured so lately is awake, so the text leaves at any hour.
_FRESH = timedelta(hours=1)
#: An older reading is no news to the person; somebody looks at it all the same.
_OLD = timedelta(hours=24)
#: A sensor that reports every few minutes brings one text and one flag in so long.
AGAIN_AFTER = timedelta(hours=4)
_SHELF = timedelta(hours=12)


@transaction.atomic
def answer(
    *,
    enrolment: Enrolment,
    content: Content,
    kind: str,
    text_key: str,
    measured_at: datetime,
    now: datetime,
) -> None:
    """The caller holds the row locks of the number and the enrolment."""
    if _lately(enrolment, text_key, now):
        return
    cases.open_flagged(enrolment=enrolment, reason=ALARMING, detail=kind, now=now)
    if measured_at < now - _OLD:
        return
    decision = _decide(enrolment, text_key, now)
    participant = enrolment.participant
    not_before = now
    if measured_at < now - _FRESH:
        not_before = next_allowed(now, content.hours, ZoneInfo(participant.time_zone))
    outbox.queue(
        organisation_id=participant.organisation_id,
        sender_id=enrolment.campaign.sender_id,
        recipient_id=participant.recipient_id,
        kind=Message.Kind.DUE,
        cause_kind=Message.CauseKind.DECISION,
        cause_key=str(decision.pk),
        text=saying.words(enrolment=enrolment, content=content, text_key=text_key, now=now),
        not_before=not_before,
        valid_until=not_before + _SHELF,
        hours=None,
        zone=participant.time_zone,
        priority=Priority.REPLY.rank,
        is_test=enrolment.is_test,
        approved=enrolment.version.clinically_approved,
        now=now,
    )


def _lately(enrolment: Enrolment, text_key: str, now: datetime) -> bool:
    return Decision.objects.filter(
        enrolment=enrolment, step_key=ALARM + text_key, decided_at__gt=now - AGAIN_AFTER
    ).exists()


def _decide(enrolment: Enrolment, text_key: str, now: datetime) -> Decision:
    step_key = ALARM + text_key
    before = Decision.objects.filter(
        enrolment=enrolment, attempt=enrolment.attempt, step_key=step_key
    )
    return Decision.objects.create(
        enrolment=enrolment,
        attempt=enrolment.attempt,
        step_key=step_key,
        occurrence=before.count() + 1,
        version_id=enrolment.version_id,
        due_at=now,
        local_date=local_day(now, ZoneInfo(enrolment.participant.time_zone)),
        outcome=Verdict.QUEUED.value,
        text_key=text_key,
        decided_at=now,
    )
