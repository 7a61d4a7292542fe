"""One HTTP call, made once: time-outs that are always set, a bounded pool, and never a retry.

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
from aiohttp.abc import AbstractStreamWriter
from yarl import URL

#: Seconds to connect, and for all of a call; well within an attempt's lease.
CONNECT = 3.0
TOTAL = 15.0
#: An answer longer than this is no answer of an SMS provider.
LONGEST_ANSWER = 1_000_000
#: Connections at once. More than a provider's `max_in_flight`, so that no call waits for one.
_POOL = 1000
_POOL_OF_A_HOST = 100

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TIMEOUT = aiohttp.ClientTimeout(total=TOTAL, sock_connect=CONNECT)


class NotSent(Exception):
    """No connection: unknown host, refused, no TLS, no room in the pool. The text is not out."""


class NoAnswer(Exception):
    """The connection broke or fell silent after the call had begun. The text may be out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` have lower-case names."""

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


#: Called when a call's body is about to be handed to the kernel, the connection being there. Until
#: then the provider cannot have taken the text on.
departing: ContextVar[Callable[[], None]] = ContextVar("departing", default=_unheard)


class _Body(aiohttp.BytesPayload):
    """Tells when it is written. aiohttp keeps the headers back to send them along with it."""

    has_left = False

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        self.has_left = True
        departing.get()()
        await super().write_with_length(writer, content_length)


_sessions: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = (
    weakref.WeakKeyDictionary()
)


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
    data = _data(body if form is None else encoded(form))
    try:
        async with _session().request(
            method,
            URL(url, encoded=True),
            headers=headers if form is None else {**_FORM, **(headers or {})},
            data=data,
            timeout=timeout,
            allow_redirects=False,
        ) as response:
            names = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, names, await _content(response))
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise NotSent(type(error).__name__) from None
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
        raise NotSent(type(error).__name__) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        if data is not None and not data.has_left:
            raise NotSent(type(error).__name__) from None
        raise NoAnswer(type(error).__name__) from None


def _data(content: bytes | None) -> _Body | None:
    """A call without a body counts as leaving before its connection is there."""
    if content:
        return _Body(content)
    departing.get()()
    return None


def encoded(form: Mapping[str, Any]) -> bytes:
    """As a browser would, by yarl's C code: Python's own takes a tenth of a call's time."""
    fields = {name: str(value) for name, value in form.items()}
    return URL.build(query=fields).raw_query_string.encode()


async def close() -> None:
    """Ends the running loop's connections; the next call opens new ones."""
    session = _sessions.pop(asyncio.get_running_loop(), None)
    if session is not None:
        await session.close()


async def _content(response: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for chunk in response.content.iter_any():
        found += chunk
        if len(found) > LONGEST_ANSWER:
            raise aiohttp.ClientPayloadError
    return bytes(found)


def _session() -> aiohttp.ClientSession:
    """One a loop, kept: connections are what a batch costs most to open."""
    loop = asyncio.get_running_loop()
    session = _sessions.get(loop)
    if session is None or session.closed:
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_POOL, limit_per_host=_POOL_OF_A_HOST),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "Sendwell"},
        )
        # aiohttp sends a GET again by itself when the connection breaks, and has no public way to
        # forbid it; a test counts the calls.
        session._retry_connection = False
        _sessions[loop] = session
    return session
