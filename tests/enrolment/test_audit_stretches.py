"""What an hour of the audit costs must not grow with the years before it: no table of any size is
read whole for a stretch."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrolment import audit_stretches, planner, replies
from enrolment.audit_stretches import SOURCES, Kind
from messaging import clock, dispatch
from messaging.ledger import forgotten
from messaging.models import Message
from tests import announcements, worlds

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: Copies lie so far apart, with all the rows of one person between.
APART = 100
MANY = 10_000
#: So few that a table of this size is not quicker read whole.
STRETCH = 20
#: Of each table the columns that are moved on with the row; a copy is as sound as what it is of.
COPIED = {
    "enrolment_participant": {"id": "id + n"},
    "enrolment_enrolment": {"id": "id + n", "participant_id": "participant_id + n"},
    "enrolment_decision": {"id": "id + n", "enrolment_id": "enrolment_id + n"},
    "enrolment_broadcastdecision": {
        "id": "id + n", "enrolment_id": "enrolment_id + n", "message_id": "message_id + n",
    },
    "messaging_recipient": {"id": "id + n", "number_index": "int4send(id::int + n)"},
    "messaging_message": {
        "id": "id + n", "recipient_id": "recipient_id + n",
        "cause_key": "CASE cause_kind WHEN 'decision' THEN (cause_key::bigint + n)::text"
        " WHEN 'broadcast' THEN split_part(cause_key, ':', 1) || ':'"
        " || split_part(cause_key, ':', 2)::bigint + n ELSE 'many:' || id || ':' || n END",
    },
    "messaging_messagebody": {"message_id": "message_id + n"},
    "messaging_attempt": {
        "id": "id + n", "message_id": "message_id + n", "token": "'many' || id + n",
    },
    "messaging_receipt": {"id": "id + n", "attempt_id": "attempt_id + n"},
}  # fmt: skip


@pytest.fixture
def large_house() -> None:
    now = worlds.at_noon()
    worlds.person(joined=now - timedelta(hours=1), quit_day=now.date())
    worlds.text("+447700900001", "crave")
    replies.answer_pending(now=now)
    planner.tick(now=now)
    announcements.sent(announcements.drafted())
    dispatch.send_due()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, moved in COPIED.items():
            columns = [each.name for each in connection.introspection.get_table_description(
                cursor, table
            )]  # fmt: skip
            said = ", ".join(moved.get(name, f'"{name}"') for name in columns)
            named = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(
                f"INSERT INTO {table} ({named})"
                f" SELECT {said} FROM {table}, generate_series({APART}, {MANY * APART}, {APART}) n"
            )
            assert cursor.rowcount >= MANY
            cursor.execute(f"ANALYZE {table}")
        cursor.execute("SET LOCAL session_replication_role = origin")


def read_whole(work: Callable[[], object]) -> set[str]:
    """Tables of more than a page or two of which some query reads all."""
    with CaptureQueriesContext(connection) as queries:
        work()
    assert queries.captured_queries
    plans = []
    with connection.cursor() as cursor:
        for query in queries.captured_queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plans += [line for (line,) in cursor.fetchall()]
    return {name for line in plans for name in re.findall(r"Seq Scan on (\w+)", line)} & set(COPIED)


@pytest.mark.parametrize("kind", [Kind.MESSAGES, Kind.ENROLMENTS])
def test_stretch_is_found_by_indexes(large_house: None, kind: Kind) -> None:
    ids = audit_stretches.following(kind, 5000)[:STRETCH]
    assert len(ids) == STRETCH
    found: list[object] = []

    whole = read_whole(
        lambda: found.extend(audit_stretches.ask(kind, ids, calendar=clock.calendar_now()))
    )

    assert (whole, found) == (set(), [])


def test_what_is_new_and_what_waits_are_found_by_indexes(large_house: None) -> None:
    now, calendar = clock.both()
    last = Message.objects.order_by("-pk").values_list("pk", flat=True)[STRETCH]

    def work() -> None:
        for source in SOURCES:
            audit_stretches.settled(source, last, now=now, calendar=calendar)
            audit_stretches.new_rows(source, last)
        for kind in Kind:
            audit_stretches.following(kind, last)
        audit_stretches.unplanned(calendar=calendar)
        forgotten(most=1000)

    assert read_whole(work) == set()
