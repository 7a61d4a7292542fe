"""A request as it is written: whole, and never two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.providers.wire_request import parts, place, written

USUAL = {"host": "Host: sms.example.org", "user-agent": "User-Agent: Sendwell"}


@pytest.mark.parametrize(
    ("url", "origin", "path"),
    [
        ("https://sms.example.org", "https://sms.example.org", "/"),
        ("https://sms.example.org?a=1", "https://sms.example.org", "/?a=1"),
        ("http://[::1]:8080/a/b?c=/d", "http://[::1]:8080", "/a/b?c=/d"),
        ("http://sms.example.org/a?b=%20#c/d", "http://sms.example.org", "/a?b=%20"),
        ("http://sms.example.org#c/d", "http://sms.example.org", "/"),
    ],
)
def test_address_falls_in_two(url: str, origin: str, path: str) -> None:
    assert parts(url) == (origin, path)


@pytest.mark.parametrize(
    "url",
    ["", "no address", "/path", "ftp://sms.example.org/", "http://", "http:///path", "http://å/",
     "http://sms.example.org/a b", "http://sms.example.org/a\r\nb", "http://sms.example.org/\n"],
)  # fmt: skip
def test_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        parts(url)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://sms.example.org:443", "Host: sms.example.org"),
        ("http://sms.example.org:8080", "Host: sms.example.org:8080"),
        ("http://[::1]:8080", "Host: [::1]:8080"),
    ],
)
def test_place_names_its_host(origin: str, host: str) -> None:
    assert place(origin).lines["host"] == host


def test_place_takes_a_login_from_the_address() -> None:
    assert place("http://user:p%40ss@sms.example.org").lines["authorization"] == (
        "Authorization: Basic dXNlcjpwQHNz"
    )


@pytest.mark.parametrize("origin", ["http://:80", "http://sms.example.org:port", "http://@"])
def test_place_without_a_host_is_refused(origin: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  yarl's own words
        place(origin)


def test_own_headers_stand_for_the_usual_ones() -> None:
    request = written("POST", "/a", USUAL, {"user-agent": "other", "X-Å": "å"}, b"words")

    assert request.decode() == (
        "POST /a HTTP/1.1\r\nHost: sms.example.org\r\nuser-agent: other\r\nX-Å: å\r\n"
        "Content-Length: 5\r\n\r\nwords"
    )


@pytest.mark.parametrize(("method", "told"), [("GET", False), ("POST", True)])
def test_length_of_nothing_is_told_where_something_is_awaited(method: str, told: bool) -> None:
    assert (b"Content-Length: 0\r\n" in written(method, "/", USUAL, {}, b"")) is told


@pytest.mark.parametrize(
    ("method", "headers"),
    [("POST /", {}), ("post", {}), ("GET", {"A:": "b"}), ("GET", {"A b": "c"}), ("GET", {"": "a"})],
)  # fmt: skip
def test_request_that_is_none_is_refused(method: str, headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"method|header"):
        written(method, "/", USUAL, headers, b"")


@given(name=st.text(), value=st.text())
def test_no_header_is_more_than_a_line(name: str, value: str) -> None:
    try:
        request = written("POST", "/", USUAL, {name: value}, b"")
    except ValueError:
        return
    lines = request.split(b"\r\n")
    assert len(lines) == len(USUAL) + 5
    assert not [line for line in lines if b"\n" in line or b"\r" in line or b"\0" in line]
