"""Numbers in more than one campaign, or of more than one person: caps, gap and the open question
belong to the number.

Rare, so the common tick pays one boolean for it. The number is locked before its journeys are
planned; one that another process holds is left for the next tick, for waiting here, with the
enrolments already locked, would turn the lock order round.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from campaigns.compiling import content_of
from campaigns.content import Content
from campaigns.rules import Priority
from campaigns.schedule import local_day
from enrolment.claiming import Claimed
from enrolment.load import DAYS, NO_LOAD, Load
from enrolment.state import Plan, State, Verdict

#: A question that never expires holds back other campaigns' questions this long.
LONGEST_HOLD = timedelta(days=3)

_LOCK = """
SELECT id FROM messaging_recipient WHERE id = ANY(%s) FOR NO KEY UPDATE SKIP LOCKED
"""
_OTHERS = """
SELECT p.recipient_id, e.id, e.version_id, e.load_day, e.load, e.last_text_at, e.question,
       e.asked_at
  FROM enrolment_enrolment e
  JOIN enrolment_participant p ON p.id = e.participant_id
 WHERE p.recipient_id = ANY(%s) AND e.status IN ('invited', 'active', 'paused', 'completed')
"""


@dataclass(slots=True)
class _Other:
    """One enrolment of a shared number, as the others see it."""

    enrolment_id: int
    load: Load
    question_until: datetime | None


@dataclass(slots=True)
class Shared:
    """The shared numbers of one batch. Plans made in the batch count at once."""

    locked: frozenset[int] = frozenset()
    others: dict[int, list[_Other]] = field(default_factory=dict)

    def is_busy(self, row: Claimed) -> bool:
        """Whether another process holds the number."""
        return row.is_shared and row.recipient_id not in self.locked

    def state_of(self, row: Claimed) -> State:
        """The enrolment's state with the load and the open question of the number's others."""
        load, until = row.state.load, None
        for other in self._beside(row):
            load = load.beside(other.load)
            if other.question_until is not None:
                until = max(until or other.question_until, other.question_until)
        return row.state._replace(load=load, elsewhere_until=until)

    def own_load(self, row: Claimed, plan: Plan, now: datetime) -> Load:
        """What of the plan's load is this enrolment's own; the next of the number sees it."""
        load, question = row.state.load, ""
        for due in plan.dues:
            if due.verdict is not Verdict.QUEUED:
                continue
            question = due.step.question or question
            if due.step.priority is not Priority.REPLY:
                at = max(due.not_before, now)
                load = load.plus(local_day(at, ZoneInfo(row.state.zone)), at)
        for other in self.others.get(row.recipient_id, ()):
            if other.enrolment_id == row.state.enrolment_id:
                other.load = load
                if question:
                    other.question_until = _held_until(row.content, question, now)
        return load

    def _beside(self, row: Claimed) -> list[_Other]:
        return [
            other
            for other in self.others.get(row.recipient_id, ())
            if other.enrolment_id != row.state.enrolment_id
        ]


def shared_among(claimed: Sequence[Claimed]) -> Shared:
    """Locks the shared numbers of a batch and reads what their other campaigns have under way."""
    rows = [row for row in claimed if row.is_shared]
    if not rows:
        return Shared()
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted({row.recipient_id for row in rows})])
        locked = frozenset(found for (found,) in cursor.fetchall())
        cursor.execute(_OTHERS, [sorted({row.recipient_id for row in rows})])
        others: dict[int, list[_Other]] = {}
        for recipient_id, *other in cursor.fetchall():
            others.setdefault(recipient_id, []).append(_other(other))
    return Shared(locked, others)


def _other(row: list[Any]) -> _Other:
    enrolment_id, version_id, load_day, load, last_text_at, question, asked_at = row
    until = None
    if question:
        until = _held_until(content_of(version_id), question, asked_at)
    return _Other(enrolment_id, _load(load_day, load, last_text_at), until)


def _load(day: date | None, counts: list[int], last_at: datetime | None) -> Load:
    if day is None:
        return NO_LOAD
    assert len(counts) == DAYS, "a load remembers a week"
    return Load(day, tuple(counts), last_at)


def _held_until(content: Content, question: str, asked_at: datetime) -> datetime:
    rule = content.questions.get(question)
    expires = rule.expires if rule is not None else None
    return asked_at + min(expires or LONGEST_HOLD, LONGEST_HOLD)
