"""R11: the web server's memory under a long run of nonsense at the addresses providers call.

What tests/properties/test_webhook_fuzz.py asks of one call at a time, with the real server before
it: nothing breaks, nothing forged is taken, and nothing of it stays in memory.
"""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from tests.chaos import figures, soaking
from tests.chaos.field import ADDRESS, ALIAS, Field
from tests.peers.fake_provider import AUTH_TOKEN

pytestmark = pytest.mark.chaos

CALLS = figures.sized(small=3_000, ci=20_000, full=1_000_000)
#: As many before anything is judged, so that each thread has met each kind of call.
_WARM = figures.sized(small=3_000, ci=10_000, full=20_000)
_MOST_GROWTH = 0.05
#: More than the server has threads.
_AT_ONCE = 24
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
#: What the server hung up on without a word.
_CLOSED = 0
_ROWS = """
SELECT (SELECT count(*) FROM messaging_inboundmessage) + (SELECT count(*) FROM messaging_report)
     + (SELECT count(*) FROM messaging_inboundpart) + (SELECT count(*) FROM messaging_recipient)
"""
Call = tuple[str, bytes, dict[str, str]]


def test_nonsense_leaves_nothing_in_the_web_servers_memory(field: Field) -> None:
    rows = field.one(_ROWS)
    _send(field, seed=1, calls=_WARM)
    before = _memory(field)
    statuses = _send(field, seed=2, calls=CALLS)
    after = _memory(field)
    growth = after / before - 1
    broken = sum(count for status, count in statuses.items() if status >= 500)
    taken = field.one(_ROWS) - rows
    figures.tell(
        "R11 over the wire", calls=CALLS, broken=broken, taken=taken,
        statuses={str(status): count for status, count in sorted(statuses.items())},
        megabytes_before=round(before / 1e6, 1), megabytes_after=round(after / 1e6, 1),
        growth=round(growth, 4),
    )  # fmt: skip
    assert sum(statuses.values()) == CALLS
    assert broken == 0
    assert taken == 0
    assert growth < _MOST_GROWTH


def _memory(field: Field) -> float:
    return soaking.memory(field)["web"]


def _send(field: Field, *, seed: int, calls: int) -> Counter[int]:
    """By as many threads as keep the server's own at work; each draws its own calls."""
    shares = [len(range(place, calls, _AT_ONCE)) for place in range(_AT_ONCE)]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        done = [
            threads.submit(_senders_share, field, random.Random(100 * seed + place), share)
            for place, share in enumerate(shares)
        ]
        return sum((each.result() for each in done), Counter[int]())


def _senders_share(field: Field, draw: random.Random, calls: int) -> Counter[int]:
    statuses = Counter[int]()
    line = HTTPConnection("127.0.0.1", field.web_port, timeout=60)
    for _ in range(calls):
        path, body, headers = draw.choice(_KINDS)(draw, field.engine.environment["PUBLIC_BASE_URL"])
        try:
            line.request("POST", path, body, headers)
            answer = line.getresponse()
            answer.read()
            statuses[answer.status] += 1
        except (OSError, HTTPException):
            statuses[_CLOSED] += 1
            line.close()
    line.close()
    return statuses


def _unsigned(draw: random.Random, base: str) -> Call:
    door = draw.choice(["inbound", "receipts"])
    form = urlencode({"From": "+447700900321", "To": ADDRESS, "Body": _words(draw)})
    return f"/hooks/{ALIAS}/{door}/", form.encode(), {"Content-Type": _FORM}


def _forged(draw: random.Random, base: str) -> Call:
    path, body, headers = _unsigned(draw, base)
    return path, body, {**headers, "X-Twilio-Signature": _words(draw).encode().hex()}


def _signed_and_senseless(draw: random.Random, base: str) -> Call:
    """Genuine as far as anybody can tell, and about nothing: no number, no id, no text."""
    path = f"/hooks/{ALIAS}/{draw.choice(['inbound', 'receipts'])}/"
    form = {f"{draw.choice(['Nothing', 'Sms', 'x'])}{place}": _words(draw) for place in range(9)}
    signature = RequestValidator(AUTH_TOKEN).compute_signature(f"{base}{path}", form)
    headers = {"Content-Type": _FORM, "X-Twilio-Signature": signature}
    return path, urlencode(form).encode(), headers


def _junk(draw: random.Random, base: str) -> Call:
    content = draw.choice([_FORM, _JSON, "text/plain", "multipart/form-data; boundary=x", ";;;="])
    alias = draw.choice([ALIAS, "nobody", "%00", "%2e%2e"])
    return (
        f"/hooks/{alias}/inbound/",
        draw.randbytes(draw.randrange(400)),
        {"Content-Type": content},
    )


def _nested(draw: random.Random, base: str) -> Call:
    return f"/hooks/{ALIAS}/receipts/", b"[" * draw.randrange(60_000), {"Content-Type": _JSON}


def _large(draw: random.Random, base: str) -> Call:
    form = b"Body=" + b"y" * draw.randrange(300_000)
    return f"/hooks/{ALIAS}/inbound/", form, {"Content-Type": _FORM}


def _many_fields(draw: random.Random, base: str) -> Call:
    form = urlencode([(f"f{place}", "") for place in range(draw.randrange(3_000))])
    return f"/hooks/{ALIAS}/inbound/", form.encode(), {"Content-Type": _FORM}


def _no_address(draw: random.Random, base: str) -> Call:
    key = "".join(draw.choices("abcdef.%-0123456789", k=draw.randrange(200)))
    return f"/hooks/{ALIAS}/receipts/{key}/", b"", {"Content-Type": _FORM}


def _words(draw: random.Random) -> str:
    return "".join(chr(draw.randrange(32, 0x2FF)) for _ in range(draw.randrange(160)))


_KINDS: tuple[Callable[[random.Random, str], Call], ...] = (
    _unsigned, _forged, _signed_and_senseless, _junk, _nested, _large, _many_fields, _no_address,
)  # fmt: skip
