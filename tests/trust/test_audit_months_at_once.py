"""Months are made beside whoever reads and writes the audit, and nobody waits long for it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from trust import audit, audit_months
from trust.audit_months import Part
from trust.models import AuditEvent

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def last(committed: None) -> Iterator[str]:
    """The furthest month, taken away to be made anew; there again afterwards."""
    audit_months.keep()
    with connection.cursor() as cursor:
        cursor.execute("SELECT part::text FROM trust_auditevent_parts() ORDER BY until DESC")
        name = str(cursor.fetchone()[0])
        cursor.execute(f"DROP TABLE {name}")
    yield name
    audit_months.keep()


def elsewhere(ask: Callable[[], list[Part]]) -> list[Part]:
    """By another connection than the test's."""
    try:
        return ask()
    finally:
        connection.close()


def asked(pool: ThreadPoolExecutor, ask: Callable[[], list[Part]]) -> "Future[list[Part]]":
    return pool.submit(elsewhere, ask)


def test_several_at_once_make_a_month_once(last: str) -> None:
    start = Barrier(4)

    def keep() -> list[Part]:
        start.wait(timeout=10)
        return audit_months.keep()

    with ThreadPoolExecutor(4) as pool:
        done = [future.result() for future in [asked(pool, keep) for _ in range(4)]]

    assert [part for parts in done for part in parts] == [Part(last, "made", 0)]


def test_month_is_made_beside_whoever_writes_a_line(last: str) -> None:
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        written = audit.record(verb="tick", subject=None)
        assert asked(pool, audit_months.keep).result() == [Part(last, "made", 0)]

    assert AuditEvent.objects.filter(pk=written.pk).exists()


def test_month_waits_for_another_time_while_somebody_reads_on_and_on(last: str) -> None:
    """As `pg_dump` does, for hours."""
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        assert not AuditEvent.objects.filter(verb="nobody's").exists()
        began = time.monotonic()
        assert asked(pool, audit_months.keep).result() == [Part(last, "busy", 0)]
        assert time.monotonic() - began < 2

    assert audit_months.keep() == [Part(last, "made", 0)]
