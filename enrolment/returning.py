"""START: the texts that a STOP ended go on, and nothing that was not there before.

Every enrolment that STOP ended is taken up as it was, with its dates, dose and answers, in the
scopes of consent that stood. A number is easily forged, so START starts nothing new: whoever was in
no campaign is told how to join.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from campaigns.compiling import compiled
from enrolment import anchors, consents
from enrolment.answers import next_question
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from enrolment.state import JUST_BEFORE
from messaging import coming_back
from messaging.models import OptOut, Recipient
from messaging.stopwords import graded
from trust import audit

#: A journey left longer ago is begun anew, by JOIN.
WITHIN = timedelta(days=180)
#: How enrolments end by which the whole number opts out; by staff, where that opted it out.
_BY_STOP = ("stop", "silence")
_BY_STAFF = ("staff", "told_by_call")


def is_start(text: str) -> bool:
    return graded(text) == "start"


def left_by_stop(*, recipient: Recipient, now: datetime) -> list[Enrolment]:
    """The enrolments the number's last STOP ended, or staff in her place, newest last, locked. The
    caller holds the number's lock. An invitation it had not said yes to is none of them: there is
    nothing to go back to."""
    by_staff = OptOut.objects.filter(
        organisation_id=recipient.organisation_id,
        number_index=bytes(recipient.number_index),
        source="staff",
        lifted_at=None,
    )
    ended = (
        Enrolment.objects.select_for_update(of=("self",))
        .filter(
            participant__recipient=recipient,
            status=Enrolment.Status.WITHDRAWN,
            exit_reason__in=(*_BY_STOP, *(_BY_STAFF if by_staff.exists() else ())),
            ended_at__gt=now - WITHIN,
        )
        .select_related("participant", "version__campaign", "campaign")
        .order_by("pk")
    )
    found = list(ended)
    last = max((row.ended_at for row in found if row.ended_at), default=None)
    since = Enrolment.objects.filter(
        participant__recipient=recipient, status__in=Enrolment.OPEN
    ).values_list("campaign_id", flat=True)
    again = set(since)
    agreed = set(
        Consent.objects.filter(
            enrolment__in=found, scope=Consent.Scope.SERVICE, is_given=True
        ).values_list("enrolment_id", flat=True)
    )
    return [
        row
        for row in found
        if row.ended_at == last and row.pk in agreed and row.campaign_id not in again
    ]


@transaction.atomic
def restore(*, enrolments: Sequence[Enrolment], exact_text: str, now: datetime) -> None:
    """Lifts the opt-out. What would have come meanwhile stays unsent; what comes due from now on is
    planned. The caller holds the locks of the number and of these rows."""
    recipient = enrolments[0].participant.recipient
    coming_back.lift(recipient=recipient, source="start", now=now)
    for enrolment in enrolments:
        _take_up(enrolment, now)
        consents.record(
            enrolment=enrolment,
            scope=Consent.Scope.SERVICE,
            is_given=True,
            channel=Consent.Channel.SMS,
            exact_text=exact_text,
            now=now,
        )
        audit.record(verb="enrolment.return", subject=enrolment)


def _take_up(enrolment: Enrolment, now: datetime) -> None:
    back = {"ended_at": None, "exit_reason": "", "heard_at": now}
    if enrolment.started_at is None:
        question = _first_unanswered(enrolment)
        enrolment.move_to(
            Enrolment.Status.INVITED,
            question=question,
            asked_at=now if question else None,
            tries=0,
            **back,
        )
        return
    enrolment.move_to(
        Enrolment.Status.ACTIVE,
        planned_from=now,
        planned_through=now - JUST_BEFORE,
        rest_until=None,
        **back,
    )
    anchors.replan_from(enrolment=enrolment, now=now)


def _first_unanswered(enrolment: Enrolment) -> str:
    valid = enrolment.answers.filter(is_valid=True).values_list("question_key", flat=True)
    return next_question(compiled(enrolment.version), frozenset(valid)) or ""
