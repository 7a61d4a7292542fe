"""What the database and driver can do at most with the tick's own rows: no deciding, no sealing."""

import os
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection

from enrolment.claiming import _CLAIM as CLAIM

_BODY = os.urandom(180).hex()
_STEP = "quit.01"

_DECISIONS = (
    "COPY enrolment_decision (id, enrolment_id, attempt, step_key, occurrence, version_id, due_at, "
    "local_date, outcome, reason, text_key, decided_at, variant, arm, available, "
    "unavailable_reason, policy_version) FROM STDIN"
)
_MESSAGES = (
    "COPY messaging_message (id, organisation_id, sender_id, recipient_id, kind, cause_kind, "
    "cause_key, priority, status, status_reason, not_before, valid_until, hours_start, hours_end, "
    "zone, segments, encoding, provider_message_id, retry_at, cancel_reason, is_test, is_approved, "
    "created_at, settled_at) FROM STDIN"
)
_BODIES = "COPY messaging_messagebody (message_id, text) FROM STDIN"
_ADVANCE = """
UPDATE enrolment_enrolment e
   SET planned_through = %s, next_due_at = a.at, load_day = a.day, load = a.load::int[],
       last_text_at = a.last
  FROM unnest(%s::bigint[], %s::timestamptz[], %s::date[], %s::text[], %s::timestamptz[])
       AS a(id, at, day, load, last)
 WHERE e.id = a.id
"""
_IDS = (
    "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass)) "
    "FROM generate_series(1, %s)"
)


def drain(raw: "Connection[Any]", *, due: datetime, batch: int) -> int:
    done = 0
    while taken := _batch(raw, due, batch):
        done += taken
    return done


def _batch(raw: "Connection[Any]", due: datetime, batch: int) -> int:
    with raw.transaction(), raw.cursor() as cursor:
        rows = cursor.execute(CLAIM, [due, batch]).fetchall()
        if not rows:
            return 0
        decisions = _ids(cursor, "enrolment_decision", len(rows))
        messages = _ids(cursor, "messaging_message", len(rows))
        _copy(cursor, rows, decisions, messages, due)
        later = due + timedelta(hours=4)
        columns = [later], [due.date()], ["{1,0,0,0,0,0,0}"], [due]
        filled = [column * len(rows) for column in columns]
        cursor.execute(_ADVANCE, [due, [row[0] for row in rows], *filled])
    return len(rows)


def _ids(cursor: Any, table: str, count: int) -> list[int]:
    return [row[0] for row in cursor.execute(_IDS, [table, count]).fetchall()]


def _copy(
    cursor: Any, rows: list[Any], decisions: list[int], messages: list[int], due: datetime
) -> None:
    at, until = due.isoformat(), (due + timedelta(hours=3)).isoformat()
    with cursor.copy(_DECISIONS) as copy:
        copy.write(
            "".join(
                f"{decision}\t{row[0]}\t1\t{_STEP}\t1\t{row[3]}\t{at}\t{due.date()}\tqueued\t\t{_STEP}\t{at}"
                "\t\t\tt\t\t\n"
                for decision, row in zip(decisions, rows, strict=True)
            )
        )
    with cursor.copy(_MESSAGES) as copy:
        copy.write(
            "".join(
                f"{message}\t{row[26]}\t{row[28]}\t{row[25]}\tdue\tdecision\t{decision}\t20\tqueued"
                f"\t\t{at}\t{until}\t08:00\t20:30\tUTC\t1\tgsm7\t\t\\N\t\tf\tf\t{at}\t\\N\n"
                for message, decision, row in zip(messages, decisions, rows, strict=True)
            )
        )
    with cursor.copy(_BODIES) as copy:
        copy.write("".join(f"{message}\t\\\\x{_BODY}\n" for message in messages))
