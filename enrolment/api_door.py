"""What the doors for devices, researchers and other systems have in common: a bearer token that may
do this, a body that is not too long, and refusals as problem documents (RFC 9457) that repeat
nothing that was sent. Each door is a view of Django REST framework, so that the OpenAPI document is
made from what stands here."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import structlog
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from enrolment import api_tokens
from enrolment.api_problems import Refused, Unreadable
from enrolment.api_tokens import Presented

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


class TokenAuthentication(BaseAuthentication):
    """Raises Refused, which says the same of a token that never was, has ended or was revoked."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Presented]:
        match = _BEARER.fullmatch(request.headers.get("Authorization", ""))
        secret = match[1] if match else _basic_password(request)
        found = api_tokens.present(secret=secret) if secret else None
        if found is None:
            asks_for = request.parser_context["view"].asks_for
            raise Refused(401, "A valid token is needed.", {"WWW-Authenticate": asks_for})
        return AnonymousUser(), found


class _OneAnswer(BaseContentNegotiation):
    """Whatever is asked for: a door has one kind of answer."""

    def select_parser(self, request: Request, parsers: Any) -> None:
        return None

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class ApiDoor(APIView):
    """`may`: what the token must be allowed to do. `does`: the same, in words. `thing`: what is
    sent or read, in a word."""

    may: ClassVar[str]
    does: ClassVar[str]
    thing: ClassVar[str]
    types: ClassVar[frozenset[str]] = frozenset({"application/json"})
    longest: ClassVar[int] = 4 * 1024
    #: What is told to whoever comes without a token.
    asks_for: ClassVar[str] = "Bearer"
    authentication_classes = (TokenAuthentication,)
    permission_classes = ()
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = _OneAnswer
    http_method_names: ClassVar[list[str]] = ["get", "post"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        allowed = [name.upper() for name in self.http_method_names if hasattr(self, name)]
        if request.method not in allowed:
            raise Refused(405, f"Only {' and '.join(allowed)}.", {"Allow": ", ".join(allowed)})
        super().initial(request, *args, **kwargs)

    def check_permissions(self, request: Request) -> None:
        token: Presented = request.auth
        if token.is_tired:
            raise Refused(429, f"Too many {self.thing}s in a minute.", {"Retry-After": "60"})
        if self.may not in token.may:
            api_tokens.note_refused(token_id=token.token_id, may=self.may)
            raise Refused(403, f"This token may not {self.does}.")

    def handle_exception(self, trouble: Exception) -> HttpResponse:
        match trouble:
            case Unreadable():
                errors = [{"pointer": trouble.pointer, "detail": trouble.detail}]
                return self.problem(422, f"The {self.thing} can't be understood.", errors=errors)
            case Refused():
                return self.problem(trouble.status, trouble.title, headers=trouble.headers)
            case Http404():
                return self.problem(404, "There is no such page.")
            case APIException():
                return self.problem(trouble.status_code, "This request can't be taken.")
        # Django's own page would show what was sent.
        log.error("api_broke", door=self.thing, exc_info=trouble)
        return self.problem(500, self.broken)

    #: Said of a fault of ours.
    broken: ClassVar[str] = "Something broke here; send it again with the same key."

    def problem(
        self,
        status: int,
        title: str,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        return problem(status, title, errors=errors, headers=headers)

    def posted(self, request: Request) -> Posted:
        """Raises Refused."""
        key = request.headers.get("Idempotency-Key", "")
        if not _KEY.fullmatch(key):
            raise Refused(400, "The header Idempotency-Key is needed: 1 to 64 plain characters.")
        self.require_type(request, f"Send {' or '.join(sorted(self.types, key=len))}.")
        return Posted(request.auth.token_id, key, self.body_of(request))

    def require_type(self, request: Request, said: str) -> None:
        """Raises Refused."""
        if _plain(request).content_type not in self.types:
            raise Refused(415, said)

    def body_of(self, request: Request) -> bytes:
        """Raises Refused."""
        try:
            body = _plain(request).read(self.longest + 1)
        except OSError:
            raise Refused(400, "The body broke off.") from None
        if len(body) > self.longest:
            raise Refused(413, f"The body is at most {self.longest // 1024} KiB.")
        return body


def _plain(request: Request) -> HttpRequest:
    """The framework would read the whole body, and by its own idea of the type."""
    found: HttpRequest = request._request
    return found


def _basic_password(request: Request) -> str:
    """Gateways that know no bearer put the token into the address, as its password."""
    match = _BASIC.fullmatch(request.headers.get("Authorization", ""))
    try:
        given = base64.b64decode(match[1], validate=True).decode("ascii") if match else ""
    except (ValueError, UnicodeDecodeError):
        return ""
    return given.partition(":")[2]


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
    found = answer(document, status, "application/problem+json")
    for name, value in (headers or {}).items():
        found[name] = value
    # Refused is refused: Django would write a warning with the address.
    found._has_been_logged = True  # type: ignore[attr-defined]
    return found


def answer(
    document: Mapping[str, Any], status: int = 200, content_type: str = "application/json"
) -> HttpResponse:
    found = JsonResponse(document, status=status, content_type=content_type)
    found["Cache-Control"] = "no-store"
    return found
