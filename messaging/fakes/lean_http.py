"""As much of HTTP/1.1 as the fake needs, at a third of a web framework's price.

It stands on the other side of the dispatch benchmark, on the same two cores: what it spends is
taken from what is measured. It also has to break connections at a given byte, which frameworks
take pains to prevent. Bodies need a Content-Length; chunked ones are answered 411.
"""

import asyncio
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

_LONGEST_HEAD = 32_768
_LONGEST_BODY = 262_144
_REASONS = {
    200: b"OK",
    201: b"Created",
    400: b"Bad Request",
    401: b"Unauthorized",
    404: b"Not Found",
    405: b"Method Not Allowed",
    411: b"Length Required",
    413: b"Content Too Large",
    429: b"Too Many Requests",
    500: b"Internal Server Error",
    503: b"Service Unavailable",
}
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Request:
    """`arrived`: machine time, epoch seconds, when its last byte came in."""

    method: str
    path: str
    query: str = field(repr=False)
    head: bytes = field(repr=False)
    body: bytes = field(repr=False)
    arrived: float

    def header(self, name: bytes) -> bytes:
        """`name` in lower case; b"" where it is missing."""
        return _header(self.head, self.head.lower(), name)


Handler = Callable[[Request, "Exchange"], None]


class Exchange(asyncio.Protocol):
    """One connection. The handler is called with each request and must, now or later, call exactly
    one of `answer`, `hang` and `reset`; the next request waits for it."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._received = b""
        self._busy = False
        self._last = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._busy:
            self._next()

    def answer(self, status: int, content: bytes, headers: Mapping[str, str] | None = None) -> None:
        """JSON. A client that has gone meanwhile is no trouble."""
        if self._transport.is_closing():
            return
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        self._transport.write(
            b"HTTP/1.1 %d %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%b\r\n%b"
            % (status, _REASONS[status], len(content), more.encode(), content)
        )
        self._busy = False
        if self._last:
            self._transport.close()
        elif self._received:
            self._next()

    def hang(self, seconds: float) -> None:
        """Nothing more is said; the connection ends after `seconds`, if the client still waits."""
        asyncio.get_running_loop().call_later(seconds, self._transport.close)

    def reset(self) -> None:
        """The connection breaks: RST, no polite end."""
        if self._transport.is_closing():
            return
        line = self._transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    def _next(self) -> None:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            if len(self._received) > _LONGEST_HEAD:
                self._refuse(413)
            return
        head = self._received[:end]
        lower = head.lower()
        length = _header(head, lower, b"content-length") or b"0"
        if _header(head, lower, b"transfer-encoding") or not length.isdigit():
            self._refuse(411)
            return
        whole = end + 4 + int(length)
        if whole - end > _LONGEST_BODY:
            self._refuse(413)
            return
        if len(self._received) < whole:
            if b"\r\nexpect: 100-continue" in lower and len(self._received) == end + 4:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return
        body = self._received[end + 4 : whole]
        self._received = self._received[whole:]
        self._take(head, lower, body)

    def _take(self, head: bytes, lower: bytes, body: bytes) -> None:
        line = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
        if len(line) != 3:
            self._refuse(400)
            return
        path, _, query = line[1].partition("?")
        self._busy = True
        self._last = _header(head, lower, b"connection").lower() == b"close"
        self._handler(Request(line[0], path, query, head, body, time.time()), self)

    def _refuse(self, status: int) -> None:
        self._last = True
        self.answer(status, b"{}")


def _header(head: bytes, lower: bytes, name: bytes) -> bytes:
    start = lower.find(b"\r\n" + name + b":")
    if start < 0:
        return b""
    start += len(name) + 3
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else len(head)].strip()


def fields_of(body: bytes) -> dict[str, str]:
    """A form's fields, blank ones too; urllib's own reading took a fifth of a call."""
    fields = {}
    for pair in body.replace(b"+", b" ").split(b"&"):
        name, _, value = pair.partition(b"=")
        fields[_unquoted(name)] = _unquoted(value)
    return fields


def _unquoted(part: bytes) -> str:
    return (unquote_to_bytes(part) if b"%" in part else part).decode(errors="replace")
