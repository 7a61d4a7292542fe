"""The bytes of it, over a real socket: what clients may send in pieces, together, or wrongly."""

import asyncio
from urllib.parse import urlencode

import pytest

from messaging.fakes.lean_http import Exchange, Request, fields_of

POST = b"POST /x?a=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody"


def spoken_to(pieces: list[bytes], *, hang: bool = False) -> tuple[bytes, list[Request]]:
    """What comes back until the connection ends, and the requests the handler got."""
    taken: list[Request] = []

    def handler(request: Request, exchange: Exchange) -> None:
        taken.append(request)
        if hang:
            exchange.hang(0.05)
        elif request.path == "/reset":
            exchange.reset()
        else:
            exchange.answer(201, b'{"n": %d}' % len(taken), {"Retry-After": "1"})

    async def talk() -> bytes:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Exchange(handler), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.01)
        try:
            return await asyncio.wait_for(reader.read(), 5)
        finally:
            writer.close()
            server.close()

    return asyncio.run(talk()), taken


def closing(request: bytes) -> bytes:
    return request.replace(b"Host: h", b"Host: h\r\nConnection: close")


def test_request_is_read_whether_it_comes_in_pieces_or_with_the_next() -> None:
    pieces = [POST[:20], POST[20:70], POST[70:] + POST + closing(POST)]

    answer, taken = spoken_to(pieces)

    assert [request.body for request in taken] == [b"body"] * 3
    assert (taken[0].method, taken[0].path, taken[0].query) == ("POST", "/x", "a=1")
    assert answer.count(b"HTTP/1.1 201 Created\r\n") == 3
    assert answer.endswith(b'Content-Length: 8\r\nRetry-After: 1\r\n\r\n{"n": 3}')


def test_header_is_found_in_any_case_and_not_inside_another() -> None:
    request = closing(POST).replace(b"Host: h", b"x-AUTHORIZATION: no\r\nAuthORIZATION:  Basic x ")

    _, taken = spoken_to([request])

    assert taken[0].header(b"authorization") == b"Basic x"
    assert taken[0].header(b"missing") == b""


def test_client_that_waits_for_continue_is_told_to_go_on() -> None:
    head, body = closing(POST).split(b"\r\n\r\n")

    answer, taken = spoken_to([head + b"\r\nExpect: 100-continue\r\n\r\n", body])

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 ")
    assert taken[0].body == b"body"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (POST.replace(b"Content-Length: 4", b"Transfer-Encoding: chunked"), b"411"),
        (POST.replace(b": 4", b": -4"), b"411"),
        (POST.replace(b": 4", b": 999999999"), b"413"),
        (b"A: " + b"x" * 40_000, b"413"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
def test_what_is_not_understood_ends_the_connection(sent: bytes, status: bytes) -> None:
    answer, taken = spoken_to([sent])

    assert answer.startswith(b"HTTP/1.1 " + status)
    assert taken == []


def test_hang_says_nothing_and_ends() -> None:
    answer, taken = spoken_to([POST], hang=True)

    assert answer == b""
    assert len(taken) == 1


def test_reset_breaks_the_connection() -> None:
    with pytest.raises(ConnectionResetError):
        spoken_to([POST.replace(b"/x", b"/reset")])


def test_form_is_read_as_it_was_written() -> None:
    fields = {"Body": "a&b=c+d %20 æøå 😀\r\n", "Empty": "", "From": "+447700900123"}

    assert fields_of(urlencode(fields).encode()) == fields
    assert fields_of(b"") == {"": ""}
    assert fields_of(b"Body=%ff%zz") == {"Body": "\ufffd%zz"}
