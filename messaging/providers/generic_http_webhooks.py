"""What an aggregator calls us with, by an operator's rules: texts, and reports of texts."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from messaging.addresses import normalised
from messaging.providers.base import Advice, DeliveryReport, ReportStatus
from messaging.providers.generic_http_options import (
    MEANINGS,
    choice,
    codes,
    shown,
    table,
    values,
    where,
)
from messaging.providers.generic_http_path import Path, find, written
from messaging.providers.options import text
from messaging.providers.webhook import InboundText, Malformed, WebhookRequest, first_of

CONTENTS = ("form", "json")
HASHES = ("sha256-hex", "sha256-base64", "sha1-hex", "sha1-base64")
_INBOUND = ("content", "list", "id", "from", "to", "text", "time")
_RECEIPTS = ("content", "list", "id", "token", "status", "error", "codes")
_STATUSES = tuple(status.value for status in ReportStatus)
_LONGEST_ID = 100
#: Calls of more than this are no aggregator's.
_MOST_ITEMS = 1000


@dataclass(frozen=True, slots=True)
class Fields:
    """Where in a call the items lie, and in an item its values; a form field's name is a path of
    one step. `body_alone`: the signature does not cover the address, so its query does not count.
    """

    place: str
    content: str
    items: Path | None
    named: Mapping[str, Path]
    body_alone: bool

    def read(self, request: WebhookRequest) -> list[dict[str, str]]:
        """Raises Malformed where the call is not of this form."""
        found: Any
        if self.content == "form":
            found = first_of(request.form) if self.body_alone else request.values()
        else:
            found = _document(request.body)
        if self.items is not None:
            found = find(found, self.items)
        if isinstance(found, dict):
            found = [found]
        if not isinstance(found, list) or len(found) > _MOST_ITEMS:
            raise Malformed(f"{self.place}.list")
        return [
            {name: written(find(item, at)) for name, at in self.named.items()} for item in found
        ]


@dataclass(frozen=True, slots=True)
class Inbound:
    fields: Fields
    region: str | None

    def read(self, request: WebhookRequest, minute: int) -> list[InboundText]:
        """`minute` stands in for the hour of an item that has none. Raises Malformed."""
        return [self._text(item, minute) for item in self.fields.read(request)]

    def _text(self, item: Mapping[str, str], minute: int) -> InboundText:
        sender = item.get("from", "").strip()
        if not sender:
            raise Malformed("inbound.from")
        to = item.get("to", "").strip()
        body = item.get("text", "")
        given = item.get("id", "").strip()
        return InboundText(
            provider_message_id=_fitting(given) or _made(item, minute),
            from_number=normalised(sender, self.region),
            body=body,
            to_address=normalised(to, self.region),
        )


@dataclass(frozen=True, slots=True)
class Receipts:
    fields: Fields
    statuses: Mapping[str, ReportStatus]
    codes: Mapping[str, str]

    def read(self, request: WebhookRequest) -> list[DeliveryReport]:
        """Raises Malformed for a report without a status, or of nobody knows what."""
        reports = [self._report(item, request.token) for item in self.fields.read(request)]
        return [report for report in reports if report is not None]

    def _report(self, item: Mapping[str, str], token: str) -> DeliveryReport | None:
        said = item.get("status", "").strip().lower()
        if not said:
            raise Malformed("receipts.status")
        status = self.statuses.get(said)
        if status is None:
            return None
        token = token or _fitting(item.get("token", "").strip())
        provider_id = item.get("id", "").strip()[:_LONGEST_ID]
        if not token and not provider_id:
            raise Malformed("receipts.id")
        if status in (ReportStatus.SENT, ReportStatus.DELIVERED):
            return DeliveryReport(status, token, provider_id)
        code = item.get("error", "").strip()
        meaning = self.codes.get(code.lower())
        advice = MEANINGS[meaning][1] if meaning else Advice.NONE
        return DeliveryReport(status, token, provider_id, shown(code) or shown(said), advice)


@dataclass(frozen=True, slots=True)
class Signature:
    """A header of the aggregator's: a secret as it is, or a hash of the body made with it."""

    header: str
    made_with: str
    secrets: Sequence[str] = field(repr=False)

    def fits(self, request: WebhookRequest) -> bool:
        given = request.headers.get(self.header, "").strip()
        if self.made_with:
            # Some write sha256=... before a hash.
            given = given.removeprefix(self.made_with.partition("-")[0] + "=")
        if self.made_with.endswith("hex"):
            given = given.lower()
        expected = [self._expected(secret, request.body) for secret in self.secrets]
        matches = [
            hmac.compare_digest(each.encode(), given.encode(errors="replace")) for each in expected
        ]
        return any(matches)

    def _expected(self, secret: str, body: bytes) -> str:
        if not self.made_with:
            return secret
        name, _, form = self.made_with.partition("-")
        digest = hmac.digest(secret.encode(), body, name)
        return digest.hex() if form == "hex" else base64.b64encode(digest).decode()


def inbound(source: object, region: str | None, body_alone: bool) -> Inbound:
    given = table("inbound", source, _INBOUND)
    named = ("id", "from", "to", "text", "time")
    return Inbound(_fields("inbound", given, named, ("from", "text"), body_alone), region)


def receipts(source: object, body_alone: bool) -> Receipts:
    given = table("receipts", source, (*_RECEIPTS, *_STATUSES))
    statuses: dict[str, ReportStatus] = {}
    for status in ReportStatus:
        for value in values(f"receipts.{status}", given.get(status.value, [])):
            if statuses.setdefault(value, status) is not status:
                raise ValueError(f"receipts lists a value as {statuses[value]} and as {status}")
    if ReportStatus.DELIVERED not in statuses.values():
        raise ValueError("receipts.delivered lists at least one value")
    named = ("id", "token", "status", "error")
    fields = _fields("receipts", given, named, ("status",), body_alone)
    return Receipts(fields, statuses, codes("receipts.codes", given.get("codes", {})))


def _fields(
    place: str,
    given: Mapping[str, Any],
    names: Sequence[str],
    needed: Sequence[str],
    body_alone: bool,
) -> Fields:
    content = choice(f"{place}.content", given.get("content", "form"), CONTENTS)
    items = where(f"{place}.list", given.get("list", ""))
    if items is not None and content == "form":
        raise ValueError(f"{place}.list is for JSON")
    named: dict[str, Path] = {}
    for name in names:
        wanted = text(f"{place}.{name}", given.get(name, ""), needed=name in needed)
        at = where(f"{place}.{name}", wanted) if content == "json" else (wanted,)
        if wanted and at:
            named[name] = at
    return Fields(place, content, items, named, body_alone)


def _document(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("body") from None


def _fitting(given: str) -> str:
    return given if len(given) <= _LONGEST_ID else hashlib.sha256(given.encode()).hexdigest()


def _made(item: Mapping[str, str], minute: int) -> str:
    """For a text without an id. Called again, it is known by its hour, or else by the minute it
    came in: the same words twice in one minute count once, and a call repeated over the turn of a
    minute counts twice."""
    names = ("from", "to", "text")
    seen = [item.get(name, "") for name in names] + [item.get("time", "") or str(minute)]
    digest = hashlib.sha256(json.dumps(seen).encode()).hexdigest()
    return f"made-{digest[:40]}"
