"""The tick: due enrolments -> Decisions and Messages, in batches, safe twice at once and late.

A batch is one transaction: Decisions and Messages are copied in with ids drawn first, and
`next_due_at` moves on, all or nothing. The unique keys on both tables are the proof against a
second text, not the claim.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import IntegrityError, connection, transaction

from enrolment import journey
from enrolment.claiming import Claimed, claim
from enrolment.sharing import Shared, shared_among
from enrolment.state import Plan
from enrolment.telling import text_of
from enrolment.writing import Planned, advance, write

log = structlog.get_logger(__name__)

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Tick:
    enrolments: int = 0
    decisions: int = 0
    messages: int = 0

    def __add__(self, other: "Tick") -> "Tick":
        return Tick(
            self.enrolments + other.enrolments,
            self.decisions + other.decisions,
            self.messages + other.messages,
        )


def tick(*, now: datetime, batch: int = BATCH, limit: int = 100_000) -> Tick:
    """Plans everything due at `now`, batch by batch, up to `limit` enrolments."""
    done = Tick()
    while done.enrolments < limit:
        step = _batch_or_again(now, batch)
        done += step
        if step.enrolments < batch:
            break
    return done


def _batch_or_again(now: datetime, batch: int) -> Tick:
    try:
        return tick_batch(now=now, batch=batch)
    except IntegrityError:
        # A step decided before stood in the way: read all past Decisions and plan around them.
        log.warning("tick_batch_wary")
        return tick_batch(now=now, batch=batch, wary=True)


@contextmanager
def _no_collector() -> Iterator[None]:
    """A batch makes no circles of objects, but so many objects that Python's search for circles
    would walk through everything again and again: a fifth of the tick."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_no_collector()
@transaction.atomic
def tick_batch(*, now: datetime, batch: int, wary: bool = False) -> Tick:
    claimed = claim(now=now, limit=batch, wary=wary)
    if not claimed:
        return Tick()
    shared = shared_among(claimed)
    planned = [_plan(row, shared, now) for row in claimed if not shared.is_busy(row)]
    # COPY is psycopg's own and raises its own errors; here they become Django's.
    with connection.wrap_database_errors:
        decisions, messages = write(planned, now)
    advance(planned, now)
    return Tick(len(planned), decisions, messages)


def _plan(claimed: Claimed, shared: Shared, now: datetime) -> Planned:
    try:
        state = shared.state_of(claimed) if claimed.is_shared else claimed.state
        plan = journey.plan(claimed.content, state, now)
        texts = tuple([text_of(claimed, due) for due in plan.dues])
    except Exception:
        log.exception("enrolment_postponed", enrolment_id=claimed.state.enrolment_id)
        through = claimed.state.planned_through
        later = Plan((), None, through, claimed.state.load, postponed=True)
        return Planned(claimed, later, ())
    if claimed.is_shared:
        plan = plan._replace(load=shared.own_load(claimed, plan, now))
    return Planned(claimed, plan, texts)
