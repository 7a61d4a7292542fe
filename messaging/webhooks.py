"""Where providers call us: verified, written down, answered. What it means is worked out later.

Refused is what is not proven to be the provider's; nothing genuine is ever told to come later
(429), as a provider counts that as our failure. No address here holds a number or a text.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from urllib.parse import parse_qsl

import structlog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from messaging import failpoints, hints, inbound_parts, inbox, reports
from messaging.addresses import is_number
from messaging.callback_tokens import genuine
from messaging.gathering import Gathering
from messaging.models.sender import Sender
from messaging.providers.base import DeliveryReport, Provider
from messaging.providers.registry import ProviderMissing, provider
from messaging.providers.webhook import Fields, InboundText, Malformed, WebhookRequest
from messaging.statements import rows

log = structlog.get_logger(__name__)

#: Ten times the longest text or a hundred reports; more is no SMS provider.
LONGEST_BODY = 256 * 1024
MOST_FIELDS = 500
#: As many characters of a provider's id are kept.
_LONGEST_ID = 80
#: A text has room for no more (3GPP TS 23.040, 9.2.3.24.1).
_MOST_PARTS = 255

_NAMED = ("id", "organisation_id", "address")
_SENDERS = """
SELECT id, organisation_id, address FROM messaging_sender
 WHERE provider = %(alias)s::text
 ORDER BY is_active DESC, id
"""

#: A sender that is added, changed or switched off counts after this.
KEPT_SECONDS = 1.0
_kept: dict[str, tuple[float, list[Sender]]] = {}

#: More would keep the first of them waiting.
_MOST_AT_ONCE = 50
_rush: Gathering[tuple[Sender, InboundText], bool] = Gathering(
    lambda texts: inbox.store_free(texts=texts), most=_MOST_AT_ONCE, lost=False
)

View = Callable[..., HttpResponse]


class Refused(Exception):
    def __init__(self, status: int, reason: str, allowed: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.allowed = allowed


def _door(*methods: str) -> Callable[[View], View]:
    """Every refusal is answered here. What breaks is, too: Django would log the address, whose last
    part may be a secret. Told 500, a provider calls again."""

    def made(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def door(request: HttpRequest, alias: str, key: str = "") -> HttpResponse:
            try:
                if request.method not in methods:
                    raise Refused(405, "wrong_method", allowed=", ".join(methods))
                return view(request, alias, key)
            except (Refused, Malformed) as refusal:
                return _refuse(alias, refusal)
            except Exception:
                log.exception("webhook_broke", provider=alias[:40])
                return _unlogged(HttpResponse(status=500))

        return door

    return made


@_door("POST")
def inbound(request: HttpRequest, alias: str, key: str) -> HttpResponse:
    """Texts people sent. Stored, STOP obeyed, before the answer."""
    called_at = time.monotonic()
    from_whom, call = _verified(request, alias, key)
    for text in from_whom.parse_inbound(call):
        _store(alias, replace(_fitting(text), called_at=called_at))
    failpoints.reached("inbound.stored")
    hints.inbound_came()
    return _acknowledge(from_whom, call)


@_door("GET", "POST")
def receipts(request: HttpRequest, alias: str, key: str) -> HttpResponse:
    """Delivery reports. GET too: Kannel asks for an address of ours, which holds only a token."""
    from_whom, call = _verified(request, alias, key, token=genuine(key) if key else "")
    found = from_whom.parse_receipts(call)
    reports.receive(provider=alias, reports=[_with_token(report, call) for report in found])
    failpoints.reached("report.stored")
    return _acknowledge(from_whom, call)


def _verified(
    request: HttpRequest, alias: str, key: str, token: str = ""
) -> tuple[Provider, WebhookRequest]:
    """`token`: of the attempt whose reports may come here. It opens no other door."""
    try:
        from_whom = provider(alias)
    except ProviderMissing as missing:
        raise Refused(404, "no_such_provider") from missing
    call = replace(_read(request, key), token=token)
    if not from_whom.verify(call):
        raise Refused(403, "not_verified")
    return from_whom, call


def _read(request: HttpRequest, key: str) -> WebhookRequest:
    try:
        body = request.read(LONGEST_BODY + 1)
    except OSError as error:
        raise Refused(400, "broken_off") from error
    if len(body) > LONGEST_BODY:
        raise Refused(413, "too_long")
    is_form = request.content_type == "application/x-www-form-urlencoded"
    try:
        form = _fields(body.decode()) if is_form else ()
        query = _fields(request.META.get("QUERY_STRING", ""))
    except ValueError as error:
        raise Refused(400, "unreadable") from error
    return WebhookRequest(
        method=request.method or "",
        url=settings.PUBLIC_BASE_URL + request.get_full_path(),
        headers={name.lower(): value for name, value in request.headers.items()},
        query=query,
        form=form,
        body=body,
        key=key,
    )


def _fields(encoded: str) -> Fields:
    pairs = parse_qsl(encoded, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    return tuple((name, _keepable(value)) for name, value in pairs)


def _keepable(value: str) -> str:
    """PostgreSQL keeps no NUL and no half of a surrogate pair, and no person sends one."""
    return value.replace("\x00", "").encode(errors="replace").decode()


def _fitting(text: InboundText) -> InboundText:
    """Raises Malformed where no row can hold it. An id that is too long stays one of its own."""
    given = _keepable(text.provider_message_id)
    if len(given) > _LONGEST_ID:
        given = hashlib.sha256(given.encode()).hexdigest()
    part = text.part
    if part is not None:
        if not 1 <= part.number <= part.total <= _MOST_PARTS:
            raise Malformed("part")
        part = replace(part, reference=_keepable(part.reference))
    if not given:
        raise Malformed("id")
    return replace(text, provider_message_id=given, body=_keepable(text.body), part=part)


def _store(alias: str, text: InboundText) -> None:
    if not is_number(text.from_number):
        # A short code or a name cannot be answered, nor can it opt out.
        log.warning("inbound_from_no_number", provider=alias)
        return
    sender = _sender(alias, text.to_address)
    if text.part is not None and text.part.total > 1:
        inbound_parts.store(sender=sender, inbound=text, part=text.part)
    else:
        if not _rush.do((sender, text)):
            inbox.store(sender=sender, inbound=text)


def _sender(alias: str, address: str) -> Sender:
    """By address; else the provider's only organisation's first: a STOP must find somebody."""
    senders = _senders(alias)
    for sender in senders:
        if sender.address == address:
            return sender
    if len({sender.organisation_id for sender in senders}) != 1:
        raise Refused(404, "no_such_sender")
    return senders[0]


def _senders(alias: str) -> list[Sender]:
    """Kept for a moment, but not within somebody's transaction, which may come to nothing."""
    until, senders = _kept.get(alias, (0.0, []))
    if time.monotonic() < until:
        return senders
    senders = [Sender.from_db(None, _NAMED, row) for row in rows(_SENDERS, {"alias": alias})]
    if senders and not connection.in_atomic_block:
        _kept[alias] = (time.monotonic() + KEPT_SECONDS, senders)
    return senders


def _with_token(report: DeliveryReport, call: WebhookRequest) -> DeliveryReport:
    """The address a report came to says more than an id of the provider's, which we may not know
    yet."""
    return replace(
        report,
        token=_keepable(report.token or call.token),
        provider_message_id=_keepable(report.provider_message_id),
        error_code=_keepable(report.error_code),
    )


def _acknowledge(from_whom: Provider, call: WebhookRequest) -> HttpResponse:
    answer = from_whom.acknowledge(call)
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)


def _refuse(alias: str, refusal: Refused | Malformed) -> HttpResponse:
    status, reason = 400, "malformed"
    if isinstance(refusal, Refused):
        status, reason = refusal.status, refusal.reason
    log.warning("webhook_refused", provider=alias[:40], reason=reason, status_code=status)
    response = HttpResponse(status=status)
    if isinstance(refusal, Refused) and refusal.allowed:
        response["Allow"] = refusal.allowed
    return _unlogged(response)


def _unlogged(response: HttpResponse) -> HttpResponse:
    """Django would log the path, whose last part may be a secret."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
