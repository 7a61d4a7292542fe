"""What a test tells the fake while it runs: `/_control/...`, JSON in and out, no login.

It listens on this machine only, like the rest.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from messaging.fakes import webhooks
from messaging.fakes.account import Account
from messaging.fakes.callbacks import Caller, Elsewhere
from messaging.fakes.faults import BadScript, Faults, read_script
from messaging.fakes.lean_http import Exchange, Request
from messaging.fakes.ledger import Text
from messaging.fakes.listing import Books
from messaging.fakes.optouts import EVERY_SENDER, START, STOP, OptOuts

Content = dict[str, Any]


class Asked(ValueError):
    """The call makes no sense; says why."""


class Control:
    def __init__(
        self,
        account: Account,
        books: Books,
        optouts: OptOuts,
        caller: Caller,
        use: Callable[[Faults], None],
        inbound_url: str,
    ) -> None:
        self._account = account
        self._books = books
        self._ledger = books.taken_on
        self._optouts = optouts
        self._caller = caller
        self._use = use
        self._inbound_url = inbound_url
        self._tasks: set[asyncio.Task[None]] = set()
        self._actions: dict[str, Callable[[Content], Awaitable[Content]]] = {
            "ledger-summary": self._summary,
            "faults": self._faults,
            "opt-out": self._opt_out,
            "opt-in": self._opt_in,
            "inbound": self._inbound,
        }

    def handle(self, request: Request, exchange: Exchange) -> None:
        task = asyncio.get_running_loop().create_task(self._carry_out(request, exchange))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry_out(self, request: Request, exchange: Exchange) -> None:
        status, content = 200, {}
        try:
            action = self._actions[request.path.removeprefix("/_control/")]
            content = await action(json.loads(request.body or b"{}"))
        except KeyError as error:
            status, content = 400, {"error": f"There is no {error}."}
        except (Asked, BadScript, Elsewhere, TypeError, ValueError) as error:
            status, content = 400, {"error": str(error)}
        exchange.answer(status, json.dumps(content).encode())

    async def _summary(self, content: Content) -> Content:
        return {
            "texts": len(self._ledger),
            "doubled_tokens": self._ledger.doubled_tokens(),
            "opt_outs": len(self._optouts),
            "webhooks": dict(self._caller.counts),
        }

    async def _faults(self, content: Content) -> Content:
        self._use(Faults(read_script(content)))
        return {}

    async def _opt_out(self, content: Content) -> Content:
        await self._put(content["number"], content.get("sender", EVERY_SENDER), blocked=True)
        return {}

    async def _opt_in(self, content: Content) -> Content:
        await self._put(content["number"], content.get("sender", EVERY_SENDER), blocked=False)
        return {}

    async def _inbound(self, content: Content) -> Content:
        """The provider obeys a STOP or START word itself, before it tells us."""
        url = content.get("url", self._inbound_url)
        if not url:
            raise Asked("Name an address with --inbound-url, or url here.")
        service = content.get("messaging_service_sid", "")
        fields = webhooks.inbound(
            self._account,
            content["from"],
            content["to"],
            content["body"],
            sid=content.get("sid", ""),
            service=service,
        )
        if kind := content.get("opt_out_type"):
            fields["OptOutType"] = kind
        word = content["body"].strip().upper()
        stops, starts = word in STOP or kind == "STOP", word in START or kind == "START"
        if stops or starts:
            await self._put(content["from"], service or content["to"], blocked=stops)
        await self._arrive(fields)
        status = 0
        for _ in range(content.get("times", 1)):
            status = await self._caller.post(url, fields)
        return {"status": status, "sid": fields["MessageSid"]}

    async def _arrive(self, fields: dict[str, str]) -> None:
        """Into the list, before we are told; a duplicate stands there once."""
        arrived = self._books.arrived
        if arrived.by_sid(fields["MessageSid"]) is not None:
            return
        text = Text(
            sid=fields["MessageSid"],
            place=len(arrived),
            at=time.time(),
            to=fields["To"],
            body=fields["Body"],
            sender=fields["From"],
            service="",
            callback="",
            segments=int(fields["NumSegments"]),
        )
        kept = asyncio.Event()
        arrived.take_on(text, kept.set)
        await kept.wait()

    async def _put(self, number: str, sender: str, *, blocked: bool) -> None:
        kept = asyncio.Event()
        self._optouts.put(number, sender, blocked=blocked, durable=kept.set)
        await kept.wait()
