"""Calling people: one caller at a time, how it ended, and the answers, beside those by text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from enrolment import consents, handling, leaving, telling_answers
from enrolment.holding import hold
from enrolment.models.answer import Answer
from enrolment.models.call import Call
from enrolment.models.call_attempt import CallAttempt
from enrolment.models.call_list import CallList
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from trust import audit
from trust.models import MachineNow, User

Status, Outcome = Call.Status, CallAttempt.Outcome
#: Whoever holds a call so long without a word has been called away.
HELD_FOR = timedelta(minutes=30)
MOST_TRIES = 6
#: Nobody is rung again sooner.
AGAIN_AFTER = timedelta(hours=3)
_ENDS = {
    Outcome.REACHED: Status.REACHED,
    Outcome.REFUSED: Status.REFUSED,
    Outcome.WITHDREW: Status.WITHDREW,
    Outcome.WRONG_NUMBER: Status.WRONG_NUMBER,
}
_STAFF = "staff"


class CallRefused(Exception):
    """It can't be called, or not by this caller; says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it is kept. `words`: her own, where the question asks for some."""

    value: str
    words: str = field(default="", repr=False)


@transaction.atomic
def take_next(*, call_list: CallList, caller: User, now: datetime) -> Call | None:
    """The call this caller holds already, else the next that may be made: those who asked to be
    called back first, then in the order drawn. None when there is none at present."""
    mine = call_list.calls.filter(status=Status.CLAIMED, claimed_by=caller).first()
    if mine is not None:
        return mine if _claim(mine, caller) else None
    while True:
        call = (
            free(call_list.calls.all(), now)
            .select_for_update(skip_locked=True, of=("self",))
            .order_by(F("call_at").asc(nulls_last=True), "place")
            .first()
        )
        if call is None:
            return None
        if not _lapsed(call) and _claim(call, caller):
            audit.record(verb="call.take", subject=call, actor=caller)
            call.refresh_from_db()
            return call


def free(calls: QuerySet[Call], now: datetime) -> QuerySet[Call]:
    """Those that somebody may take now."""
    waiting = Q(status=Status.WAITING) & (Q(call_at=None) | Q(call_at__lte=now))
    return calls.filter(waiting | Q(status=Status.CLAIMED, claimed_until__lt=MachineNow()))


@transaction.atomic
def let_go(*, call: Call, caller: User) -> bool:
    """Not called after all; False when another holds it."""
    return bool(_held(call, caller).update(**_free_again(Status.WAITING)))


@transaction.atomic
def end(
    *,
    call: Call,
    caller: User,
    outcome: str,
    now: datetime,
    answers: Mapping[str, Said] | None = None,
    call_back_at: datetime | None = None,
) -> None:
    """How it ended. Raises CallRefused where another holds it meanwhile, or the person was erased;
    then nothing is kept. `answers`: by question, of somebody reached."""
    # The house's order of locks: the number, her enrolments, then the call.
    hold(call.enrolment.participant_id)
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("participant__recipient", "campaign")
        .get(pk=call.enrolment_id)
    )
    if enrolment.status == Enrolment.Status.ERASED:
        raise CallRefused(_("This person was erased meanwhile. Nothing is kept of the call."))
    tries = call.tries + 1
    status = _ENDS.get(Outcome(outcome)) or (
        Status.NOT_REACHED
        if outcome == Outcome.NO_ANSWER and tries >= MOST_TRIES
        else Status.WAITING
    )
    again_at = call_back_at if outcome == Outcome.CALL_BACK else now + AGAIN_AFTER
    columns = _free_again(status, again_at if status == Status.WAITING else None)
    if not _held(call, caller).update(**columns, tries=tries):
        raise CallRefused(_("Somebody else has this call meanwhile. Take another."))
    CallAttempt.objects.create(
        call=call,
        caller=caller,
        outcome=outcome,
        ended_at=now,
        call_back_at=call_back_at if outcome == Outcome.CALL_BACK else None,
    )
    if outcome == Outcome.REACHED:
        _write_down(call, enrolment, answers or {}, now)
    _follow(outcome, enrolment, caller, now)
    audit.record(verb="call.end", subject=call, actor=caller, detail={"outcome": str(outcome)})


def _claim(call: Call, caller: User) -> bool:
    """Unless another was first: the row's own state decides."""
    mine_or_free = (
        Q(status=Status.WAITING)
        | Q(status=Status.CLAIMED, claimed_by=caller)
        | Q(status=Status.CLAIMED, claimed_until__lt=MachineNow())
    )
    return bool(
        Call.objects.filter(mine_or_free, pk=call.pk).update(
            status=Status.CLAIMED, claimed_by=caller, claimed_until=MachineNow() + HELD_FOR
        )
    )


def _held(call: Call, caller: User) -> QuerySet[Call]:
    return Call.objects.filter(pk=call.pk, status=Status.CLAIMED, claimed_by=caller)


def _free_again(status: str, call_at: datetime | None = None) -> dict[str, object]:
    return {"status": status, "claimed_by": None, "claimed_until": None, "call_at": call_at}


def _lapsed(call: Call) -> bool:
    """Whether nobody is to call any more; the row says so then."""
    if may_be_called(call):
        return False
    Call.objects.filter(pk=call.pk, status__in=Call.OPEN).update(**_free_again(Status.LAPSED))
    audit.record(verb="call.lapse", subject=call)
    return True


def may_be_called(call: Call) -> bool:
    """The consent still stands, there is a number, and a text has not said it meanwhile."""
    enrolment = call.enrolment
    participant = enrolment.participant
    if participant.number_lost_at is not None or participant.recipient.number is None:
        return False
    if Consent.Scope.FOLLOW_UP_CALL not in consents.standing(enrolment):
        return False
    since = Answer.objects.filter(
        enrolment=enrolment,
        question_key=call.call_list.question_key,
        is_valid=True,
        answered_at__gt=call.call_list.made_at,
    )
    return not since.exists()


def _write_down(
    call: Call, enrolment: Enrolment, answers: Mapping[str, Said], now: datetime
) -> None:
    for key, said in answers.items():
        telling_answers.write_down(
            enrolment=enrolment,
            question_key=key,
            value=said.value,
            words=said.words,
            answered_at=now,
            call=call,
        )


def _follow(outcome: str, enrolment: Enrolment, caller: User, now: datetime) -> None:
    """What the person said beside the survey is done at once."""
    if outcome == Outcome.WRONG_NUMBER:
        handling.wrong_number(enrolment_id=enrolment.pk, actor=caller, now=now)
    if outcome in (Outcome.REFUSED, Outcome.WITHDREW):
        consents.record(
            enrolment=enrolment,
            scope=Consent.Scope.FOLLOW_UP_CALL,
            is_given=False,
            channel=Consent.Channel.STAFF,
            exact_text="Said on the telephone",
            now=now,
            actor=caller,
        )
    if outcome == Outcome.WITHDREW:
        _withdraw(enrolment, caller, now)


def _withdraw(enrolment: Enrolment, caller: User, now: datetime) -> None:
    """Out of this campaign; the number opts out too, unless she is in another."""
    leaving.withdraw(
        enrolment=enrolment, source=_STAFF, reason="told_by_call", now=now, actor=caller
    )
    recipient = enrolment.participant.recipient
    others = Enrolment.objects.filter(
        participant__recipient=recipient, status__in=Enrolment.OPEN
    ).exclude(pk=enrolment.pk)
    if not others.exists():
        leaving.opt_out(recipient=recipient, source=_STAFF, now=now)
