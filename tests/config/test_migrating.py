"""Migrations beside people who use the tables."""

from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from config import migrating
from tests.chaos import migrations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def to_be_applied(settings: Settings) -> Iterator[None]:
    """Migrations that change tables of texts; taken back afterwards."""
    settings.MIGRATION_MODULES = {"messaging": migrations.__name__}
    yield
    call_command("migrate", "messaging", migrations.LAST_OF_OURS, verbosity=0, skip_checks=True)


@pytest.fixture
def somebody_else(process_environment: dict[str, str]) -> Iterator[psycopg.Connection]:
    """Looks at texts and leaves the transaction open."""
    with psycopg.connect(process_environment["DATABASE_URL"]) as forgotten:
        forgotten.execute("SELECT count(*) FROM messaging_message")
        yield forgotten


def test_a_migration_gives_way_and_comes_again(
    to_be_applied: None, somebody_else: psycopg.Connection
) -> None:
    pauses = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            somebody_else.rollback()

    assert migrating.migrate(pause=pause) == 2
    assert _columns("messaging_message") >= {"next_release"}


def test_a_foreign_key_that_cannot_have_its_lock_comes_again(
    to_be_applied: None, process_environment: dict[str, str]
) -> None:
    """It is asked for last of all, and not in the block that would roll back."""
    pauses = []
    with psycopg.connect(process_environment["DATABASE_URL"]) as somebody:
        # Only what refers to an attempt has to wait for this.
        somebody.execute("LOCK TABLE messaging_attempt IN ROW EXCLUSIVE MODE")

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            somebody.rollback()

        assert migrating.migrate(pause=pause) == 1
    assert len(pauses) == 1
    assert _columns("messaging_message") >= {"next_release"}


def test_a_table_held_all_the_time_is_told_and_nothing_is_half_done(
    to_be_applied: None, somebody_else: psycopg.Connection
) -> None:
    with pytest.raises(CommandError, match="pg_stat_activity"):
        migrating.migrate(tries=1, pause=lambda seconds: None)

    assert "next_release" not in _columns("messaging_message")
    somebody_else.rollback()


def test_whoever_comes_after_may_wait_again_as_long_as_before() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()
    assert migrating.migrate() == 0
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == before


def _columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {
            column.name for column in connection.introspection.get_table_description(cursor, table)
        }
