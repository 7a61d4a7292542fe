"""A house whose database was set back to an older point, made fit to send again.

In this order: STOPs first, as they only ever take texts away; then whoever was erased since; then
all that came due meanwhile is planned, so that the providers can be asked of it too. Each step may
be done again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from campaigns import jobs
from enrolment import (
    broadcast_work,
    erasing,
    erasure_log,
    finishing,
    inviting,
    planner,
    reconsenting,
    replies,
)
from enrolment.holding import hold
from enrolment.models.broadcast import Broadcast
from enrolment.models.erasure import Erasure
from enrolment.models.participant import Participant
from messaging import clock, holding
from trust import audit

SOURCE = "restore"
_A_TICK = 100_000


class NotYet(Exception):
    """Sending may not be released; says why."""


@dataclass(frozen=True, slots=True)
class Erased:
    """`again`: erased in this database now. `absent`: joined after the copy was made."""

    again: int
    absent: int


def erase_again(*, without_log: bool = False) -> Erased:
    """Raises LogUnreadable, unless somebody has said that there is no log any more."""
    again = absent = 0
    for entry in [] if without_log else erasure_log.entries():
        participant = Participant.objects.filter(pk=entry.participant_id).first()
        if participant is None or not entry.is_of(participant):
            absent += 1
        else:
            again += _erase(participant.pk)
    now = clock.calendar_now()
    while finishing.finish(now=now):
        pass
    holding.note_erasures()
    if without_log:
        audit.record(verb="restore.without_erasure_log", subject=None)
    return Erased(again, absent)


@transaction.atomic
def _erase(participant_id: int) -> bool:
    held = hold(participant_id)
    if Erasure.objects.filter(participant_id=participant_id, confirmed_at__isnull=False).exists():
        return False
    now = clock.calendar_now()
    erasing.erase(participant=held.participant, source=SOURCE, cause_key=None, now=now)
    return True


def plan() -> None:
    """Whatever the lost time has queued is queued again, and waits."""
    while replies.answer_pending(now=clock.calendar_now()):
        pass
    inviting.ask_noted(now=clock.calendar_now())
    while reconsenting.ask_the_silent(now=clock.calendar_now()):
        pass
    broadcast_work.begin_due(now=clock.calendar_now())
    while jobs.run_next(workers=broadcast_work.workers(clock=clock.calendar_now)):
        pass
    while planner.tick(now=clock.calendar_now(), limit=_A_TICK).enrolments >= _A_TICK:
        pass


def release() -> None:
    """Raises NotHeld, or NotYet."""
    standing = holding.standing()
    if standing.erasures_at is None or standing.history_at is None:
        raise NotYet("Run after_restore without --release first, to its end.")
    wait = standing.held_at + _lag() - standing.history_at
    if wait > timedelta(0):
        raise NotYet(
            "The providers were asked too soon after their last text, which they may not have "
            f"listed yet: run after_restore again in {_minutes(standing.held_at)} minutes."
        )
    if Broadcast.objects.filter(status=Broadcast.Status.SENDING, planned_at=None).exists():
        raise NotYet("A broadcast is still being queued: run after_restore again when it is.")
    holding.release()


def _lag() -> timedelta:
    return timedelta(seconds=settings.PROVIDER_LIST_LAG_SECONDS)


def _minutes(held_at: datetime) -> int:
    left = held_at + _lag() - clock.both()[0]
    return max(0, left // timedelta(minutes=1)) + 1
