"""A message as the floors above describe it, and as the row it becomes. Pure."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from messaging.segments import measure
from trust import copying

#: What every message has for itself, then what a whole batch may share.
COLUMNS = (
    "id, recipient_id, not_before, valid_until, segments, cause_key, organisation_id, sender_id, "
    "kind, cause_kind, priority, zone, is_test, is_approved, hours_start, hours_end, encoding, "
    "status, status_reason, provider_message_id, retry_at, cancel_reason, created_at, settled_at"
)
FIELDS = len(COLUMNS.split(","))
_OWN = struct.Struct(">h iq iq iq iq ih i").pack
_BODY = struct.Struct(">h iq i").pack
_PACKED: tuple[Callable[[Any], bytes], ...] = (
    copying.bigint, copying.bigint, copying.text, copying.text, copying.smallint, copying.text,
    copying.boolean, copying.boolean, copying.wall_or_null, copying.wall_or_null, copying.text,
    copying.text, copying.text, copying.text, copying.instant_or_null, copying.text,
    copying.instant, copying.instant_or_null,
)  # fmt: skip


# Not frozen: a tick makes them by the thousand, and freezing is most of what making one costs.
@dataclass(slots=True)
class Outline:
    """One text to queue. Instants are calendar time; `hours` are the local times between which it
    may leave (start included, end not), None for any time; a lower `priority` goes first.

    `approved` is whether its content has a named clinical approval; without one only a fake
    provider may send it."""

    message_id: int
    organisation_id: int
    sender_id: int
    recipient_id: int
    kind: str
    cause_kind: str
    cause_key: str
    text: str = field(repr=False)
    not_before: datetime
    valid_until: datetime
    hours: tuple[time, time] | None
    zone: str
    priority: int
    is_test: bool
    approved: bool


def row_of(outline: Outline, refusal: str, now: datetime) -> tuple[Any, ...]:
    """The values of COLUMNS. `refusal`: why it may not go, or nothing."""
    size = measure(outline.text)
    return (
        outline.message_id, outline.recipient_id, outline.not_before, outline.valid_until,
        size.segments, outline.cause_key, *_shared(outline, size.encoding, refusal, now),
    )  # fmt: skip


def _shared(outline: Outline, encoding: str, refusal: str, now: datetime) -> tuple[Any, ...]:
    return (
        outline.organisation_id, outline.sender_id, str(outline.kind), str(outline.cause_kind),
        outline.priority, outline.zone if refusal != "unknown_zone" else "UTC", outline.is_test,
        outline.approved, *(outline.hours or (None, None)), encoding,
        "blocked" if refusal else "queued", refusal, "", None, "", now, now if refusal else None,
    )  # fmt: skip


class Packing:
    """The rows of one batch for a binary COPY of COLUMNS: what messages share is packed once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._shared: dict[tuple[Any, ...], bytes] = {}

    def row(self, outline: Outline, refusal: str) -> bytes:
        """The same values as row_of's."""
        size = measure(outline.text)
        alike = (
            outline.organisation_id, outline.sender_id, outline.kind, outline.cause_kind,
            outline.priority, outline.zone, outline.is_test, outline.approved, outline.hours,
            size.encoding, refusal,
        )  # fmt: skip
        shared = self._shared.get(alike)
        if shared is None:
            shared = self._shared[alike] = self._packed(outline, size.encoding, refusal)
        key = outline.cause_key.encode()
        not_before = copying.microseconds(outline.not_before)
        valid_until = copying.microseconds(outline.valid_until)
        own = _OWN(
            FIELDS, 8, outline.message_id, 8, outline.recipient_id, 8, not_before, 8, valid_until,
            2, size.segments, len(key),
        )  # fmt: skip
        return own + key + shared

    def _packed(self, outline: Outline, encoding: str, refusal: str) -> bytes:
        values = _shared(outline, encoding, refusal, self._now)
        return b"".join(pack(value) for pack, value in zip(_PACKED, values, strict=True))


def body_row(message_id: int, sealed: bytes) -> bytes:
    return _BODY(2, 8, message_id, len(sealed)) + sealed
