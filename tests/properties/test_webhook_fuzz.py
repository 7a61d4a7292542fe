"""R11: anything at all comes to the addresses where providers call us. Nothing breaks, nothing
forged is taken, nothing of it is stored, and no number or text gets into the log.

Not in here: what no HTTP server hands on, such as control characters in a header.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from config.sms_providers import KNOWN
from messaging import clock, inbound_parts, reports
from messaging.callback_tokens import signed
from messaging.providers.base import DeliveryReport, Outgoing, Provider, SendResult
from messaging.providers.fake import Fake
from messaging.providers.webhook import Acknowledgement, InboundText, WebhookRequest
from tests.factories.sender import SenderFactory
from tests.messaging.providers import case as usual
from tests.messaging.providers.case import ADDRESS

pytestmark = pytest.mark.django_db

#: Several calls to one of the profile's examples; a call takes a few milliseconds.
EXAMPLES = settings.default.max_examples * 5
#: In every call, so that a log line that repeats anything of it shows.
NUMBER, WORDS = "+447700900321", "zebra crossing"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
NOBODY = "nobody"
_CASES = {
    name: import_module(f"tests.messaging.providers.case_{name}").CASE
    for name in KNOWN
    if name != "fake" and find_spec(f"tests.messaging.providers.case_{name}")
}
ALIASES = (*KNOWN, NOBODY)
_ROWS = """
SELECT (SELECT count(*) FROM messaging_inboundmessage) + (SELECT count(*) FROM messaging_report)
     + (SELECT count(*) FROM messaging_inboundpart) + (SELECT count(*) FROM messaging_optout)
     + (SELECT count(*) FROM messaging_recipient) + (SELECT count(*) FROM messaging_receipt)
"""


def made(name: str) -> Provider:
    """The adapter with the options of its own tests; where it would send to, nobody listens."""
    found: Provider = Fake() if name == "fake" else _CASES[name].make("http://127.0.0.1:9")
    return found


class Trusting(Provider):
    """The adapter as if every call were genuine: what it makes of words only the provider itself
    could have sent."""

    def __init__(self, name: str) -> None:
        self.inner = made(name)

    async def send(self, outgoing: Outgoing) -> SendResult:
        return await self.inner.send(outgoing)

    def verify(self, request: WebhookRequest) -> bool:
        # Also what it does before it says no must not break.
        self.inner.verify(request)
        return True

    def parse_inbound(self, request: WebhookRequest) -> list[InboundText]:
        return self.inner.parse_inbound(request)

    def parse_receipts(self, request: WebhookRequest) -> list[DeliveryReport]:
        return self.inner.parse_receipts(request)

    def acknowledge(self, request: WebhookRequest) -> Acknowledgement:
        return self.inner.acknowledge(request)


@pytest.fixture(autouse=True)
def no_hint(settings: Settings) -> None:
    settings.INBOUND_HINT = ""


@pytest.fixture
def strict(settings: Settings) -> None:
    settings.SMS_PROVIDERS = _configured("made")


@pytest.fixture
def trusting(settings: Settings) -> None:
    settings.SMS_PROVIDERS = _configured("Trusting")


def _configured(maker: str) -> dict[str, Any]:
    backend = f"tests.properties.test_webhook_fuzz.{maker}"
    names = ("fake", *_CASES)
    return {name: {"BACKEND": backend, "OPTIONS": {"name": name}} for name in names}


class Lines(logging.Handler):
    """Lines as they would be written down."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        written = next(each for each in logging.getLogger().handlers if each.name == "line")
        self.setFormatter(written.formatter)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def logged() -> Iterator[list[str]]:
    handler, root = Lines(), logging.getLogger()
    root.addHandler(handler)
    try:
        yield handler.lines
    finally:
        root.removeHandler(handler)


nasty = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "\x00",
            "a\x00b",
            "0",
            "-1",
            "1e999",
            "NaN",
            "9" * 400,
            "٣",
            "²",
            "½",
            "%zz",
            "+44",
            "2250",
            "BANK",
            "+" + "9" * 400,
            "whatsapp:" + NUMBER,
            "null",
            "true",
            "[]",
            "a" * 100,
            "x" * 5000,
            "\u202e",
            "�",
            "🎉" * 100,
            "STOP",
            "1/2",
            "Jan 1",
            "delivered",
            "2026-11-23T10:00:00Z",
            "\r\nX: y",
            "{{ 7*7 }}",
            "%s%n",
            "' OR 1=1 --",
            "..",
            "=?&#",
        ]
    ),
    st.text(max_size=30),
)
#: As JSON may hold them: half a surrogate pair is written there as an escape.
junk = st.one_of(
    nasty,
    st.sampled_from(["\ud800", "a\udc00b", 10**30, -1, 1.5, 2**63, 1e308, float("nan")]),
    st.none() | st.booleans(),
    st.recursive(
        st.none() | nasty,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(nasty, inner, max_size=3),
        max_leaves=5,
    ),
)
HUGE = (
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"&" * 5000,
    urlencode([(f"f{place}", "") for place in range(3000)]).encode(),
    b"x=" + b"y" * 300_000,
    b"\x00" * 1000,
    b"%" * 1000,
    b"a=%zz&b=%ff%fe&%00=%00",
    b"Body=\xff\xfe&From=\xed\xa0\x80",
    b'{"messages":[{"from":"\\ud800"}]}',
    b"\xef\xbb\xbf{}",
    b"",
)
headers = st.dictionaries(
    st.sampled_from(
        [
            "x-twilio-signature", "x-twilio-webhooks-signature-settings", "authorization",
            "x-kannel-from", "x-kannel-to", "x-kannel-udh", "x-kannel-time", "x-signature",
            "x-hub-signature-256", "user-agent", "cookie", "accept-language", "x-forwarded-for",
            "x-forwarded-proto", "host", "content-encoding", "transfer-encoding", "referer",
        ]
    ),
    st.sampled_from(
        [
            "", "Basic =", "Bearer a.b.c", "Bearer ..", "key=a,algorithm=HmacSHA256", "é", "ÿþ",
            "sha256=", "\u00a0", "sessionid=x; csrftoken=y", "%", ",", "=", "gzip", "*", "a" * 9000,
            "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer bnVsbA.bnVsbA.bnVsbA", NUMBER,
        ]
    ),
    max_size=4,
)  # fmt: skip
contents = st.sampled_from(
    [
        FORM, JSON, "", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x",
        f"{FORM}; charset=utf-16", f"{FORM}; charset=nonsense", f"{JSON}; charset=latin-1",
        "application/xml", ";;;=", "text/plain; charset=UTF-16BE", "é",
    ]
)  # fmt: skip
bodies = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(HUGE),
    st.dictionaries(nasty, nasty, max_size=5).map(lambda each: urlencode(each).encode()),
    junk.map(lambda each: json.dumps(each).encode()),
)
keys = st.one_of(
    st.just(""),
    st.sampled_from(["a.b", ".", "%00", "%ff", "é", "%2e%2e", "a" * 5000, signed("t") + "x"]),
    st.text(st.characters(min_codepoint=33, max_codepoint=900, exclude_characters="/?#%")).map(
        quote
    ),
).map(lambda key: f"{key}/" if key else "")


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    alias=st.sampled_from(ALIASES),
    door=st.sampled_from(["inbound", "receipts"]),
    key=keys,
    query=st.sampled_from(["", "?a=%zz", "?%00=%ff", "?bodySHA256=0", "?" + "a=&" * 600]),
    method=st.sampled_from(["POST", "POST", "POST", "GET", "HEAD", "PUT", "OPTIONS", "TRACE", "X"]),
    body=bodies,
    content=contents,
    sent=headers,
)
def test_nothing_forged_is_taken(
    strict: None, alias: str, door: str, key: str, query: str, method: str, body: bytes,
    content: str, sent: dict[str, str],
) -> None:  # fmt: skip
    marked = urlencode({"From": NUMBER, "Body": WORDS}).encode() + b"&" + body

    with transaction.atomic(), logged() as lines:
        SenderFactory(provider=alias, address=ADDRESS)
        answer = _call(method, f"/hooks/{alias}/{door}/{key}{query}", marked, content, sent)

        assert 300 <= answer.status_code < 500
        assert _rows() == 0
        _assert_silent(lines)
        transaction.set_rollback(True)


@st.composite
def genuine(draw: st.DrawFn) -> tuple[str, str, WebhookRequest]:
    """A provider's real call with some of it changed to nonsense."""
    name = draw(st.sampled_from(sorted(_CASES)))
    door = draw(st.sampled_from(["inbound", "receipts"]))
    case = _CASES[name]
    call: WebhookRequest = case.inbound() if door == "inbound" else case.receipt()
    return name, door, draw(_mutated(call))


@st.composite
def _mutated(draw: st.DrawFn, call: WebhookRequest) -> WebhookRequest:
    changed_headers = dict(call.headers)
    for header in call.headers:
        if draw(st.integers(0, 4)) == 0:
            changed_headers[header] = draw(_header_values)
    query = _changed(draw, call.query)
    body, form = call.body, call.form
    content = call.headers.get("content-type", "")
    if form:
        form = _changed(draw, form)
        body = urlencode(form).encode()
    elif "json" in content:
        body = json.dumps(_changed_json(draw, json.loads(call.body))).encode()
    if draw(st.integers(0, 9)) == 0:
        body = draw(bodies)
    return WebhookRequest(call.method, "", changed_headers, query, form, body)


_header_values = st.one_of(
    nasty.map(lambda each: each.encode("latin-1", "replace").decode("latin-1")),
    st.sampled_from(["%05%00%03%01%02%01", "%", "%00", "%06%08%04", "%05%00%03%ff%00%00"]),
).filter(str.isprintable)


def _changed(draw: st.DrawFn, pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Some without, some with another value, some twice."""
    found: list[tuple[str, str]] = []
    for name, value in pairs:
        match draw(st.sampled_from(["keep"] * 6 + ["drop", "change", "change", "double"])):
            case "keep":
                found.append((name, value))
            case "change":
                found.append((name, draw(nasty)))
            case "double":
                found += [(name, value), (name, draw(nasty))]
    return tuple(found)


def _changed_json(draw: st.DrawFn, value: Any) -> Any:
    match draw(st.sampled_from(["keep"] * 9 + ["change"])), value:
        case "change", _:
            return draw(junk)
        case _, dict():
            return {name: _changed_json(draw, inner) for name, inner in value.items()}
        case _, list():
            return [_changed_json(draw, inner) for inner in value]
    return value


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(call=genuine(), to_token=st.booleans())
def test_nothing_genuine_but_senseless_breaks(
    trusting: None, call: tuple[str, str, WebhookRequest], to_token: bool
) -> None:
    name, door, request = call
    key = f"{signed('token-of-nobody')}/" if to_token else ""
    query = f"?{urlencode(request.query)}" if request.query else ""
    sent = {each: value for each, value in request.headers.items() if each != "content-type"}

    with transaction.atomic(), logged() as lines:
        SenderFactory(provider=name, address=ADDRESS)
        answer = _call(
            request.method, f"/hooks/{name}/{door}/{key}{query}", request.body,
            request.headers.get("content-type", ""), sent,
        )  # fmt: skip
        reports.fold(now=clock.calendar_now())
        inbound_parts.join_late()

        assert 200 <= answer.status_code < 300 or answer.status_code in (400, 404, 413)
        _assert_silent(lines)
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(set(KNOWN) - {"fake"}))
def test_every_known_provider_is_fuzzed(name: str) -> None:
    assert name in _CASES


def test_what_is_genuine_is_taken(trusting: None) -> None:
    """Else the fuzz above would knock at closed doors."""
    for name, case in _CASES.items():
        call = case.inbound()
        SenderFactory(provider=name, address=ADDRESS)
        before = _rows()
        query = f"?{urlencode(call.query)}" if call.query else ""
        sent = {each: value for each, value in call.headers.items() if each != "content-type"}
        answer = _call(
            call.method, f"/hooks/{name}/inbound/{query}", call.body,
            call.headers.get("content-type", ""), sent,
        )  # fmt: skip
        assert answer.status_code < 300, name
        assert _rows() > before, name


def _call(method: str, path: str, body: bytes, content: str, sent: dict[str, str]) -> HttpResponse:
    extra = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in sent.items()}
    client = Client(raise_request_exception=False)
    answer: HttpResponse = client.generic(method, path, body, content_type=content, **extra)
    return answer


def _rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS)
        return int(cursor.fetchone()[0])


def _assert_silent(lines: list[str]) -> None:
    told = "\n".join(lines)
    for secret in (NUMBER[1:], WORDS.split()[0], usual.NUMBER[1:], usual.BODY.split()[0]):
        assert secret not in told
