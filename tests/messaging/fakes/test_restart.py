"""kill -9 and start again: what was answered is known, what is known is found."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from config import places
from tests.messaging.fakes.calls import BODY, CALLBACK, NUMBER, SENDER, ask, listed, send
from tests.peers.fake_provider import FakeProviderProcess


def restart(provider: FakeProviderProcess) -> None:
    provider.kill()
    provider.start()


def test_text_is_found_after_kill_as_it_was_before(own_provider: FakeProviderProcess) -> None:
    sid = send(own_provider, StatusCallback=CALLBACK).content["sid"]
    time.sleep(0.1)
    before = ask(own_provider, "GET", f"/{sid}.json").content

    restart(own_provider)

    assert ask(own_provider, "GET", f"/{sid}.json").content == before
    assert before["body"] == BODY
    assert listed(own_provider, To=NUMBER, From=SENDER) == [sid]


def test_every_text_that_was_answered_is_in_the_ledger_after_kill(
    own_provider: FakeProviderProcess,
) -> None:
    answered: list[str] = []

    def keep_sending() -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                answered.append(send(own_provider).content["sid"])

    threads = [threading.Thread(target=keep_sending) for _ in range(8)]
    for thread in threads:
        thread.start()
    while len(answered) < 100:
        time.sleep(0.01)
    own_provider.kill()
    for thread in threads:
        thread.join()
    own_provider.start()

    known = {entry["sid"] for entry in own_provider.entries()}
    assert set(answered) <= known
    assert len(known) - len(answered) <= len(threads)
    assert own_provider.summary()["texts"] == len(known)


def test_opt_out_outlives_a_kill(own_provider: FakeProviderProcess) -> None:
    own_provider.opt_out(NUMBER)
    own_provider.opt_out("+447700900124")
    own_provider.control("opt-in", {"number": "+447700900124"})

    restart(own_provider)

    assert send(own_provider).code == 21610
    assert send(own_provider, To="+447700900124").status == 201
    assert NUMBER not in own_provider.ledger.with_suffix(".optouts").read_text()


def test_doubled_attempt_is_counted_and_not_hidden(own_provider: FakeProviderProcess) -> None:
    for _ in range(2):
        send(own_provider, StatusCallback=CALLBACK)

    restart(own_provider)

    assert own_provider.summary()["doubled_tokens"] == 1
    assert [entry["token"] for entry in own_provider.entries()] == ["token-1", "token-1"]


def test_ledger_of_another_secret_is_refused(own_provider: FakeProviderProcess) -> None:
    send(own_provider)
    own_provider.stop()

    with pytest.raises(AssertionError, match="did not start"):
        FakeProviderProcess(own_provider.ledger, auth_token="another").start()


def test_command_runs_it_without_a_database(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "fake_provider", "--port", "0"]
    command += ["--ledger", str(tmp_path / "ledger.jsonl")]
    command += ["--account-sid", "AC" + "0" * 32, "--auth-token", "invented"]
    unreachable = {"DEMO": "1", "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    process = subprocess.Popen(
        command,
        cwd=places.CHECKOUT,
        env={**os.environ, **unreachable, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None

    line = process.stdout.readline()
    process.send_signal(signal.SIGTERM)

    assert line.startswith("The fake provider listens on http://127.0.0.1:")
    assert process.wait(10) == 0
    process.stdout.close()
