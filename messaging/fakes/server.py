"""The fake as one process: options in, a port on this machine, until it is told to end."""

import asyncio
import signal
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from messaging.fakes import webhooks
from messaging.fakes.account import Account
from messaging.fakes.callbacks import Caller, on_this_machine, planned
from messaging.fakes.control import Control
from messaging.fakes.faults import BadScript, Faults, Script, script_of
from messaging.fakes.journal import Journal, JournalInUse
from messaging.fakes.lean_http import Exchange, Request
from messaging.fakes.ledger import Ledger, Text, WrongKey
from messaging.fakes.listing import Books
from messaging.fakes.optouts import OptOuts
from messaging.fakes.twilio_api import TwilioApi

_WAITING = 1024


class NotHere(ValueError):
    """Asked to listen where other machines could reach it."""


#: What keeps it from starting, in words for whoever started it.
PLAIN_ERRORS = (BadScript, JournalInUse, WrongKey, NotHere, OSError)


@dataclass(frozen=True, slots=True)
class Options:
    """`port` 0: any free one."""

    ledger: Path
    account_sid: str
    auth_token: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 0
    faults: str = "{}"
    latency_ms: float = 0
    inbound_url: str = ""
    deliver_to: str = ""
    service_number: str = "+447700900000"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=0, help="0: any free one, as printed")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--ledger", type=Path, required=True, help="file of the texts taken on")
    parser.add_argument("--account-sid", required=True)
    parser.add_argument("--auth-token", required=True)
    parser.add_argument("--faults", default="{}", help="JSON, or a file of it")
    parser.add_argument("--latency-ms", type=float, default=0, help="before each answer")
    parser.add_argument("--inbound-url", default="", help="where inbound texts are told")
    parser.add_argument("--deliver-to", default="", help="where webhooks really go")
    parser.add_argument("--service-number", default="+447700900000")


class Fake:
    """Built on the event loop that runs it."""

    def __init__(self, options: Options, failed: Callable[[OSError], None]) -> None:
        account = Account(options.account_sid, options.auth_token, options.service_number)
        self._account = account
        self._least_ms = options.latency_ms
        self._journals = [Journal(options.ledger, failed)]
        self._journals += [
            Journal(options.ledger.with_suffix(suffix), failed)
            for suffix in (".optouts", ".arrivals")
        ]
        ledger = Ledger(self._journals[0], options.auth_token)
        optouts = OptOuts(self._journals[1], ledger.hash_of)
        books = Books(ledger, Ledger(self._journals[2], options.auth_token))
        self._caller = Caller(options.auth_token, options.deliver_to)
        self._faults = self._slowed(script_of(options.faults))
        self._api = TwilioApi(account, books, optouts, self._faults, self._report)
        self._control = Control(
            account, books, optouts, self._caller, self._use, options.inbound_url
        )

    def handle(self, request: Request, exchange: Exchange) -> None:
        if request.path.startswith("/_control/"):
            self._control.handle(request, exchange)
        else:
            self._api.handle(request, exchange)

    async def close(self) -> None:
        await self._caller.close()
        for journal in self._journals:
            journal.close()

    def _use(self, faults: Faults) -> None:
        self._faults = self._slowed(faults.script)
        self._api.use(self._faults)

    def _slowed(self, script: Script) -> Faults:
        """--latency-ms holds where the script says nothing of it."""
        if script.latency_ms == (0.0, 0.0):
            script = replace(script, latency_ms=(self._least_ms, self._least_ms))
        return Faults(script)

    def _report(self, text: Text) -> None:
        if not text.callback:
            return
        reports = planned(text.reported(), self._faults.script.reports, self._faults.random)
        for report in reports:
            content = webhooks.report(text, report.status, self._account)
            self._caller.post_later(text.wait + report.after, text.callback, content)


def options_of(values: Mapping[str, Any]) -> Options:
    """Of a parsed command line; what else stands there is passed over."""
    return Options(**{field.name: values[field.name] for field in fields(Options)})


async def serve(options: Options, say: Callable[[str], None]) -> None:
    """Until SIGTERM or SIGINT; one line says where it listens. Raises what PLAIN_ERRORS lists."""
    if not on_this_machine(options.host):
        raise NotHere("The fake provider listens on this machine only: 127.0.0.1.")
    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()

    def end(error: OSError | None = None) -> None:
        if over.done():
            return
        if error is None:
            over.set_result(None)
        else:
            over.set_exception(error)

    fake = Fake(options, end)
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, end)
    server = await loop.create_server(
        lambda: Exchange(fake.handle), options.host, options.port, backlog=_WAITING
    )
    port = server.sockets[0].getsockname()[1]
    host = f"[{options.host}]" if ":" in options.host else options.host
    say(f"The fake provider listens on http://{host}:{port}")
    try:
        await over
    finally:
        server.close()
        await fake.close()


def run(options: Options, say: Callable[[str], None]) -> None:
    asyncio.run(serve(options, say))
