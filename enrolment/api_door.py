"""What the doors for devices and other systems have in common: a bearer token that may do this, an
idempotency key, a body that is not too long, and refusals as problem documents (RFC 9457) that
repeat nothing that was sent."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from enrolment import api_tokens
from enrolment.api_problems import Refused, Unreadable

log = structlog.get_logger(__name__)

_BEARER = re.compile(r"[Bb]earer +([\x21-\x7e]{1,200})")
_KEY = re.compile(r"[\x21-\x7e]{1,64}")


@dataclass(frozen=True, slots=True)
class Posted:
    """A request that has passed everything but its own contents."""

    token_id: int
    key: str
    body: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Door:
    """`may`: what the token must be allowed to do. `thing`: what is sent, in a word. `status`: of
    an answer that is no refusal."""

    may: str
    thing: str
    types: frozenset[str]
    longest: int
    status: int


View = Callable[[HttpRequest], HttpResponse]
Take = Callable[[Posted], Mapping[str, Any]]


def api_door(door: Door) -> Callable[[Take], View]:
    def made(take: Take) -> View:
        @csrf_exempt
        @wraps(take)
        def view(request: HttpRequest) -> HttpResponse:
            try:
                return _answer(take(_posted(request, door)), door.status)
            except Unreadable as wrong:
                errors = [{"pointer": wrong.pointer, "detail": wrong.detail}]
                return _problem(422, f"The {door.thing} can't be understood.", errors=errors)
            except Refused as refused:
                return _problem(refused.status, refused.title, headers=refused.headers)
            except Exception:
                # Django's own page would show what was sent.
                log.exception("api_broke", door=door.thing)
                return _problem(500, "Something broke here; send it again with the same key.")

        return view

    return made


def _posted(request: HttpRequest, door: Door) -> Posted:
    if request.method != "POST":
        raise Refused(405, "Only POST.", {"Allow": "POST"})
    token_id = _token(request, door)
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise Refused(400, "The header Idempotency-Key is needed: 1 to 64 plain characters.")
    if request.content_type not in door.types:
        raise Refused(415, f"Send {' or '.join(sorted(door.types, key=len))}.")
    return Posted(token_id, key, _body(request, door))


def _token(request: HttpRequest, door: Door) -> int:
    match = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    found = api_tokens.present(secret=match[1]) if match else None
    if found is None:
        raise Refused(401, "A valid token is needed.", {"WWW-Authenticate": "Bearer"})
    if found.is_tired:
        raise Refused(429, f"Too many {door.thing}s in a minute.", {"Retry-After": "60"})
    if door.may not in found.may:
        raise Refused(403, f"This token may not send {door.thing}s.")
    return found.token_id


def _body(request: HttpRequest, door: Door) -> bytes:
    try:
        body = request.read(door.longest + 1)
    except OSError:
        raise Refused(400, "The body broke off.") from None
    if len(body) > door.longest:
        raise Refused(413, f"The body is at most {door.longest // 1024} KiB.")
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
