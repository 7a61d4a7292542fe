"""The calls a sender makes: create, fetch, list. Faults befall them as scripted."""

import asyncio
import hmac
import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl

from messaging.fakes.account import Account
from messaging.fakes.faults import Fault, Faults, How
from messaging.fakes.lean_http import Exchange, Request, fields_of
from messaging.fakes.ledger import Text
from messaging.fakes.listing import BadFilter, Books, listed
from messaging.fakes.optouts import OptOuts
from messaging.fakes.sender_queue import SenderQueue
from messaging.fakes.twilio_errors import error_body
from messaging.fakes.twilio_shapes import message
from messaging.segments import measure

_LONGEST_QUEUE = 36_000
_LONGEST_BODY = 1600
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_SENDER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_SECONDS = re.compile(r"[0-9]{1,5}")
#: No underscore in the host: guides/outbound-message-status-in-status-callbacks.
_CALLBACK = re.compile(r"(https?://[A-Za-z0-9.:\[\]-]+([/?#][!-~]*)?)?")
_ANSWERED = {How.ACCEPT_THEN_500: 20500, How.ACCEPT_THEN_503: 20503}
_NOT_TAKEN = {How.NOT_TAKEN_500: 20500, How.NOT_TAKEN_503: 20503, How.THROTTLED: 20429}


class Refused(Exception):
    """`code` of Twilio's. Nothing was taken on."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class TwilioApi:
    """`taken_on` is told of each text once it is in the ledger, to send its reports."""

    def __init__(
        self,
        account: Account,
        books: Books,
        optouts: OptOuts,
        faults: Faults,
        taken_on: Callable[[Text], None],
    ) -> None:
        self._account = account
        self._basic = account.basic()
        self._messages = f"/2010-04-01/Accounts/{account.sid}/Messages"
        self._books = books
        self._ledger = books.taken_on
        self._optouts = optouts
        self._taken_on = taken_on
        self.use(faults)

    def use(self, faults: Faults) -> None:
        """These from the next call on."""
        self._faults = faults
        self._queue = SenderQueue(faults.script.rate_limit.segments_per_second)

    def handle(self, request: Request, exchange: Exchange) -> None:
        if not hmac.compare_digest(request.header(b"authorization"), self._basic):
            exchange.answer(*error_body(20003))
        elif request.method not in ("GET", "POST"):
            exchange.answer(*error_body(20004))
        elif request.path == self._messages + ".json":
            if request.method == "POST":
                self._create(request, exchange)
            else:
                self._list(request, exchange)
        else:
            self._fetch(request, exchange)

    def _create(self, request: Request, exchange: Exchange) -> None:
        form = fields_of(request.body)
        fault = self._faults.of_call(form.get("To", ""), form.get("Body", ""))
        if fault.how in (How.DROP, How.RESET_BEFORE) or fault.how in _NOT_TAKEN:
            self._later(lambda: self._end(exchange, fault))
            return
        try:
            text = self._checked(form, fault, request.arrived)
        except Refused as refusal:
            status, content = error_body(refusal.code, form.get("To", ""), form.get("From", ""))
            headers = self._headers(refusal.code)
            self._later(lambda: exchange.answer(status, content, headers))
            return
        content = json.dumps(self._shown(text, text.at)).encode()

        def durable() -> None:
            self._taken_on(text)
            self._later(lambda: self._end(exchange, fault, content), since=text.at)

        self._ledger.take_on(text, durable)

    def _checked(self, form: dict[str, str], fault: Fault, now: float) -> Text:
        """Raises Refused, in the order Twilio looks."""
        to, body, sender = form.get("To", ""), form.get("Body", ""), form.get("From", "")
        service = form.get("MessagingServiceSid", "")
        if wrong := _wrong(form):
            raise Refused(wrong)
        if fault.how is How.REFUSED:
            raise Refused(fault.code)
        if self._optouts.blocks(to, sender, service):
            raise Refused(21610)
        text = Text(
            sid="SM" + os.urandom(16).hex(),
            place=len(self._ledger),
            at=now,
            to=to,
            body=body,
            sender=sender,
            service=service,
            callback=form.get("StatusCallback", ""),
            segments=measure(body).segments,
            valid_for=int(form["ValidityPeriod"]) if form.get("ValidityPeriod") else None,
            code=fault.code,
        )
        return self._queued(text) if self._queue.rate else text

    def _queued(self, text: Text) -> Text:
        sender = text.service or text.sender
        over = self._faults.script.rate_limit.over
        if over == "429" and self._queue.full(sender, text.segments, text.at):
            raise Refused(20429)
        if self._queue.wait(sender, text.at) > _LONGEST_QUEUE:
            raise Refused(21611)
        wait = self._queue.join(sender, text.segments, text.at)
        expired = wait > (text.valid_for or _LONGEST_QUEUE)
        return replace(text, wait=wait, code=30036 if expired else text.code)

    def _end(self, exchange: Exchange, fault: Fault, content: bytes = b"") -> None:
        """What the caller sees of its call."""
        match fault.how:
            case How.DROP | How.ACCEPT_THEN_HANG:
                exchange.hang(self._faults.script.hang_seconds)
            case How.RESET_BEFORE | How.ACCEPT_THEN_RESET:
                exchange.reset()
            case How.FINE | How.FAILS_LATER:
                exchange.answer(201, content)
            case how:
                code = {**_ANSWERED, **_NOT_TAKEN}[how]
                exchange.answer(*error_body(code), self._headers(code))

    def _headers(self, code: int) -> dict[str, str]:
        if code != 20429:
            return {}
        return {"Retry-After": str(self._faults.script.retry_after)}

    def _fetch(self, request: Request, exchange: Exchange) -> None:
        folder, _, name = request.path.rpartition("/")
        text = self._ledger.by_sid(name.removesuffix(".json"))
        if request.method != "GET":
            exchange.answer(*error_body(20004))
        elif folder != self._messages or text is None:
            exchange.answer(*error_body(20404))
        else:
            content = json.dumps(self._shown(text, request.arrived)).encode()
            self._later(lambda: exchange.answer(200, content))

    def _list(self, request: Request, exchange: Exchange) -> None:
        if self._faults.list_fails():
            status, content = error_body(20503)
        else:
            try:
                query = dict(parse_qsl(request.query))
                lag = self._faults.script.listing.lag_seconds
                status, content = (
                    200,
                    listed(self._books, self._account, query, now=request.arrived, lag=lag),
                )
            except BadFilter:
                status, content = error_body(20001)
        self._later(lambda: exchange.answer(status, content))

    def _shown(self, text: Text, now: float) -> dict[str, object]:
        return message(text, self._account.sid, self._account.service_number, now)

    def _later(self, act: Callable[[], None], since: float | None = None) -> None:
        """After the script's latency, of which the time since the call came is a part."""
        latency = self._faults.latency()
        if since is not None:
            latency -= time.time() - since
        if latency > 0:
            asyncio.get_running_loop().call_later(latency, act)
        else:
            act()


def _wrong(form: dict[str, str]) -> int:
    """Twilio's code for the first thing wrong with the fields, 0 for none."""
    to, body, sender = form.get("To", ""), form.get("Body", ""), form.get("From", "")
    service, validity = form.get("MessagingServiceSid", ""), form.get("ValidityPeriod", "")
    checks = (
        (21604, not to),
        (21603, not sender and not service),
        (21602, not body),
        (21211, not _NUMBER.fullmatch(to)),
        (21212, sender and not _SENDER.fullmatch(sender)),
        (21606, service and not _SERVICE.fullmatch(service)),
        (21617, len(body) > _LONGEST_BODY),
        (21624, validity and not _in_range(validity)),
        (21609, not _CALLBACK.fullmatch(form.get("StatusCallback", ""))),
    )
    return next((code for code, wrong in checks if wrong), 0)


def _in_range(validity: str) -> bool:
    return _SECONDS.fullmatch(validity) is not None and 1 <= int(validity) <= _LONGEST_QUEUE
