"""Where it all happens: servers, provider and web page, started once and shared by the proofs.

Each proof sends texts of its own and leaves the books as they are, so that the last audit covers
what all of them did.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from config import places
from config.places import Place
from config.servers import discard, held
from tests import prepared
from tests.chaos import engine
from tests.chaos.engine import Engine
from tests.peers.fake_provider import ACCOUNT_SID, AUTH_TOKEN, FakeProviderProcess

ALIAS = "chaos"
ADDRESS = "+447700900999"


@dataclass(frozen=True)
class Field:
    place: Place
    provider: FakeProviderProcess
    engine: Engine
    web_port: int

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """By a connection of its own, as any may be broken by a proof."""
        with psycopg.connect(self.place.database_url, autocommit=True) as connection:
            cursor = connection.execute(sql, values)  # type: ignore[call-overload]
            return list(cursor.fetchall()) if cursor.description else []

    def one(self, sql: str, *values: Any) -> Any:
        return self.rows(sql, *values)[0][0]

    def crowd(self, *words: str) -> int:
        """The highest message's id before."""
        last = self.one("SELECT coalesce(max(id), 0) FROM messaging_message")
        self.run("-m", "tests.chaos.crowd", *words)
        return int(last)

    def wake(self, after: int, count: int) -> list[int]:
        """So many of the texts that sleep may leave now; which they are."""
        woken = self.rows(
            "UPDATE messaging_message SET not_before = clock_timestamp() WHERE id IN (SELECT id"
            " FROM messaging_message WHERE id > %s AND not_before > clock_timestamp()"
            " ORDER BY id LIMIT %s) RETURNING id",
            after,
            count,
        )
        assert len(woken) == count, "the crowd is too small"
        return [row[0] for row in woken]

    def texts_a_second(self, rate: int) -> None:
        self.rows("UPDATE messaging_sender SET segments_per_second = %s", rate)

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, *words],
            cwd=places.CHECKOUT,
            env=self.engine.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def audit(self) -> None:
        """I1 to I8, as an operator would ask; a broken promise fails the proof."""
        self.run("manage.py", "audit_ledger")


@contextmanager
def laid_out(folder: Path) -> Iterator[Field]:
    var = folder / "var"
    prepared.lay(var)
    with held(var, throwaway=True) as place, _provider(folder) as provider:
        port = free_port()
        own = Engine(_environment(place, provider, port, folder), folder / "log")
        field = Field(place, provider, own, port)
        field.crowd("ground", ALIAS, "--address", ADDRESS)
        # What was committed must outlive the server, as it does in production.
        field.rows("ALTER DATABASE sendwell SET synchronous_commit = on")
        own.start("web", engine.web(port))
        try:
            own.wait_until(lambda: engine.answers(port), "the web server's start")
            yield field
        finally:
            own.end_all()
    discard(var)


def _provider(folder: Path) -> FakeProviderProcess:
    return FakeProviderProcess(folder / "ledger.jsonl", latency_ms=40)


def _environment(
    place: Place, provider: FakeProviderProcess, port: int, folder: Path
) -> dict[str, str]:
    options = {
        "provider": "twilio",
        "account_sid": ACCOUNT_SID,
        "auth_token": AUTH_TOKEN,
        "base_url": provider.base_url,
    }
    providers = folder / "providers.toml"
    lines = [f"{name} = {json.dumps(value)}" for name, value in options.items()]
    providers.write_text("\n".join([f"[{ALIAS}]", *lines, ""]))
    return {
        **os.environ,
        "DEMO": "1",
        "VAR_DIR": str(place.var),
        "DATABASE_URL": place.database_url,
        "REDIS_URL": place.redis_url,
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "SMS_PROVIDERS_FILE": str(providers),
        "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
        "PYTHONUNBUFFERED": "1",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
