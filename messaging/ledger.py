"""The transport's books audited in SQL: one query a promise, each in one snapshot, so it can run
beside a working system. Each can be asked of all rows, or of a stretch of them, by the same text:
what it says of `in_stretch` is true of every row where the whole is meant."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from messaging.clock import CALENDAR_NOW
from messaging.models.message import Message
from messaging.receipts import RANK

#: How long work that is due may wait for the process that does it before it counts as forgotten.
GRACE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Violation:
    """`code` is the promise as docs/operators.md numbers it, `subject` a row by kind and id."""

    code: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Check:
    """`sql` finds the broken rows' ids. It names the columns that hold a stretch's ids:
    `in_stretch(column)`; or recipients, of whom all is to be read if one confirmation of a STOP
    lies in the stretch: `confirmed_in_stretch(column)`. `by_key` is asked of a stretch besides,
    where an index would else be passed by: it must change no answer."""

    code: str
    subject: str
    detail: str
    sql: str
    by_key: str = "TRUE"


# Evaluated once, so that an index can be asked for it.
_LATE = "(SELECT clock_timestamp() - make_interval(secs => %(grace)s))"

#: What waits, or should not any more: few rows, each found by an index of those alone.
_OPEN = (
    Check("I2", "message", "queued though its time has passed", f"""
        SELECT id FROM messaging_message
         WHERE status = 'queued'
           AND valid_until < (SELECT {CALENDAR_NOW} - make_interval(secs => %(grace)s))"""),
    Check("I2", "attempt", "started and never settled", """
        SELECT id FROM messaging_attempt
         WHERE outcome = 'started' AND started_at
             < (SELECT clock_timestamp() - make_interval(secs => %(lease)s + %(grace)s))"""),
    Check("I8", "inbound", "has no end", f"""
        SELECT id FROM messaging_inboundmessage WHERE "end" = 'pending' AND stored_at < {_LATE}"""),
)  # fmt: skip

_OF_MESSAGES = (
    Check("I1", "message", "accepted more than once", """
        SELECT message_id FROM messaging_attempt
         WHERE in_stretch(message_id) AND outcome = 'accepted'
         GROUP BY message_id HAVING count(*) > 1"""),
    Check("I1", "message", "tried again after it was accepted or while that was open", """
        SELECT DISTINCT a.message_id FROM messaging_attempt a
          JOIN messaging_attempt b ON b.message_id = a.message_id AND b.id > a.id
         WHERE in_stretch(a.message_id) AND in_stretch(b.message_id)
           AND a.outcome IN ('started', 'unknown', 'accepted')"""),
    Check("I3", "attempt", "started after the number opted out", """
        SELECT a.id FROM messaging_attempt a
          JOIN messaging_message m ON m.id = a.message_id
          JOIN messaging_recipient r ON r.id = m.recipient_id
          JOIN messaging_optout o
            ON o.organisation_id = r.organisation_id AND o.number_index = r.number_index
         WHERE in_stretch(m.id) AND in_stretch(a.message_id)
           AND NOT m.kind = ANY(%(past_opt_out)s) AND a.started_at > o.opted_out_at
           AND (o.lifted_at IS NULL OR a.started_at < o.lifted_at)"""),
    # Two that opted out may be confirmed side by side, where the first was of one campaign.
    Check("I3", "recipient", "more than one confirmation of one STOP", """
        SELECT m.recipient_id FROM messaging_attempt a
          JOIN messaging_message m ON m.id = a.message_id
          LEFT JOIN messaging_inboundmessage i ON i.opted_out AND i.id =
               CASE m.cause_kind WHEN 'inbound' THEN split_part(m.cause_key, ':', 1)::bigint END
          JOIN messaging_recipient r ON r.id = m.recipient_id
          JOIN messaging_optout o
            ON o.organisation_id = r.organisation_id AND o.number_index = r.number_index
         WHERE confirmed_in_stretch(m.recipient_id)
           AND m.kind = 'stop_confirmation' AND a.outcome IN ('started', 'unknown', 'accepted')
           AND a.started_at > o.opted_out_at
           AND (o.lifted_at IS NULL OR a.started_at < o.lifted_at)
         GROUP BY m.recipient_id
        HAVING count(DISTINCT m.id) > greatest(1, count(DISTINCT i.id))"""),
    Check("I4", "attempt", "started outside the message's time", """
        SELECT a.id FROM messaging_attempt a JOIN messaging_message m ON m.id = a.message_id
         WHERE in_stretch(m.id) AND in_stretch(a.message_id)
           AND (m.retimed_at IS NULL OR a.started_at > m.retimed_at)
           AND (a.calendar_at < m.not_before OR a.calendar_at >= m.valid_until)"""),
    Check("I4", "attempt", "started outside the person's hours", """
        SELECT a.id FROM messaging_attempt a JOIN messaging_message m ON m.id = a.message_id
         WHERE in_stretch(m.id) AND in_stretch(a.message_id) AND m.hours_start IS NOT NULL
           AND (m.retimed_at IS NULL OR a.started_at > m.retimed_at)
           AND (timezone(m.zone, a.calendar_at)::time < m.hours_start
                OR timezone(m.zone, a.calendar_at)::time >= m.hours_end)"""),
    Check("I5", "message", "stands below what was reported of it", """
        SELECT DISTINCT m.id FROM messaging_message m
          JOIN messaging_attempt a ON a.message_id = m.id AND a.outcome = 'accepted'
          JOIN messaging_receipt r ON r.attempt_id = a.id
         WHERE in_stretch(m.id) AND in_stretch(a.message_id)
           AND coalesce(array_position(%(rank)s, m.status::text), 0)
             < array_position(%(rank)s, r.status::text)"""),
    Check("I5", "message", "was accepted, and its status says otherwise", """
        SELECT m.id FROM messaging_message m
          JOIN messaging_attempt a ON a.message_id = m.id AND a.outcome = 'accepted'
         WHERE in_stretch(m.id) AND in_stretch(a.message_id)
           AND m.status NOT IN ('accepted', 'sent', 'failed', 'undelivered', 'delivered')"""),
    Check("I6", "message", "its status has no attempt to match", """
        SELECT m.id FROM messaging_message m
          LEFT JOIN messaging_attempt a ON a.message_id = m.id AND in_stretch(a.message_id)
               AND a.outcome IN ('started', 'unknown', 'accepted')
         WHERE in_stretch(m.id) AND (
               (m.status = 'sending' AND a.outcome IS DISTINCT FROM 'started')
            OR (m.status = 'unknown' AND a.outcome IS DISTINCT FROM 'unknown')
            OR (m.status IN ('accepted', 'sent', 'undelivered', 'delivered')
                AND a.outcome IS DISTINCT FROM 'accepted')
            OR (m.status IN ('queued', 'cancelled', 'expired', 'blocked')
                AND a.outcome IN ('started', 'unknown')))"""),
    Check("I6", "message", "has no words beside it", """
        SELECT m.id FROM messaging_message m
         WHERE in_stretch(m.id)
           AND NOT EXISTS (SELECT 1 FROM messaging_messagebody b
                            WHERE b.message_id = m.id AND in_stretch(b.message_id))"""),
    Check("I7", "attempt", "was reported on, and does not count as accepted", """
        SELECT DISTINCT a.id FROM messaging_attempt a
          JOIN messaging_receipt r ON r.attempt_id = a.id
         WHERE in_stretch(a.message_id) AND a.outcome <> 'accepted'"""),
)  # fmt: skip

_STRETCH = {
    "in_stretch": r"\1 = ANY(%(stretch)s::bigint[])",
    "confirmed_in_stretch": r"""\1 IN (SELECT s.recipient_id FROM messaging_message s
             WHERE s.id = ANY(%(stretch)s::bigint[]) AND s.kind = 'stop_confirmation')""",
}


def violations(*, grace: timedelta = GRACE) -> list[Violation]:
    """Every broken promise found; empty when the books are in order. With `grace` nothing, also
    what only waits for its process counts."""
    return [*forgotten(grace=grace), *of_messages()]


def forgotten(*, grace: timedelta = GRACE, most: int | None = None) -> list[Violation]:
    """What waits that should not any more; up to `most` of each kind."""
    lease = float(settings.ATTEMPT_LEASE_SECONDS)
    return ask(_OPEN, values={"grace": grace.total_seconds(), "lease": lease}, most=most)


def of_messages(ids: Sequence[int] | None = None) -> list[Violation]:
    """Of these messages, their attempts and receipts, or of all there are."""
    values = {"rank": list(RANK), "past_opt_out": [kind.value for kind in Message.PAST_OPT_OUT]}
    return ask(_OF_MESSAGES, values=values, stretch=ids)


def ask(
    checks: Iterable[Check],
    *,
    values: dict[str, Any] | None = None,
    stretch: Sequence[int] | None = None,
    most: int | None = None,
) -> list[Violation]:
    # Written out once, and not for each place where it stands.
    given = {**(values or {}), "stretch": f"{{{','.join(map(str, stretch or ()))}}}"}
    return [
        Violation(check.code, f"{check.subject} {row_id}", check.detail)
        for check in checks
        for row_id in _rows(_limited(said(check, whole=stretch is None), most), given)
    ]


def said(check: Check, *, whole: bool) -> str:
    sql = re.sub(r"\bby_key\b", "TRUE" if whole else check.by_key, check.sql)
    for name, meant in _STRETCH.items():
        sql = re.sub(rf"\b{name}\(([\w.]+)\)", "TRUE" if whole else meant, sql)
    return sql


def _limited(sql: str, most: int | None) -> str:
    return sql if most is None else f"{sql} LIMIT {most:d}"


def _rows(sql: str, values: dict[str, Any]) -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        yield from (row[0] for row in cursor.fetchall())
