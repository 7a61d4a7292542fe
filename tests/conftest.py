"""What every test stands on: servers of its own, no network, repeatable properties."""

import gc
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck, configuration
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker
from redis import Redis

from config import places, servers
from config.celery import app as celery_app
from tests import migrated

celery_app.set_default()

configuration.set_hypothesis_home_dir(places.CHECKOUT / "var" / "test" / "hypothesis")
# Two busy cores make any deadline a coin toss; a slow input is found by the run's own budget. The
# gate draws the same examples each time, so that it judges the change and not the draw: `make
# test-all` and the scorecard look for new ones.
hypothesis_settings.register_profile(
    "ci",
    deadline=None,
    print_blob=True,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.register_profile(
    "long", hypothesis_settings.get_profile("ci"), derandomize=False, max_examples=2000
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


class NetworkClosed(Exception):
    """A test reached for a machine other than this one."""


def pytest_configure() -> None:
    socket.socket.connect = _guarded(socket.socket.connect)
    socket.socket.connect_ex = _guarded(socket.socket.connect_ex)
    DatabaseOperations.execute_sql_flush = _flush_past_triggers


def pytest_collectstart() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    """What stands now stays to the end: looking through it for garbage, over and over, took a
    third of the time of applying migrations, and pays for itself with no byte."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


def _flush_past_triggers(operations: DatabaseOperations, statements: Iterable[str]) -> None:
    """Empties tables between tests, the append-only ones too, whose triggers refuse that. Deleting
    would be quicker, and leave places in which the next test's rows lie in another order."""
    past = "SET LOCAL session_replication_role = replica"
    BaseDatabaseOperations.execute_sql_flush(operations, [past, *statements])


def _guarded(connect: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
    def guarded(line: socket.socket, address: Any) -> Any:
        if line.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise NetworkClosed("Tests open no connection but to this machine.")
        return connect(line, address)

    return guarded


@pytest.fixture(scope="session")
def embedded_servers() -> Iterator[None]:
    """PostgreSQL and Valkey as long as any test process of this checkout runs."""
    if os.environ.get("TEST_DATABASE_URL") and os.environ.get("TEST_REDIS_URL"):
        yield
        return
    with servers.held(places.CHECKOUT / "var" / "test", throwaway=True):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    embedded_servers: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """The slot names the database already; pytest-django must add no worker's name to it."""
    if not os.environ.get("TEST_DATABASE_URL"):
        with django_db_blocker.unblock():
            kept = migrated.kept(places.CHECKOUT / "var" / "test" / "migrated.lock")
        django_settings.DATABASES["default"]["TEST"]["TEMPLATE"] = kept
    broker = Redis.from_url(django_settings.REDIS_URL)
    broker.flushdb()
    broker.close()


@pytest.fixture
def broker(embedded_servers: None) -> Iterator["Redis"]:
    """This process's own, empty, broker database."""
    client = Redis.from_url(django_settings.REDIS_URL)
    client.flushdb()
    yield client
    client.close()


@pytest.fixture
def process_environment(transactional_db: None) -> dict[str, str]:
    """The environment for a child process that shall work on this test's database and broker."""
    database = django_settings.DATABASES["default"]
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEMO": "1",
        "VAR_DIR": str(places.CHECKOUT / "var" / "test"),
        "DATABASE_URL": _url_of(database),
        "REDIS_URL": django_settings.REDIS_URL,
    }


def _url_of(database: dict[str, Any]) -> str:
    login = database.get("USER", "")
    if database.get("PASSWORD"):
        login += f":{database['PASSWORD']}"
    if str(database["HOST"]).startswith("/"):
        return f"postgresql://{login}@/{database['NAME']}?host={database['HOST']}"
    return f"postgresql://{login}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
