"""The door for devices and apps: POST /api/v1/readings/. See docs/readings-api.md.

Refusals are problem documents (RFC 9457); none repeats what was sent.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from enrolment import reading_tokens, receiving
from enrolment.observations import observed
from enrolment.reading_problems import Refused, Unreadable
from messaging import clock

log = structlog.get_logger(__name__)

LONGEST_BODY = 64 * 1024
_TYPES = frozenset({"application/json", "application/fhir+json"})
_BEARER = re.compile(r"[Bb]earer +([\x21-\x7e]{1,200})")
_KEY = re.compile(r"[\x21-\x7e]{1,64}")

View = Callable[[HttpRequest], HttpResponse]


def _door(view: View) -> View:
    @csrf_exempt
    @wraps(view)
    def door(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except Unreadable as wrong:
            errors = [{"pointer": wrong.pointer, "detail": wrong.detail}]
            return _problem(422, "The reading can't be understood.", errors=errors)
        except Refused as refused:
            return _problem(refused.status, refused.title)
        except Exception:
            # Django's own page would show what was sent.
            log.exception("reading_broke")
            return _problem(500, "Something broke here; send it again with the same key.")

    return door


@_door
def readings(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _problem(405, "Only POST.", headers={"Allow": "POST"})
    token_id = _token(request)
    if isinstance(token_id, HttpResponse):
        return token_id
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise Refused(400, "The header Idempotency-Key is needed: 1 to 64 plain characters.")
    if request.content_type not in _TYPES:
        raise Refused(415, "Send application/json or application/fhir+json.")
    body = _body(request)
    reading = receiving.receive(
        token_id=token_id,
        seen=observed(body),
        idempotency_key=key,
        digest=hashlib.sha256(body).hexdigest(),
        now=clock.calendar_now(),
    )
    return _answer({"id": reading.pk, "kind": reading.kind}, 201)


def _token(request: HttpRequest) -> int | HttpResponse:
    """The token's id, or the refusal."""
    match = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    found = reading_tokens.present(secret=match[1]) if match else None
    if found is None:
        title = "A valid token is needed."
        return _problem(401, title, headers={"WWW-Authenticate": "Bearer"})
    if found.is_tired:
        return _problem(429, "Too many readings in a minute.", headers={"Retry-After": "60"})
    return found.token_id


def _body(request: HttpRequest) -> bytes:
    try:
        body = request.read(LONGEST_BODY + 1)
    except OSError:
        raise Refused(400, "The body broke off.") from None
    if len(body) > LONGEST_BODY:
        raise Refused(413, "A reading has at most 64 KiB.")
    return body


def _problem(
    status: int,
    title: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    document: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if errors:
        document["errors"] = errors
    answer = _answer(document, status, "application/problem+json")
    for name, value in (headers or {}).items():
        answer[name] = value
    # Refused is refused: Django would write a warning with the address.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def _answer(
    document: Mapping[str, Any], status: int, content_type: str = "application/json"
) -> HttpResponse:
    answer = JsonResponse(document, status=status, content_type=content_type)
    answer["Cache-Control"] = "no-store"
    return answer
