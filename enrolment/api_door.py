"""What the doors for devices and other systems have in common: a bearer token that may do this, an
idempotency key, a body that is not too long, and refusals as problem documents (RFC 9457) that
repeat nothing that was sent."""

import base64
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
_BASIC = re.compile(r"[Bb]asic +([A-Za-z0-9+/]{1,400}={0,2})")
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
                return problem(422, f"The {door.thing} can't be understood.", errors=errors)
            except Refused as refused:
                return problem(refused.status, refused.title, headers=refused.headers)
            except Exception:
                # Django's own page would show what was sent.
                log.exception("api_broke", door=door.thing)
                return problem(500, "Something broke here; send it again with the same key.")

        return view

    return made


def _posted(request: HttpRequest, door: Door) -> Posted:
    if request.method != "POST":
        raise Refused(405, "Only POST.", {"Allow": "POST"})
    token_id = token_of(request, door)
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise Refused(400, "The header Idempotency-Key is needed: 1 to 64 plain characters.")
    if request.content_type not in door.types:
        raise Refused(415, f"Send {' or '.join(sorted(door.types, key=len))}.")
    return Posted(token_id, key, body_of(request, door))


def token_of(request: HttpRequest, door: Door, *, asks_for: str = "Bearer") -> int:
    """Raises Refused. `asks_for`: what is told to whoever comes without one."""
    match = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    secret = match[1] if match else _basic_password(request)
    found = api_tokens.present(secret=secret) if secret else None
    if found is None:
        raise Refused(401, "A valid token is needed.", {"WWW-Authenticate": asks_for})
    if found.is_tired:
        raise Refused(429, f"Too many {door.thing}s in a minute.", {"Retry-After": "60"})
    if door.may not in found.may:
        raise Refused(403, f"This token may not send {door.thing}s.")
    return found.token_id


def _basic_password(request: HttpRequest) -> str:
    """Gateways that know no bearer put the token into the address, as its password."""
    match = _BASIC.fullmatch(request.headers.get("Authorization", ""))
    try:
        given = base64.b64decode(match[1], validate=True).decode("ascii") if match else ""
    except (ValueError, UnicodeDecodeError):
        return ""
    return given.partition(":")[2]


def body_of(request: HttpRequest, door: Door) -> bytes:
    """Raises Refused."""
    try:
        body = request.read(door.longest + 1)
    except OSError:
        raise Refused(400, "The body broke off.") from None
    if len(body) > door.longest:
        raise Refused(413, f"The body is at most {door.longest // 1024} KiB.")
    return body


def problem(
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
