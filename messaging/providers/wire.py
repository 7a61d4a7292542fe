"""One HTTP call, made once: time-outs that are always set, a bounded pool, and never a retry.

aiohttp opens, keeps and ends the connections and reads the answers. The few lines of a request are
ours: its own client makes a call twice as dear, and has no place to say that the call leaves now.

What can go wrong falls in two: `NotSent`, when nothing can have reached the provider, and
`NoAnswer`, when it may have. A redirect is an answer like any other: it is not followed, as the
second address would get the secret too.
"""

import asyncio
import json
import weakref
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp.connector import Connection
from aiohttp.http import HttpProcessingError
from aiohttp.streams import EofStream
from yarl import URL

from messaging.providers.deadline import Deadline
from messaging.providers.wire_request import Place, parts, place, written

#: Seconds to connect, and for all of a call; well within an attempt's lease.
CONNECT = 3.0
TOTAL = 15.0
#: An answer longer than this is no answer of an SMS provider.
LONGEST_ANSWER = 1_000_000
#: Connections at once. More than a provider's `max_in_flight`, so that no call waits for one.
_POOL = 1000
_POOL_OF_A_HOST = 100
_MOST_PLACES = 100

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TIMEOUT = aiohttp.ClientTimeout(total=TOTAL, sock_connect=CONNECT)


class NotSent(Exception):
    """No connection: unknown host, refused, no TLS, no room in the pool. The text is not out."""


class NoAnswer(Exception):
    """The connection broke or fell silent after the call had begun. The text may be out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` are found whatever the case of their names."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body read as JSON; None when it is not."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def retry_after(self) -> timedelta | None:
        """Of the header in seconds; a date there is not worth a clock's trouble."""
        value = self.headers.get("retry-after", "")
        return timedelta(seconds=min(int(value), 86_400)) if value.isdecimal() else None


def _unheard() -> None:
    """Of calls whose leaving nobody has to know of."""


#: Called when a call is about to be handed to the kernel, the connection being there. Until then
#: the provider cannot have taken the text on.
departing: ContextVar[Callable[[], None]] = ContextVar("departing", default=_unheard)


_BROKEN = (aiohttp.ClientError, HttpProcessingError, EofStream, TimeoutError, OSError)


class _Lines:
    """Connections of one event loop, kept: they are what a batch costs most to open."""

    def __init__(self) -> None:
        self.connector = aiohttp.TCPConnector(limit=_POOL, limit_per_host=_POOL_OF_A_HOST)
        self._places: dict[str, tuple[Place, aiohttp.ClientRequest]] = {}

    def to(self, origin: str) -> tuple[Place, aiohttp.ClientRequest]:
        """Where it goes, as it is written and as aiohttp wants it told. Raises ValueError."""
        known = self._places.get(origin)
        if known is None:
            if len(self._places) >= _MOST_PLACES:
                self._places.clear()
            where = place(origin)
            known = where, aiohttp.ClientRequest("POST", where.url)
            self._places[origin] = known
        return known


_lines: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Lines] = weakref.WeakKeyDictionary()


async def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, Any] | None = None,
    body: bytes | None = None,
    timeout: aiohttp.ClientTimeout = TIMEOUT,
) -> Answer:
    """One request. `url` is complete and percent-encoded. Raises NotSent or NoAnswer, without the
    address in their words."""
    if form is not None:
        headers, body = {**_FORM, **(headers or {})}, encoded(form)
    lines = _kept()
    try:
        origin, path = parts(url)
        where, told = lines.to(origin)
        request = written(method, path, where.lines, headers or {}, body or b"")
    except ValueError as error:
        raise NotSent(type(error).__name__) from None
    line: Connection | None = None
    try:
        with Deadline(timeout.total):
            line = await lines.connector.connect(told, [], timeout)
            return await _exchange(line, request)
    except _BROKEN as error:
        raise (NotSent if line is None else NoAnswer)(type(error).__name__) from None
    finally:
        # Unless it was given back whole.
        if line is not None:
            line.close()


async def _exchange(line: Connection, request: bytes) -> Answer:
    protocol, transport = line.protocol, line.transport
    if protocol is None or transport is None:
        raise aiohttp.ClientConnectionResetError
    protocol.set_response_params(read_until_eof=True)
    departing.get()()
    transport.write(request)
    message, content = await protocol.read()
    while 100 <= message.code < 200:
        message, content = await protocol.read()
    body = content.read_nowait() if content.is_eof() else await _all_of(content)
    if len(body) > LONGEST_ANSWER:
        raise aiohttp.ClientPayloadError
    line.release()
    return Answer(message.code, message.headers, body)


async def _all_of(content: aiohttp.StreamReader) -> bytes:
    found = bytearray()
    async for chunk in content.iter_any():
        found += chunk
        if len(found) > LONGEST_ANSWER:
            break
    return bytes(found)


def encoded(form: Mapping[str, Any]) -> bytes:
    """As a browser would, by yarl's C code: Python's own takes a tenth of a call's time."""
    fields = {name: str(value) for name, value in form.items()}
    return URL.build(query=fields).raw_query_string.encode()


async def close() -> None:
    """Ends the running loop's connections; the next call opens new ones."""
    lines = _lines.pop(asyncio.get_running_loop(), None)
    if lines is not None:
        await lines.connector.close()


def _kept() -> _Lines:
    loop = asyncio.get_running_loop()
    lines = _lines.get(loop)
    if lines is None or lines.connector.closed:
        lines = _lines[loop] = _Lines()
    return lines
