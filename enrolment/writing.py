"""A planned batch written: Decisions and Messages copied in, the enrolments moved on."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from campaigns.rules import IfUnknown
from enrolment import entering, redrawing
from enrolment.claiming import Claimed
from enrolment.coming import hours_of
from enrolment.models.decision import Decision
from enrolment.redrawing import Again
from enrolment.state import Due, Plan, Reason, Verdict
from enrolment.trial_packing import COLUMNS as TRIAL_COLUMNS
from enrolment.trial_packing import packed_trial
from messaging import outbox
from messaging.models import Message
from messaging.outgoing import Outline
from trust import copying
from trust.ids import draw_ids

#: An enrolment whose journey raises is looked at again after this, so that it harms no other.
POSTPONED = timedelta(hours=1)
_DUE, _DECISION = Message.Kind.DUE.value, Message.CauseKind.DECISION.value


class Planned(NamedTuple):
    """One enrolment's share of a batch. `texts` holds a wording or None, one for each due."""

    claimed: Claimed
    plan: Plan
    texts: tuple[str | None, ...]


_Row = tuple[Planned, Due, str | None]


def write(planned: Sequence[Planned], now: datetime) -> tuple[int, int]:
    """How many Decisions and Messages were written."""
    rows: list[_Row] = [
        (share, due, text)
        for share in planned
        for due, text in zip(share.plan.dues, share.texts, strict=True)
    ]
    if not rows:
        return 0, 0
    decision_ids = draw_ids(Decision, len(rows))
    queued = [
        (decision_id, share, due, text)
        for decision_id, (share, due, text) in zip(decision_ids, rows, strict=True)
        if text is not None
    ]
    message_ids = draw_ids(Message, len(queued)) if queued else []
    _copy_decisions(decision_ids, rows, now)
    outbox.queue_many(
        outlines=[
            _outline(message_id, *row) for message_id, row in zip(message_ids, queued, strict=True)
        ],
        now=now,
    )
    _mark_resent((message_id, row[2]) for message_id, row in zip(message_ids, queued, strict=True))
    return len(rows), len(queued)


def _outline(message_id: int, decision_id: int, share: Planned, due: Due, text: str) -> Outline:
    claimed = share.claimed
    state = claimed.state
    hours = hours_of(claimed.content, state)
    return Outline(
        message_id=message_id,
        organisation_id=claimed.organisation_id,
        sender_id=claimed.sender_id,
        recipient_id=claimed.recipient_id,
        kind=_DUE,
        cause_kind=_DECISION,
        cause_key=str(decision_id),
        text=text,
        not_before=due.not_before,
        valid_until=due.valid_until,
        hours=(hours.start, hours.end),
        zone=state.zone,
        priority=due.step.priority.rank,
        is_test=claimed.is_test,
        approved=claimed.approved,
    )


def _mark_resent(rows: Iterable[tuple[int, Due]]) -> None:
    """Few steps want it, so it is no column of every text's copy."""
    resent = [message_id for message_id, due in rows if due.step.if_unknown is IfUnknown.RESEND]
    if resent:
        outbox.resend_if_unknown(message_ids=resent)


#: What every Decision has for itself, then what a whole batch may share.
_DECISION_COLUMNS = (
    "id, enrolment_id, due_at, attempt, step_key, occurrence, version_id, local_date, outcome, "
    f"reason, text_key, variant, decided_at, {TRIAL_COLUMNS}"
)
_COPY_DECISIONS = f"COPY {Decision._meta.db_table} ({_DECISION_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_FIELDS = len(_DECISION_COLUMNS.split(","))
_OWN = struct.Struct(">h iq iq iq").pack
_NO_TRIAL = packed_trial("", None)


def _copy_decisions(decision_ids: Sequence[int], rows: Sequence[_Row], now: datetime) -> None:
    packed = _packed_decisions(decision_ids, rows, now)
    with connection.cursor() as cursor, cursor.copy(_COPY_DECISIONS) as copy:
        for piece in copying.pieces(packed):
            copy.write(piece)


def _packed_decisions(ids: Sequence[int], rows: Sequence[_Row], now: datetime) -> Iterator[bytes]:
    decided_at = copying.instant(now)
    known: dict[tuple[Any, ...], bytes] = {}
    for decision_id, (share, due, text) in zip(ids, rows, strict=True):
        state = share.claimed.state
        verdict, reason = due.verdict, due.reason
        if verdict is Verdict.QUEUED and text is None:
            verdict, reason = Verdict.SUPPRESSED, Reason.MISSING_VALUE
        alike = (
            state.attempt, due.step.key, due.occurrence, share.claimed.version_id, due.local_date,
            verdict, reason, due.text_key, due.variant,
        )  # fmt: skip
        shared = known.get(alike)
        if shared is None:
            shared = known[alike] = _packed_alike(*alike) + decided_at
        due_at = copying.microseconds(due.due_at)
        own = _OWN(_FIELDS, 8, decision_id, 8, state.enrolment_id, 8, due_at)
        in_trial = due.drawn is not None or state.arms
        yield own + shared + (packed_trial(state.arm, due.drawn) if in_trial else _NO_TRIAL)


def _packed_alike(
    attempt: int,
    step_key: str,
    occurrence: int,
    version_id: int,
    local_date: date,
    verdict: Verdict,
    reason: Reason,
    text_key: str,
    variant: str,
) -> bytes:
    words = (verdict.value, reason.value, text_key, variant)
    return b"".join(
        (
            copying.smallint(attempt),
            copying.text(step_key),
            copying.integer(occurrence),
            copying.bigint(version_id),
            copying.day(local_date),
            *map(copying.text, words),
        )
    )


_ADVANCE = """
UPDATE enrolment_enrolment e
   SET planned_through = %s, next_due_at = a.next_due_at, load_day = a.load_day,
       load = a.load::int[], last_text_at = a.last_text_at
  FROM unnest(%s::bigint[], %s::timestamptz[], %s::date[], %s::text[], %s::timestamptz[])
       AS a(id, next_due_at, load_day, load, last_text_at)
 WHERE e.id = a.id
"""
_WAIT = """
UPDATE enrolment_enrolment e SET planned_through = a.planned_through, replanning = true
  FROM unnest(%s::bigint[], %s::timestamptz[]) AS a(id, planned_through)
 WHERE e.id = a.id
"""
_POSTPONE = "UPDATE enrolment_enrolment SET next_due_at = %s WHERE id = ANY(%s)"
_RESUME = """
UPDATE enrolment_enrolment SET status = 'active', paused_at = NULL, pause_reason = ''
 WHERE id = ANY(%s) AND status = 'paused'
"""
_COMPLETE = """
UPDATE enrolment_enrolment SET status = 'completed' WHERE id = ANY(%s) AND status = 'active'
"""
_ASK = """
UPDATE enrolment_enrolment e SET question = a.question, asked_at = %s, tries = 0
  FROM unnest(%s::bigint[], %s::text[]) AS a(id, question)
 WHERE e.id = a.id
"""


def advance(planned: Sequence[Planned], now: datetime) -> None:
    """One statement for everyone, and one more for each sort that few of a batch are of."""
    decided = [share for share in planned if not share.plan.postponed]
    postponed = [_id(share) for share in planned if share.plan.postponed]
    paused = [_id(share) for share in decided if share.claimed.state.paused_at is not None]
    waiting = {_id(share): share.plan.planned_through for share in decided if share.plan.waiting}
    finished = [
        _id(share)
        for share in decided
        if share.plan.next_due_at is None and share.claimed.quit_date is not None
    ]
    asked = {_id(share): question for share in decided if (question := _question(share))}
    with connection.cursor() as cursor:
        if paused:
            cursor.execute(_RESUME, [paused])
        cursor.execute(_ADVANCE, [now, *_columns(decided)])
        if waiting:
            cursor.execute(_WAIT, [list(waiting), list(waiting.values())])
        if postponed:
            cursor.execute(_POSTPONE, [now + POSTPONED, postponed])
        if finished:
            cursor.execute(_COMPLETE, [finished])
        if asked:
            cursor.execute(_ASK, [now, list(asked), list(asked.values())])
    entries = [
        (_id(share), share.claimed.state.attempt, entry, share.claimed.content)
        for share in decided
        for entry in share.plan.entries
    ]
    if entries:
        entering.write(entries, now)
    again = [
        Again(_id(share), share.claimed.content.campaign_id, share.claimed.is_test, redrawn)
        for share in decided
        for redrawn in share.plan.redrawn
    ]
    if again:
        redrawing.write(again, now)


def _columns(decided: Sequence[Planned]) -> tuple[str, ...]:
    loads = [share.plan.load for share in decided]
    return (
        _array([share.claimed.state.enrolment_id for share in decided]),
        _array([share.plan.next_due_at for share in decided]),
        _array([load.day for load in loads]),
        _array([load.counts for load in loads]),
        _array([load.last_at for load in loads]),
    )


def _array(values: Sequence[object]) -> str:
    """A PostgreSQL array written out: a driver that asks each value for its type takes ten times
    as long. Only for numbers, times, rows of numbers; nothing a person wrote. Of a day or a load
    that many share the words are made once."""
    words = {value: _word(value) for value in set(values)}
    return "{" + ",".join([words[value] for value in values]) + "}"


def _word(value: object) -> str:
    if isinstance(value, tuple):
        return '"{' + ",".join(map(str, value)) + '}"'
    return "NULL" if value is None else str(value)


def _id(share: Planned) -> int:
    return share.claimed.state.enrolment_id


def _question(share: Planned) -> str:
    """The question open from now on: the newest of those just sent. One at most is open."""
    asked = ""
    for due, text in zip(share.plan.dues, share.texts, strict=True):
        if text is not None:
            asked = due.step.question or asked
    return asked
