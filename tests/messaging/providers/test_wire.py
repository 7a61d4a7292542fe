"""The one HTTP call that adapters make: what reaches the other side, and how often."""

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from messaging.providers import wire
from tests.messaging.providers.scripted import Reply, Scripted, scripted

IMPATIENT = aiohttp.ClientTimeout(total=0.3, sock_connect=0.3)
FINE = Reply(200, b"fine")


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    async def work_and_close() -> Any:
        try:
            return await work()
        finally:
            await wire.close()

    return asyncio.run(work_and_close())


@contextmanager
def departures() -> Iterator[list[float]]:
    """When calls left, while this is open."""
    left: list[float] = []
    before = wire.departing.set(lambda: left.append(time.monotonic()))
    yield left
    wire.departing.reset(before)


def called(*calls: tuple[str, str], **options: Any) -> list[Any]:
    """Answers, or what was raised, one after the other on the same connections."""

    async def all_of_them() -> list[Any]:
        found: list[Any] = []
        for method, url in calls:
            try:
                found.append(await wire.call(method, url, **options))
            except (wire.NotSent, wire.NoAnswer) as error:
                found.append(error)
        return found

    return run(all_of_them)


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted(FINE) as script:
        yield script


@contextmanager
def speaking(said: bytes) -> Iterator[str]:
    """A server that says this to whoever connects, and hangs up."""

    def speak(listening: socket.socket) -> None:
        line, _ = listening.accept()
        with line:
            line.recv(65536)
            line.sendall(said)
            line.shutdown(socket.SHUT_WR)
            line.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=speak, args=(listening,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(timeout=5)


def test_call_brings_status_headers_and_body(server: Scripted) -> None:
    server.usual = Reply(202, b'{"a": 1}', {"X-Name": "value"})

    [answer] = called(
        ("POST", f"{server.url}/path?a=b%20c"), body=b"words", headers={"X-Ours": "1"}
    )

    assert (answer.status, answer.json(), answer.headers["x-name"]) == (202, {"a": 1}, "value")
    [asked] = server.asked
    assert (asked.method, asked.path, asked.query) == ("POST", "/path", (("a", "b c"),))
    assert asked.body == b"words"
    assert asked.headers["x-ours"] == "1"
    assert asked.headers["user-agent"] == "Sendwell"


def test_call_encodes_a_form(server: Scripted) -> None:
    form = {"to": "+447700900123", "text": "a+b&c=d %20 æøå 😀\n", "n": 1, "blank": ""}

    called(("POST", server.url), form=form, headers={"X-Ours": "1"})

    [asked] = server.asked
    assert asked.form() == {name: str(value) for name, value in form.items()}
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.headers["x-ours"] == "1"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_call_is_made_once_when_a_kept_connection_breaks(method: str, server: Scripted) -> None:
    server.replies.extend([FINE, Reply(reset=True)])

    first, second = called((method, server.url), (method, server.url))

    assert first.status == 200
    assert isinstance(second, wire.NoAnswer)
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_call_is_made_once_whatever_the_status(status: int, server: Scripted) -> None:
    server.replies.append(Reply(status))

    [answer] = called(("POST", server.url))

    assert answer.status == status
    assert len(server.asked) == 1


def test_call_to_a_closed_port_was_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as line:
        closed = f"http://127.0.0.1:{line.getsockname()[1]}"

    with departures() as left:
        [error] = called(("POST", closed), body=b"text")

    assert isinstance(error, wire.NotSent)
    assert not left


def test_call_leaves_once_its_connection_is_there() -> None:
    """Whoever is slow to take the connection up has not got the text yet."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        # One waits in the line's queue for ever; the others are not let in.
        line.listen(0)
        url = f"http://127.0.0.1:{line.getsockname()[1]}"
        with socket.create_connection(line.getsockname()), departures() as left:
            [error] = called(("POST", url), body=b"text", timeout=IMPATIENT)

    assert isinstance(error, wire.NotSent)
    assert not left


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("POST", b"text"), ("POST", b"")])
def test_call_tells_once_that_it_leaves(method: str, body: bytes | None, server: Scripted) -> None:
    with departures() as left:
        called((method, server.url), body=body)

    assert len(left) == len(server.asked) == 1


@pytest.mark.parametrize(
    "url",
    ["https://nobody.invalid/", "", "no address", "http://", "http:///path"],
)
def test_call_to_an_address_that_leads_nowhere_was_not_sent(url: str) -> None:
    [error] = called(("POST", url))

    assert isinstance(error, wire.NotSent)


def test_call_without_tls_at_the_other_end_was_not_sent(server: Scripted) -> None:
    [error] = called(("POST", server.url.replace("http://", "https://")))

    assert isinstance(error, wire.NotSent)
    assert server.asked == []


@pytest.mark.parametrize("reply", [Reply(hang=True), Reply(reset=True)], ids=["hang", "reset"])
def test_call_that_hears_nothing_has_no_answer(reply: Reply, server: Scripted) -> None:
    server.replies.append(reply)

    [error] = called(("POST", server.url), timeout=IMPATIENT)

    assert isinstance(error, wire.NoAnswer)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf",
        b"220 mail.example.org ESMTP\r\n",
        b"",
    ],
    ids=["half_a_body", "half_a_header", "bad_chunk", "not_gzip", "not_http", "nothing"],
)
def test_call_that_hears_half_an_answer_has_none(said: bytes) -> None:
    with speaking(said) as url:
        [error] = called(("POST", url), timeout=IMPATIENT)

    assert isinstance(error, wire.NoAnswer)


def test_call_reads_no_endless_answer(server: Scripted) -> None:
    longest = b"a" * wire.LONGEST_ANSWER
    server.replies.extend([Reply(200, longest), Reply(200, longest + b"a")])

    fits, too_long = called(("GET", server.url), ("GET", server.url))

    assert fits.body == longest
    assert isinstance(too_long, wire.NoAnswer)


def test_errors_repeat_neither_address_nor_words(server: Scripted) -> None:
    server.replies.append(Reply(reset=True))

    errors = called(
        ("POST", f"{server.url}/?to=447700900123"),
        ("POST", "https://nobody.invalid/?to=447700900123"),
        ("POST", "http:///?to=447700900123"),
        body=b"447700900123",
    )

    for error in errors:
        assert "447700900123" not in f"{error!r}"
        assert error.__cause__ is None
        assert error.__suppress_context__


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_call_follows_no_redirect(status: int, server: Scripted) -> None:
    with scripted(FINE) as elsewhere:
        server.replies.append(Reply(status, headers={"Location": f"{elsewhere.url}/"}))

        [answer] = called(("POST", server.url), headers={"Authorization": "Basic invented"})

    assert answer.status == status
    assert elsewhere.asked == []
    assert len(server.asked) == 1


def test_call_keeps_no_cookies(server: Scripted) -> None:
    server.replies.append(Reply(200, headers={"Set-Cookie": "a=b; Path=/"}))

    called(("GET", server.url), ("GET", server.url))

    assert [asked.headers.get("cookie") for asked in server.asked] == [None, None]


def test_call_keeps_its_connection_and_opens_another_after_close(server: Scripted) -> None:
    async def before_and_after() -> list[int]:
        statuses = [(await wire.call("GET", server.url)).status for _ in range(2)]
        await wire.close()
        await wire.close()
        return [*statuses, (await wire.call("GET", server.url)).status]

    assert run(before_and_after) == [200, 200, 200]


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("0", timedelta(0)),
        ("999999999", timedelta(days=1)),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_seconds(header: str, wait: timedelta | None) -> None:
    assert wire.Answer(429, {"retry-after": header}, b"").retry_after() == wait


def test_retry_after_may_be_missing() -> None:
    assert wire.Answer(429, {}, b"").retry_after() is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b'{"a', b"9" * 5000])
def test_json_that_is_none_is_none(body: bytes) -> None:
    assert wire.Answer(200, {}, body).json() is None


def test_answer_shows_neither_headers_nor_body() -> None:
    assert repr(wire.Answer(200, {"a": "447700900123"}, b"447700900123")) == "Answer(status=200)"
