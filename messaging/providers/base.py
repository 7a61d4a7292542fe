"""The seam to whoever carries a text: frozen values in and out, no database.

A provider's own words and quirks stay in its file. Adding one: subclass Provider, name it in
settings.SMS_PROVIDERS, and run the contract test against it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class SendOutcome(StrEnum):
    """`UNKNOWN` is every answer that leaves open whether the text went out: a time-out, a 5xx, a
    broken connection. It is never sent again by itself. `REJECTED_RETRYABLE` is a definite no
    that may become a yes: 429, connection refused."""

    ACCEPTED = "accepted"
    REJECTED_PERMANENT = "rejected_permanent"
    REJECTED_RETRYABLE = "rejected_retryable"
    UNKNOWN = "unknown"


class ReportStatus(StrEnum):
    SENT = "sent"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"


class LookUpState(StrEnum):
    FOUND = "found"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`look_up_is_final`: what look_up does not find was not accepted and never will be.
    `max_in_flight`: calls at once that the provider takes from one process."""

    is_fake: bool = False
    look_up_is_final: bool = False
    returns_id: bool = True
    max_in_flight: int = 100


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One call. `token` is ours, one an attempt, and travels with the text where it can.

    `valid_for`: how long the text is worth delivering; a provider that can drops it after that,
    as when the handset was off all night."""

    token: str
    sender_address: str
    number: str = field(repr=False)
    text: str = field(repr=False)
    valid_for: timedelta | None = None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a text, told by its `token` or else by the provider's own id."""

    status: ReportStatus
    token: str = ""
    provider_message_id: str = ""
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class SendResult:
    """`retry_after` is only read when the rejection is for now. `report` is for a provider that
    knows the fate of the text at once."""

    outcome: SendOutcome
    provider_message_id: str = ""
    error_code: str = ""
    retry_after: timedelta | None = None
    report: DeliveryReport | None = None


@dataclass(frozen=True, slots=True)
class LookUp:
    state: LookUpState
    provider_message_id: str = ""
    report: DeliveryReport | None = None


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text someone sent us. `from_number` is E.164."""

    provider_message_id: str
    from_number: str = field(repr=False)
    body: str = field(repr=False)


class Provider(ABC):
    """`send` and `look_up` run on the process's event loop and must not block it."""

    capabilities = Capabilities()

    @abstractmethod
    async def send(self, outgoing: Outgoing) -> SendResult:
        """One call, never repeated inside. Whatever it raises counts as UNKNOWN."""

    async def look_up(self, token: str) -> LookUp:
        """What the provider knows of an attempt."""
        return LookUp(LookUpState.UNAVAILABLE)
