"""What research reads from a replica: everything that was committed, or from the main server."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import InternalError, OperationalError, connections, transaction
from django.db.backends.utils import CursorWrapper
from pytest_django import DjangoDbBlocker, Settings

from enrolment import planner
from enrolment.models import Decision, Enrolment
from research import reading_feeds, replica
from tests import standby, worlds

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "replica"]),
    pytest.mark.skipif(
        bool(os.environ.get("TEST_DATABASE_URL")), reason="a server not ours may not be copied"
    ),
]


@pytest.fixture(scope="module", autouse=True)
def follower(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), standby.followed():
        yield


@pytest.fixture
def person() -> Enrolment:
    enrolment = worlds.person()
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    return enrolment


def who_answers(cursor: CursorWrapper) -> str:
    cursor.execute("SELECT pg_is_in_recovery()")
    return "replica" if cursor.fetchone()[0] else "main"


def decisions(cursor: CursorWrapper) -> tuple[str, int]:
    cursor.execute("SELECT pg_is_in_recovery(), count(*) FROM enrolment_decision")
    in_recovery, count = cursor.fetchone()
    return "replica" if in_recovery else "main", count


def pause(replaying: bool) -> None:
    with connections["replica"].cursor() as cursor:
        cursor.execute(f"SELECT pg_wal_replay_{'resume' if replaying else 'pause'}()")


def test_main_server_answers_without_a_replica(person: Enrolment, settings: Settings) -> None:
    settings.REPLICA = "not configured"

    assert replica.read(who_answers) == "main"


def test_replica_answers_with_all_that_was_committed(person: Enrolment) -> None:
    for planned in range(3):
        planner.tick(now=worlds.NOON + timedelta(days=planned))

        assert replica.read(decisions) == ("replica", Decision.objects.count())


def test_feed_is_the_same_from_either(person: Enrolment, settings: Settings) -> None:
    def page() -> reading_feeds.Page:
        return reading_feeds.read(
            campaign=person.campaign, name="decisions", after=0, limit=10, now=worlds.NOON
        )

    from_the_replica = page()
    settings.REPLICA = "not configured"

    assert from_the_replica.rows
    assert page() == from_the_replica


def test_main_server_answers_while_the_replica_lags(
    person: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "_PATIENCE_SECONDS", 0.1)
    pause(replaying=False)
    planner.tick(now=worlds.NOON + timedelta(days=1))

    assert replica.read(decisions) == ("main", Decision.objects.count())
    pause(replaying=True)


def test_main_server_answers_what_the_replica_broke_off(person: Enrolment) -> None:
    asked = []

    def work(cursor: CursorWrapper) -> str:
        asked.append(who_answers(cursor))
        if asked[-1] == "replica":
            raise OperationalError("canceling statement due to conflict with recovery")
        return "answered"

    assert replica.read(work) == "answered"
    assert asked == ["replica", "main"]


def test_main_server_answers_when_the_replica_is_away(
    person: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = connections["replica"]
    away.close()
    monkeypatch.setitem(away.settings_dict, "HOST", "/nowhere")

    assert replica.read(who_answers) == "main"


def test_transaction_sees_what_it_has_written(person: Enrolment) -> None:
    with transaction.atomic():
        planner.tick(now=worlds.NOON + timedelta(days=1))

        assert replica.read(decisions) == ("main", Decision.objects.count())


def test_replica_refuses_to_be_written(person: Enrolment) -> None:
    with pytest.raises(InternalError, match="read-only"), connections["replica"].cursor() as cursor:
        cursor.execute("DELETE FROM enrolment_decision")
