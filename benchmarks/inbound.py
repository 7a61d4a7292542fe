"""A text in, to its end: signature checked, stored, STOP or a keyword obeyed, the reply queued.

    python -m benchmarks.run inbound [--texts 600] [--runs 3]

Both sides go through the whole of Django's middleware by its WSGI handler, in one process, one
request after the other. The other side's view says 204 and nothing else. Ours is Twilio's webhook,
signed as Twilio does, and then the task that answers what came, which in production runs beside it.
"""

import argparse
import io
import sys
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402
from twilio.request_validator import RequestValidator  # noqa: E402

from benchmarks import people, wire  # noqa: E402
from benchmarks.figures import at_least, note  # noqa: E402
from enrolment import replies  # noqa: E402
from messaging import clock  # noqa: E402
from messaging.models import InboundMessage, Message, Recipient, Sender  # noqa: E402
from tests.peers.fake_provider import ACCOUNT_SID, AUTH_TOKEN  # noqa: E402

FLOOR = 0.15
_BATCH = 50
_BACKEND = "messaging.providers.twilio.Twilio"


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


urlpatterns = [path("nothing/", nothing), path("", include("messaging.urls"))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=600)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    settings.ROOT_URLCONF = __name__
    settings.INBOUND_HINT = ""
    options = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN}
    settings.SMS_PROVIDERS = {wire.ALIAS: {"BACKEND": _BACKEND, "OPTIONS": options}}
    campaign = people.fresh_database()
    Sender.objects.update(provider=wire.ALIAS, address="+447700900999")
    people.enrol(campaign, asked.texts * (asked.runs + 1))
    numbers = [row.number or "" for row in Recipient.objects.order_by("id")]
    handler = WSGIHandler()
    empty, ours = [], []
    for run in range(asked.runs + 1):
        texts = _texts(numbers[run * asked.texts : (run + 1) * asked.texts], run)
        empty.append(_empty_rate(handler, texts))
        ours.append(_inbound_rate(handler, texts))
    # The first of each warms up.
    note("inbound_per_second", ours[1:])
    note("no_op_per_second", empty[1:])
    ratios = [one / other for one, other in zip(ours[1:], empty[1:], strict=True)]
    return 0 if at_least("inbound_over_no_op", ratios, FLOOR) else 1


def _texts(numbers: Sequence[str], run: int) -> list[dict[str, str]]:
    """STOP and CRAVE by turns, each from its own person."""
    return [
        {
            "MessageSid": f"SM{run:08x}{place:024x}",
            "From": number,
            "To": "+447700900999",
            "Body": "STOP" if place % 2 else "CRAVE",
            "NumMedia": "0",
            "AccountSid": ACCOUNT_SID,
        }
        for place, number in enumerate(numbers)
    ]


def _environ(address: str, form: dict[str, str]) -> dict[str, Any]:
    body = urlencode(form).encode()
    url = settings.PUBLIC_BASE_URL + address
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": address,
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_X_TWILIO_SIGNATURE": RequestValidator(AUTH_TOKEN).compute_signature(url, form),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
    }


def _ask(handler: WSGIHandler, environ: dict[str, Any]) -> None:
    answered: list[str] = []
    response = handler(environ, lambda status, headers, exc_info=None: answered.append(status))
    b"".join(response)
    response.close()  # type: ignore[attr-defined]
    assert answered[0].startswith("2"), answered


def _empty_rate(handler: WSGIHandler, texts: Sequence[dict[str, str]]) -> float:
    calls = [_environ("/nothing/", form) for form in texts]
    started = time.perf_counter()
    for call in calls:
        _ask(handler, call)
    return len(calls) / (time.perf_counter() - started)


def _inbound_rate(handler: WSGIHandler, texts: Sequence[dict[str, str]]) -> float:
    calls = [_environ(f"/hooks/{wire.ALIAS}/inbound/", form) for form in texts]
    before = Message.objects.count()
    started = time.perf_counter()
    for place, call in enumerate(calls, start=1):
        _ask(handler, call)
        if place % _BATCH == 0:
            replies.answer_pending(now=clock.calendar_now())
    seconds = time.perf_counter() - started
    assert not InboundMessage.objects.filter(end="pending").exists()
    assert Message.objects.count() - before == len(texts)
    return len(calls) / seconds


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        connection.close()
