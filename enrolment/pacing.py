"""Calendar time moved forward, for the demo and the tests.

Steps of at most a quarter of an hour, and after each everything due is planned, sent and answered,
so that a day passed in a second goes through the same states as a day that takes a day. Of most
quarters one query says that nothing is due; those are quiet already.
"""

import time
from datetime import datetime, timedelta

from django.db.models import Min

from campaigns import jobs
from enrolment import (
    batch_moves,
    broadcast_work,
    due_now,
    inviting,
    overdue,
    paging,
    planner,
    publishing_later,
    replies,
    unsent,
)
from enrolment.models.enrolment import Enrolment
from messaging import clock, dispatch, expiry
from messaging.models import Message

#: The longest stretch the clock may jump; ticks until quiet lie between two.
STEP_MINUTES = 15
#: How long a step may wait for another process's calls to settle.
_SETTLE_SECONDS = 10.0
_WORKERS = broadcast_work.workers(clock=clock.calendar_now)
_KINDS = tuple(_WORKERS)


class StillBusy(Exception):
    """Work did not come to rest; the clock stays where it is."""


def advance(*, minutes: int) -> None:
    """Moves calendar time forward. Raises StillBusy, and clock.ClockRefused off the demo."""
    settle()
    while minutes > 0:
        clock.step(minutes=min(minutes, STEP_MINUTES))
        minutes -= STEP_MINUTES
        if due_now.is_anything_due(kinds=_KINDS):
            settle()


def advance_to_next_text(*, recipient_id: int) -> bool:
    """Moves to the next text or question planned for one number; False when none is."""
    settle()
    sent = _texts_to(recipient_id)
    while _texts_to(recipient_id) == sent:
        due = _next_due(recipient_id)
        if due is None:
            return False
        ahead = due - clock.calendar_now()
        minutes = max(1, -(-ahead // timedelta(minutes=1)))
        advance(minutes=minutes)
    return True


def settle() -> None:
    """Plans, sends and answers until nothing is left to do now. Raises StillBusy."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while True:
        now = clock.calendar_now()
        done = replies.answer_pending(now=now)
        done += unsent.reopen(now=now) + overdue.alarm(now=now)
        done += paging.deliver_due(now=now)
        done += inviting.ask_noted(now=now)
        done += planner.tick(now=now).enrolments
        done += publishing_later.publish_due(now=now)
        done += batch_moves.run_some(now=now)
        done += broadcast_work.begin_due(now=now)
        done += jobs.run_next(workers=_WORKERS)
        done += dispatch.send_due() + expiry.expire(now=now)
        done += broadcast_work.follow(now=now)
        if not done and not Message.objects.filter(status=Message.Status.SENDING).exists():
            return
        if time.monotonic() > deadline:
            raise StillBusy


def _texts_to(recipient_id: int) -> int:
    return Message.objects.filter(recipient=recipient_id).count()


def _next_due(recipient_id: int) -> datetime | None:
    found: datetime | None = Enrolment.objects.filter(
        participant__recipient=recipient_id
    ).aggregate(at=Min("next_due_at"))["at"]
    return found
