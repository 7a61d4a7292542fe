"""Where providers call us: verified, written down, answered. What it means is worked out later.

Refused is what is not proven to be the provider's; nothing genuine is ever told to come later
(429), as a provider counts that as our failure. No address here holds a number or a text.
"""

from dataclasses import replace
from urllib.parse import parse_qsl

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from messaging import hints, inbound_parts, inbox, reports
from messaging.addresses import is_number
from messaging.callback_tokens import genuine
from messaging.models.sender import Sender
from messaging.providers.base import DeliveryReport, Provider
from messaging.providers.registry import ProviderMissing, provider
from messaging.providers.webhook import Fields, InboundText, Malformed, WebhookRequest

log = structlog.get_logger(__name__)

#: Ten times the longest text or a hundred reports; more is no SMS provider.
LONGEST_BODY = 256 * 1024
MOST_FIELDS = 500


class Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@csrf_exempt
@require_POST
def inbound(request: HttpRequest, alias: str, key: str = "") -> HttpResponse:
    """Texts people sent. Stored, STOP obeyed, before the answer."""
    try:
        from_whom, call = _verified(request, alias, key)
        for text in from_whom.parse_inbound(call):
            _store(alias, text)
    except (Refused, Malformed) as refusal:
        return _refuse(alias, refusal)
    hints.inbound_came()
    return _acknowledge(from_whom, call)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def receipts(request: HttpRequest, alias: str, key: str = "") -> HttpResponse:
    """Delivery reports. GET too: Kannel asks for an address of ours, which holds only a token."""
    try:
        from_whom, call = _verified(request, alias, key)
        found = from_whom.parse_receipts(call)
    except (Refused, Malformed) as refusal:
        return _refuse(alias, refusal)
    reports.receive(provider=alias, reports=[_with_token(report, call) for report in found])
    return _acknowledge(from_whom, call)


def _verified(request: HttpRequest, alias: str, key: str) -> tuple[Provider, WebhookRequest]:
    try:
        from_whom = provider(alias)
    except ProviderMissing as missing:
        raise Refused(404, "no_such_provider") from missing
    call = _read(request, key)
    if not from_whom.verify(call):
        raise Refused(403, "not_verified")
    return from_whom, call


def _read(request: HttpRequest, key: str) -> WebhookRequest:
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
        raise Refused(413, "too_long")
    body = request.read(LONGEST_BODY + 1)
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
        token=genuine(key) if key else "",
    )


def _fields(encoded: str) -> Fields:
    pairs = parse_qsl(encoded, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    # PostgreSQL keeps no NUL, and no person sends one.
    return tuple((name, value.replace("\x00", "")) for name, value in pairs)


def _store(alias: str, text: InboundText) -> None:
    if not is_number(text.from_number):
        # A short code or a name cannot be answered, nor can it opt out.
        log.warning("inbound_from_no_number", provider=alias)
        return
    sender = _sender(alias, text.to_address)
    if text.part is not None and text.part.total > 1:
        inbound_parts.store(sender=sender, inbound=text, part=text.part)
    else:
        inbox.store(sender=sender, inbound=text)


def _sender(alias: str, address: str) -> Sender:
    """By address; else the provider's only organisation's first: a STOP must find somebody."""
    senders = list(Sender.objects.filter(provider=alias).order_by("-is_active", "pk"))
    for sender in senders:
        if sender.address == address:
            return sender
    if len({sender.organisation_id for sender in senders}) != 1:
        raise Refused(404, "no_such_sender")
    return senders[0]


def _with_token(report: DeliveryReport, call: WebhookRequest) -> DeliveryReport:
    """The address a report came to says more than an id of the provider's, which we may not know
    yet."""
    return replace(report, token=call.token) if call.token and not report.token else report


def _acknowledge(from_whom: Provider, call: WebhookRequest) -> HttpResponse:
    answer = from_whom.acknowledge(call)
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)


def _refuse(alias: str, refusal: Refused | Malformed) -> HttpResponse:
    status, reason = 400, "malformed"
    if isinstance(refusal, Refused):
        status, reason = refusal.status, refusal.reason
    log.warning("webhook_refused", provider=alias[:40], reason=reason, status_code=status)
    response = HttpResponse(status=status)
    # Django would log the path, whose last part may be a secret.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
