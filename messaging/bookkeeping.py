"""Answers of the wire written down: attempts and texts settled, buckets slowed, alarms noted.

While there is plenty to claim, in a thread beside it: to claim and to settle are mostly waiting for
the database, and one after the other they let the wire run empty. A few replies are settled by
whoever sent them and cost no second connection.
"""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from django.db import connection

from messaging import advice, bucket, clock, failpoints
from messaging.alarms import Called, Watch
from messaging.claiming import Call
from messaging.models.attempt import Attempt
from messaging.providers.base import Advice, SendResult
from messaging.settling import Answer, settle

#: An answer with the call it belongs to; None: the call was not made.
Landed = tuple[Call, SendResult | None]

#: Handfuls of answers.
_MOST_UNWRITTEN = 3

_watch = Watch()


class Books:
    """Of one run. What went wrong beside it is raised by the next `written`, or at the end."""

    def __init__(self) -> None:
        self._beside: ThreadPoolExecutor | None = None
        self._writing: deque[Future[None]] = deque()
        self._news = False

    def __enter__(self) -> "Books":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._beside is None:
            return
        self._beside.submit(_close)
        self._beside.shutdown()
        if error is None:
            self._collect(wait=True)

    def write(self, landed: Sequence[Landed], *, beside: bool) -> None:
        """Without `beside` it is written on return, as all that came before it."""
        if not beside:
            self._collect(wait=True)
            _write(landed)
            self._news = True
            return
        if self._beside is None:
            self._beside = ThreadPoolExecutor(1, thread_name_prefix="bookkeeping")
        self._writing.append(self._beside.submit(_write, landed))

    def written(self, *, all_of_it: bool = False) -> bool:
        """Whether anything has been, since it was asked last. Waits only for `all_of_it`."""
        self._collect(wait=all_of_it)
        news, self._news = self._news, False
        return news

    @property
    def behind(self) -> bool:
        """Answers come quicker than they are written: no more should be asked for."""
        return len(self._writing) > _MOST_UNWRITTEN

    def _collect(self, *, wait: bool) -> None:
        while self._writing and (wait or self._writing[0].done()):
            self._writing.popleft().result()
            self._news = True


def _close() -> None:
    """Of the thread that calls it, each having its own."""
    connection.close()


def _write(landed: Sequence[Landed]) -> None:
    settle(answers=[_answer(call, result) for call, result in landed])
    failpoints.reached("settle.after_commit")
    made = [(call, result) for call, result in landed if result is not None]
    _watch.note(
        Called(call.sender_id, call.attempt_id, result, call.probing) for call, result in made
    )
    bucket.slow_down(
        after={
            call.sender_id: result.retry_after
            for call, result in made
            if result.advice is Advice.SLOW_DOWN
        }
    )
    said = {call.message_id: result.advice for call, result in made if result.advice}
    if said:
        advice.apply(advice=said, now=clock.calendar_now())


def _answer(call: Call, result: SendResult | None) -> Answer:
    if result is None:
        return Answer(call.attempt_id, Attempt.Outcome.NOT_MADE)
    return Answer(
        attempt_id=call.attempt_id,
        outcome=Attempt.Outcome(result.outcome.value),
        provider_message_id=result.provider_message_id,
        error_code=result.error_code,
        retry_after=result.retry_after,
        report=result.report,
    )
