"""The tick: due enrolments -> Decisions and Messages, in batches, safe twice at once and late.

A batch is one transaction: Decisions and Messages are copied in with ids drawn first, and
`next_due_at` moves on, all or nothing. The unique keys on both tables are the proof against a
second text, not the claim.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, connection, transaction

from campaigns.compiling import content_of
from campaigns.content import Content
from campaigns.wording import MissingValue, render
from enrolment import journey
from enrolment.claiming import Claimed, claim
from enrolment.fields import field_values
from enrolment.models.decision import Decision
from messaging import outbox
from messaging.models import Message
from messaging.outgoing import Outline
from trust.ids import draw_ids

log = structlog.get_logger(__name__)

BATCH = 1000
#: An enrolment whose journey raises is looked at again after this, so that it harms no other.
POSTPONED = timedelta(hours=1)


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


@dataclass(frozen=True, slots=True)
class _Planned:
    """One enrolment's share of a batch. `texts` holds a wording or None, one for each due."""

    claimed: Claimed
    content: Content
    plan: journey.Plan
    texts: tuple[str | None, ...]


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


@transaction.atomic
def tick_batch(*, now: datetime, batch: int, wary: bool = False) -> Tick:
    claimed = claim(now=now, limit=batch, wary=wary)
    if not claimed:
        return Tick()
    contents = {version: content_of(version) for version in {row.version_id for row in claimed}}
    planned = [_plan(row, contents[row.version_id], now) for row in claimed]
    # COPY is psycopg's own and raises its own errors; here they become Django's.
    with connection.wrap_database_errors:
        decisions, messages = _write(planned, now)
    _advance(planned, now)
    return Tick(len(claimed), decisions, messages)


def _plan(claimed: Claimed, content: Content, now: datetime) -> _Planned:
    try:
        plan = journey.plan(content, claimed.state, now)
        texts = tuple(_text(claimed, content, due) for due in plan.dues)
    except Exception:
        log.exception("enrolment_postponed", enrolment_id=claimed.state.enrolment_id)
        later = journey.Plan(dues=(), next_due_at=None, postponed=True)
        return _Planned(claimed, content, later, ())
    return _Planned(claimed, content, plan, texts)


def _text(claimed: Claimed, content: Content, due: journey.Due) -> str | None:
    if due.verdict is not journey.Verdict.QUEUED:
        return None
    try:
        wording = content.wording(content.step_text_key(due.step), claimed.language)
        if len(wording.parts) == 1:
            return wording.parts[0]
        values = field_values(
            first_name=claimed.first_name if "first_name" in wording.fields else None,
            quit_date=claimed.quit_date,
            language=claimed.language,
        )
        return render(wording, values, content.defaults.get(claimed.language, {}))
    except MissingValue:
        return None


def _write(planned: Sequence[_Planned], now: datetime) -> tuple[int, int]:
    rows = [
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
    return len(rows), len(queued)


def _outline(
    message_id: int, decision_id: int, share: _Planned, due: journey.Due, text: str
) -> Outline:
    claimed = share.claimed
    return Outline(
        message_id=message_id,
        organisation_id=claimed.organisation_id,
        sender_id=claimed.sender_id,
        recipient_id=claimed.recipient_id,
        kind=Message.Kind.DUE,
        cause_kind=Message.CauseKind.DECISION,
        cause_key=str(decision_id),
        text=text,
        not_before=due.not_before,
        valid_until=due.valid_until,
        hours=(share.content.hours.start, share.content.hours.end),
        zone=claimed.state.zone,
        priority=due.step.priority.rank,
        is_test=claimed.is_test,
        approved=claimed.approved,
    )


_DECISION_COLUMNS = (
    "id, enrolment_id, attempt, step_key, occurrence, version_id, due_at, local_date, outcome, "
    "reason, decided_at, variant, arm, available, unavailable_reason, policy_version"
)


def _copy_decisions(
    decision_ids: Sequence[int],
    rows: Sequence[tuple[_Planned, journey.Due, str | None]],
    now: datetime,
) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {Decision._meta.db_table} ({_DECISION_COLUMNS}) FROM STDIN") as copy,
    ):
        for decision_id, (share, due, text) in zip(decision_ids, rows, strict=True):
            state = share.claimed.state
            verdict, reason = due.verdict, due.reason
            if verdict is journey.Verdict.QUEUED and text is None:
                verdict, reason = journey.Verdict.SUPPRESSED, journey.Reason.MISSING_VALUE
            copy.write_row(
                (
                    decision_id,
                    state.enrolment_id,
                    state.attempt,
                    due.step.key,
                    due.occurrence,
                    share.claimed.version_id,
                    due.due_at,
                    due.local_date,
                    verdict.value,
                    reason.value,
                    now,
                    "",
                    "",
                    True,
                    "",
                    "",
                )
            )


_ADVANCE = """
UPDATE enrolment_enrolment e
   SET planned_through = %s, next_due_at = a.next_due_at
  FROM unnest(%s::bigint[], %s::timestamptz[]) AS a(id, next_due_at)
 WHERE e.id = a.id
"""
_POSTPONE = "UPDATE enrolment_enrolment SET next_due_at = %s WHERE id = ANY(%s)"
_COMPLETE = """
UPDATE enrolment_enrolment SET status = 'completed' WHERE id = ANY(%s) AND status = 'active'
"""
_ASK = """
UPDATE enrolment_enrolment e SET question = a.question, asked_at = %s, tries = 0
  FROM unnest(%s::bigint[], %s::text[]) AS a(id, question)
 WHERE e.id = a.id
"""


def _advance(planned: Sequence[_Planned], now: datetime) -> None:
    """One statement for everyone, and one more for each sort that few of a batch are of."""
    decided = [share for share in planned if not share.plan.postponed]
    ids = [share.claimed.state.enrolment_id for share in decided]
    postponed = [share.claimed.state.enrolment_id for share in planned if share.plan.postponed]
    finished = [
        share.claimed.state.enrolment_id
        for share in decided
        if share.plan.next_due_at is None and share.claimed.quit_date is not None
    ]
    asked = {
        share.claimed.state.enrolment_id: question
        for share in decided
        if (question := _question(share))
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [now, ids, [share.plan.next_due_at for share in decided]])
        if postponed:
            cursor.execute(_POSTPONE, [now + POSTPONED, postponed])
        if finished:
            cursor.execute(_COMPLETE, [finished])
        if asked:
            cursor.execute(_ASK, [now, list(asked), list(asked.values())])


def _question(share: _Planned) -> str:
    """The question open from now on: the newest of those just sent. One at most is open."""
    asked = [
        due.step.question
        for due, text in zip(share.plan.dues, share.texts, strict=True)
        if text is not None and due.step.question
    ]
    return asked[-1] if asked else ""
