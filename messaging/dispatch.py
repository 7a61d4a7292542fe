"""Messages on their way: claim, call, settle, each a batch at a time and all at once.

While calls are out the next are claimed and those that landed are settled, so the wire is never
idle for the database. Safe late, twice at once, and killed at any point: an attempt is committed
before its call, and one that nobody settles is found by `reconcile`.
"""

import time
from collections import deque

import structlog

from messaging import calling, clock, holding
from messaging.bookkeeping import Books
from messaging.claiming import Call, Claim, claim
from messaging.models.attempt import Attempt
from messaging.providers.base import Outgoing, Provider
from messaging.providers.registry import provider
from messaging.settling import Answer, settle
from trust.sealing import KeyMissing, SealBroken

log = structlog.get_logger(__name__)

#: Attempts on the wire at once.
SLOTS = 100
#: And as many again ready beside it as will leave within this time, by what landed lately: the
#: wire never waits for a claim, and nothing grows old.
_READY_SECONDS = 0.1
_MOST_READY = 200
_LATELY = 0.5
#: As many are claimed, and settled, together, if there are so many, or half of those kept ready:
#: the fewer, the more often the database is asked; the more, the longer the wire waits for them.
_HANDFUL = 50
#: Seconds to wait for an answer, and for a bucket to fill, before looking again for texts.
_PAUSE = 0.02
_BUCKET_PAUSE = 0.05


def send_due(*, limit: int = 200, seconds: float = 10.0) -> int:
    """Sends what may leave now; how many messages were handled, blocked ones among them. No call
    is begun after `seconds`, and none while sending is held.

    Raises ClockRefused when a moved calendar meets a real sender."""
    clock.require_honest()
    if holding.keeps_back():
        return 0
    with Books() as books:
        return _Run(limit, time.monotonic() + seconds, books).to_the_end()


class _Run:
    """One thread that claims, while the process's loop makes the calls and the books are kept
    beside it."""

    def __init__(self, limit: int, over: float, books: Books) -> None:
        self.limit = limit
        self.over = over
        self.books = books
        self.flight = calling.Flight()
        self.handled = 0
        self.more = True
        self.plenty = False
        self.look_again = 0.0
        self.began = time.monotonic()
        self.landings: deque[tuple[float, int]] = deque()

    def to_the_end(self) -> int:
        while True:
            landed = self.flight.landed(wait=self._wait(), enough=self._handful())
            if landed:
                self.landings.append((time.monotonic(), len(landed)))
                self.books.write(landed, beside=self.plenty)
            # An answer makes room for a number's next text, once it is settled.
            idle = not (landed or self.flight.in_flight)
            self.more |= self.books.written(all_of_it=idle)
            claimed = self._may_claim() and self._claim()
            if idle and not claimed:
                if not self.more or not self._wanted() or time.monotonic() >= self.over:
                    return self.handled
                time.sleep(max(0.0, self.look_again - time.monotonic()))

    def _wait(self) -> float:
        if not self.flight.in_flight or self._may_claim():
            return 0.0
        return _PAUSE

    def _may_claim(self) -> bool:
        now = time.monotonic()
        if not self.more or self.books.behind or now < self.look_again or now >= self.over:
            return False
        return 0 < min(self._handful(), self._wanted()) <= self._free()

    def _claim(self) -> bool:
        """Whether anything was found. If not, the next look is after an answer, or when the
        sender's bucket has filled a little."""
        batch = claim(limit=min(self._free(), self._wanted()))
        _begin(self.flight, batch)
        found = len(batch.calls) + batch.blocked
        self.handled += found
        self.more = bool(found) or batch.paced
        self.plenty = found >= _HANDFUL
        self.look_again = 0.0 if found else time.monotonic() + _BUCKET_PAUSE
        return bool(found)

    def _free(self) -> int:
        return SLOTS + self._ready() - self.flight.in_flight

    def _handful(self) -> int:
        return max(_HANDFUL, self._ready() // 2)

    def _ready(self) -> int:
        now = time.monotonic()
        while self.landings and self.landings[0][0] < now - _LATELY:
            self.landings.popleft()
        landed = sum(count for _, count in self.landings)
        pace = landed / min(_LATELY, now - self.began) if landed else 0.0
        return min(_MOST_READY, int(pace * _READY_SECONDS))

    def _wanted(self) -> int:
        return self.limit - self.handled


def _begin(flight: calling.Flight, batch: Claim) -> None:
    unreadable: list[Answer] = []
    readable: list[tuple[Call, Provider, Outgoing]] = []
    for call in batch.calls:
        try:
            readable.append((call, provider(call.provider), call.open()))
        except KeyMissing:
            # Not restarted since a key was added: the text waits for a process that was.
            log.error("message_key_missing", message_id=call.message_id)
            unreadable.append(
                Answer(call.attempt_id, Attempt.Outcome.REJECTED_RETRYABLE, error_code="no_key")
            )
        except SealBroken:
            log.error("message_unreadable", message_id=call.message_id)
            unreadable.append(Answer(call.attempt_id, Attempt.Outcome.NOT_MADE, fails="unreadable"))
    flight.start(readable, committing_since=batch.committing_since)
    if unreadable:
        settle(answers=unreadable)
