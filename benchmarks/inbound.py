"""A text in, to its end: signature checked, stored, STOP or a keyword obeyed, the reply queued.

    python -m benchmarks.run inbound [--texts 1500] [--runs 5]

Both sides are views behind the same web server, started as `make run` starts it, and the same
middleware; a client in a process of its own keeps 32 calls under way. The other side's view says
204 and nothing else. Ours is Twilio's webhook, signed as Twilio does; a process beside it answers
what came, as a worker does. Half of the texts are STOP, half CRAVE, each from its own person in the
shipped mCessation. Ours ends when the last reply is queued.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from twilio.request_validator import RequestValidator  # noqa: E402

from benchmarks import people, wire  # noqa: E402
from benchmarks.figures import at_least, note  # noqa: E402
from config import run  # noqa: E402
from config.celery import app as celery_app  # noqa: E402
from messaging.models import InboundMessage, Message, Recipient, Sender  # noqa: E402
from tests.peers.fake_provider import ACCOUNT_SID, AUTH_TOKEN  # noqa: E402

FLOOR = 0.15
OURS = f"/hooks/{wire.ALIAS}/inbound/"
EMPTY = "/hooks/nothing/"
_ADDRESS = "+447700900999"
_PATIENCE = 30.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=1500)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    campaign = people.fresh_database()
    Sender.objects.update(provider=wire.ALIAS, address=_ADDRESS)
    people.enrol(campaign, asked.texts * (asked.runs + 1))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    numbers = [row.number or "" for row in Recipient.objects.order_by("id")]
    empty, ours = [], []
    with _Running() as running:
        for turn in range(asked.runs + 1):
            texts = _texts(numbers[turn * asked.texts : (turn + 1) * asked.texts], turn)
            empty.append(running.empty_rate(_calls(texts, EMPTY)))
            ours.append(running.inbound_rate(_calls(texts, OURS)))
    # The first of each warms up.
    note("inbound_per_second", ours[1:])
    note("no_op_per_second", empty[1:])
    ratios = [one / other for one, other in zip(ours[1:], empty[1:], strict=True)]
    return 0 if at_least("inbound_over_no_op", ratios, FLOOR) else 1


def _texts(numbers: Sequence[str], turn: int) -> list[dict[str, str]]:
    """STOP and CRAVE by turns, each from its own person."""
    return [
        {
            "MessageSid": f"SM{turn:08x}{place:024x}",
            "From": number,
            "To": _ADDRESS,
            "Body": "STOP" if place % 2 else "CRAVE",
            "NumMedia": "0",
            "AccountSid": ACCOUNT_SID,
        }
        for place, number in enumerate(numbers)
    ]


def _calls(texts: Sequence[dict[str, str]], path: str) -> list[dict[str, Any]]:
    url, signer = settings.PUBLIC_BASE_URL + path, RequestValidator(AUTH_TOKEN)
    return [
        {
            "path": path,
            "headers": {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Twilio-Signature": signer.compute_signature(url, text),
            },
            "body": urlencode(text),
        }
        for text in texts
    ]


class _Running:
    """The web server, the process that answers, and the client."""

    def __init__(self) -> None:
        self._ending = ExitStack()
        self._file = Path(settings.VAR_DIR) / "bench-inbound.jsonl"

    def __enter__(self) -> "_Running":
        keep = self._ending.enter_context
        keep(_provider_file())
        port = keep(run.held_port(""))
        web = next(job for job in run.jobs(port, "") if job.name == "web")
        command = [
            "benchmarks.web:application" if word.endswith(":application") else word
            for word in web.command
        ]
        keep(_process(command))
        python = [sys.executable, "-m"]
        self._client = keep(_process([*python, "benchmarks.load", f"http://{run.HOST}:{port}"]))
        self._answering = keep(_process([*python, "benchmarks.answering"]))
        _wait_for(port)
        return self

    def __exit__(self, *raised: Any) -> None:
        self._ending.close()
        # The web server's hints, which here nobody takes.
        celery_app.control.purge()
        self._file.unlink(missing_ok=True)

    def empty_rate(self, calls: Sequence[dict[str, Any]]) -> float:
        self._begin(calls)
        started, ended = self._called()
        return len(calls) / (ended - started)

    def inbound_rate(self, calls: Sequence[dict[str, Any]]) -> float:
        before = Message.objects.count()
        _tell(self._answering, str(len(calls)))
        self._begin(calls)
        started, _ = self._called()
        ended = float(_hear(self._answering))
        assert not InboundMessage.objects.filter(end="pending").exists()
        assert not InboundMessage.objects.filter(end="inbox").exists()
        assert Message.objects.count() - before == len(calls)
        return len(calls) / (ended - started)

    def _begin(self, calls: Sequence[dict[str, Any]]) -> None:
        self._file.write_text("\n".join(map(json.dumps, calls)))
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
        _tell(self._client, str(self._file))

    def _called(self) -> tuple[float, float]:
        started, ended = map(float, _hear(self._client).split())
        return started, ended


@contextmanager
def _provider_file() -> Iterator[None]:
    file = Path(settings.VAR_DIR) / "bench-inbound.toml"
    options = {"provider": "twilio", "account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN}
    lines = [f"{name} = {json.dumps(value)}" for name, value in options.items()]
    file.write_text("\n".join([f"[{wire.ALIAS}]", *lines]))
    os.environ["SMS_PROVIDERS_FILE"] = str(file)
    try:
        yield
    finally:
        del os.environ["SMS_PROVIDERS_FILE"]
        file.unlink(missing_ok=True)


@contextmanager
def _process(command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    try:
        yield started
    finally:
        started.terminate()
        started.wait(_PATIENCE)


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "a process of the benchmark ended; its error output says why"
    return line


def _wait_for(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        caller = HTTPConnection(run.HOST, port, timeout=_PATIENCE)
        try:
            caller.request("POST", EMPTY)
            assert caller.getresponse().status == 204
            return
        except OSError:
            assert time.monotonic() < until, "the web server did not start"
            time.sleep(0.1)
        finally:
            caller.close()


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        connection.close()
