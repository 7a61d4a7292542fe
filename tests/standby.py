"""A physical standby of the tests' own server, as a ministry's replica is one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections

from config import accounts, places, postgres
from config.places import ACCOUNT, Place
from config.wheels import postgres_programs


@contextmanager
def followed() -> Iterator[None]:
    """While it runs, reads of research may go to it. Tests name it among their databases."""
    main = places.find(places.CHECKOUT / "var" / "test")
    with _running(main) as standby:
        own = connections.settings["default"]
        connections.settings[settings.REPLICA] = {
            **own,
            "HOST": str(standby.sockets),
            # Nothing is made or emptied in it.
            "TEST": {**own["TEST"], "MIRROR": "default"},
        }
        try:
            yield
        finally:
            connections[settings.REPLICA].close()
            del connections[settings.REPLICA]
            del connections.settings[settings.REPLICA]


@contextmanager
def _running(main: Place) -> Iterator[Place]:
    home = main.home / f"standby-{os.getpid()}"
    standby = Place(var=main.var, home=home, sockets=home / "run", account=main.account)
    log = main.var / f"standby-{os.getpid()}.log"
    try:
        for folder in (home, standby.sockets, standby.postgres_data):
            accounts.private_folder(folder, standby)
        programs = postgres_programs(for_other_account=main.account is not None)
        copied = accounts.run(
            [programs / "pg_basebackup", "--host", main.sockets, "--username", ACCOUNT,
             "--pgdata", standby.postgres_data, "--write-recovery-conf", "--checkpoint=fast"],
            standby, log,
        )  # fmt: skip
        assert copied == 0, log.read_text()
        postgres.start(standby, log)
        try:
            yield standby
        finally:
            postgres.stop(standby, log)
        log.unlink()
    finally:
        shutil.rmtree(home, ignore_errors=True)
