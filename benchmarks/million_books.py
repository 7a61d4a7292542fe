"""What benchmarks.million compares, the provider's ledger with the database, and what it weighs."""

import json
from pathlib import Path

from django.apps import apps
from django.db import connection

from benchmarks.figures import say

_LINES = """
CREATE TEMPORARY TABLE provider_line (sid text, number text, at double precision)
"""

_TEXTS = "provider_line l JOIN messaging_attempt a ON a.provider_message_id = l.sid"
# Each of these must be nothing.
_WRONG = {
    "accepted_but_not_at_the_provider": """
        SELECT count(*) FROM messaging_attempt a
         WHERE a.outcome = 'accepted'
           AND NOT EXISTS (SELECT 1 FROM provider_line l WHERE l.sid = a.provider_message_id)""",
    "at_the_provider_but_not_accepted": """
        SELECT count(*) FROM provider_line l
         WHERE NOT EXISTS (SELECT 1 FROM messaging_attempt a
                            WHERE a.provider_message_id = l.sid AND a.outcome = 'accepted')""",
    "texts_more_than_once": f"""
        SELECT count(*) FROM (
               SELECT a.message_id FROM {_TEXTS}
                GROUP BY 1 HAVING count(*) > 1) twice""",
    "numbers_with_more_than_one_planned_text": f"""
        SELECT count(*) FROM (
               SELECT l.number FROM {_TEXTS}
                 JOIN messaging_message m ON m.id = a.message_id AND m.kind = 'due'
                GROUP BY 1 HAVING count(*) > 1) twice""",
    "texts_after_stop": f"""
        SELECT count(*) FROM {_TEXTS}
          JOIN messaging_message m ON m.id = a.message_id AND m.kind <> 'stop_confirmation'
          JOIN messaging_recipient r ON r.id = m.recipient_id
          JOIN messaging_optout o
            ON o.organisation_id = r.organisation_id AND o.number_index = r.number_index
         WHERE to_timestamp(l.at) > o.opted_out_at""",
    "decisions_not_one_a_person": """
        SELECT count(*) FROM (
               SELECT e.id FROM enrolment_enrolment e
                 LEFT JOIN enrolment_decision d ON d.enrolment_id = e.id
                GROUP BY 1 HAVING count(d.id) <> 1) odd""",
    "texts_without_an_end": """
        SELECT count(*) FROM messaging_message
         WHERE status NOT IN ('delivered', 'cancelled', 'blocked')""",
}

# By joins: PostgreSQL asks an EXISTS beside an OR once a person, each time all of the lines.
_SETTLED = """
WITH settled AS (
    SELECT m.recipient_id FROM provider_line l
      JOIN messaging_attempt a ON a.provider_message_id = l.sid
      JOIN messaging_message m ON m.id = a.message_id AND m.kind = 'due'
     UNION
    SELECT r.id FROM messaging_recipient r JOIN messaging_optout o
        ON o.organisation_id = r.organisation_id AND o.number_index = r.number_index
)
SELECT count(DISTINCT e.id) FROM enrolment_enrolment e
  JOIN enrolment_participant p ON p.id = e.participant_id
  JOIN settled s ON s.recipient_id = p.recipient_id
"""

_SIZES = """
SELECT coalesce(w.relname, c.relname), sum(pg_relation_size(c.oid))::bigint,
       sum(pg_indexes_size(c.oid))::bigint, sum(pg_total_relation_size(c.oid))::bigint
  FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
  LEFT JOIN pg_class w ON w.oid = i.inhparent
 WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
 GROUP BY 1 ORDER BY 4 DESC LIMIT 14
"""


def compare(ledger: Path) -> dict[str, int]:
    """How many of each kind of wrong; the ledger's lines are left in a temporary table."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES)
        with cursor.copy("COPY provider_line FROM STDIN") as copy, ledger.open("rb") as lines:
            for line in lines:
                copy.write_row(_columns(line))
        cursor.execute("ANALYZE provider_line")
    return {name: _number(sql) for name, sql in _WRONG.items()}


def people_settled() -> int:
    return _number(_SETTLED)


def say_steps() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT step_key, outcome, count(*) FROM enrolment_decision GROUP BY 1, 2")
        for step, outcome, found in cursor.fetchall():
            say("decisions", found, step=step, outcome=outcome)


def go_on_counting() -> None:
    """Copied rows bring their ids; the next drawn lie behind them."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, model._meta.pk.column])
            (sequence,) = cursor.fetchone()
            if sequence:
                key = connection.ops.quote_name(str(model._meta.pk.column))
                cursor.execute(
                    f"SELECT setval(%s, greatest(nextval(%s), (SELECT max({key}) FROM {table})))",
                    [sequence, sequence],
                )


def say_sizes(when: str, people: int) -> None:
    """The whole, and each large table with its indexes: MB, and bytes a person."""
    whole = _number("SELECT pg_database_size(current_database())")
    wal = _number("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")
    say(f"database_mb_{when}", whole / 1e6, bytes_a_person=whole // people, wal_mb=wal // 10**6)
    with connection.cursor() as cursor:
        cursor.execute(_SIZES)
        for table, heap, indexes, total in cursor.fetchall():
            if total > whole / 200:
                say(
                    f"table_mb_{when}", total / 1e6, table=table, rows_mb=round(heap / 1e6, 1),
                    indexes_mb=round(indexes / 1e6, 1), bytes_a_person=total // people,
                )  # fmt: skip


def _columns(line: bytes) -> tuple[str, str, float]:
    entry = json.loads(line)
    return entry["sid"], entry["to"], entry["at"]


def _number(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
