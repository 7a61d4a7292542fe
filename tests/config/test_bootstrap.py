"""What tests/conftest.py promises every test."""

import socket

import pytest
from django.conf import settings
from django.db import connection
from redis import Redis

from tests import slots
from tests.conftest import NetworkClosed
from tests.settings import SLOT


def test_other_machines_cannot_be_reached() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as line,
        pytest.raises(NetworkClosed),
    ):
        line.connect(("192.0.2.1", 80))


def test_this_machine_can() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


@pytest.mark.django_db
def test_database_belongs_to_this_process() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        [name] = cursor.fetchone()

    assert name == f"test_sendwell_{SLOT}"


def test_broker_belongs_to_this_process(broker: "Redis") -> None:
    assert broker.connection_pool.connection_kwargs["db"] == SLOT
    assert broker.dbsize() == 0


def test_slot_is_never_given_twice() -> None:
    folder = settings.VAR_DIR.parent / "slots"

    assert slots.take(folder) != SLOT
