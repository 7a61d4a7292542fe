"""The misbehaving provider as a process: started, killed, started again on the same ledger."""

import json
import select
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config import places

ACCOUNT_SID = "AC" + "5e11de" * 5 + "00"
AUTH_TOKEN = "an-invented-auth-token"
_PATIENCE = 30.0
#: Straight to this machine, whatever proxy the environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class FakeProviderProcess:
    """`with FakeProviderProcess(ledger) as provider:` and `provider.base_url` takes the calls of
    Twilio's REST API. `faults` as in docs/fake-provider.md. `arguments` are further options of
    `manage.py fake_provider`, such as `--inbound-url`.

    After `kill` and `start` it has the same address and knows what its ledger knows."""

    def __init__(
        self,
        ledger: Path,
        *,
        faults: Mapping[str, Any] | None = None,
        latency_ms: int = 0,
        account_sid: str = ACCOUNT_SID,
        auth_token: str = AUTH_TOKEN,
        arguments: tuple[str, ...] = (),
    ) -> None:
        self.ledger = ledger
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.port = 0
        self._first_faults = dict(faults or {})
        self._latency_ms = latency_ms
        self._arguments = arguments
        self._process: subprocess.Popen[str] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None, "the fake provider is not running"
        return self._process.pid

    def start(self) -> None:
        """Returns when it takes calls. Faults given by `faults()` are forgotten by a restart."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "messaging.fakes", *self._options()],
            cwd=places.CHECKOUT,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = _line_of(self._process)
        self.port = int(line.rsplit(":", 1)[1])

    def stop(self) -> None:
        """Ended politely; once it is down this does nothing."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def entries(self) -> list[dict[str, Any]]:
        """The texts taken on, in order: what the books must agree with (I7)."""
        if not self.ledger.exists():
            return []
        lines = self.ledger.read_bytes().split(b"\n")[:-1]
        return [json.loads(line) for line in lines]

    def summary(self) -> dict[str, Any]:
        return self.control("ledger-summary")

    def faults(self, **faults: Any) -> None:
        """These instead of those before; none at all mends the provider."""
        self.control("faults", faults)

    def opt_out(self, number: str, sender: str = "") -> None:
        self.control("opt-out", {"number": number, "sender": sender})

    def inbound(self, sender: str, to: str, body: str, **more: Any) -> dict[str, Any]:
        """A text from `sender` arrives; returns how our webhook answered: `status` (0 where nobody
        did) and `sid`. `more`: opt_out_type, times, sid, messaging_service_sid, url."""
        return self.control("inbound", {"from": sender, "to": to, "body": body, **more})

    def control(self, name: str, content: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """One call of the control API; a refusal raises AssertionError with its reason."""
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(f"{self.base_url}/_control/{name}", data=data)
        try:
            with _OPENER.open(request, timeout=_PATIENCE) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from None
        return found

    def __enter__(self) -> "FakeProviderProcess":
        self.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.stop()

    def _options(self) -> list[str]:
        options = ["--port", str(self.port), "--ledger", str(self.ledger)]
        options += ["--account-sid", self.account_sid, "--auth-token", self.auth_token]
        options += ["--faults", json.dumps(self._first_faults)]
        return [*options, "--latency-ms", str(self._latency_ms), *self._arguments]

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        process.wait(_PATIENCE)
        assert process.stdout is not None
        process.stdout.close()


def _line_of(process: subprocess.Popen[str]) -> str:
    """The first line it says: where it listens."""
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], _PATIENCE)
    line = process.stdout.readline().strip() if readable else ""
    if not line:
        process.kill()
        process.wait()
        process.stdout.close()
        raise AssertionError("The fake provider did not start; its error output says why.")
    return line
