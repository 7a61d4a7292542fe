"""A message as the floors above describe it, before it is a row."""

from dataclasses import dataclass, field
from datetime import datetime, time


@dataclass(frozen=True, slots=True)
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
