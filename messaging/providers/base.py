"""The seam to whoever carries a text: frozen values in and out, no database.

A provider's own words and quirks stay in its file. docs/add-a-provider.md says how one is added.
"""

import hmac
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from messaging.providers.webhook import Acknowledgement, InboundText, WebhookRequest


class SendOutcome(StrEnum):
    """`UNKNOWN` is every answer that leaves open whether the text went out: a time-out, a 5xx, a
    broken connection. It is never sent again by itself. `REJECTED_RETRYABLE` is a definite no
    that may become a yes: 429, connection refused, a wrong secret."""

    ACCEPTED = "accepted"
    REJECTED_PERMANENT = "rejected_permanent"
    REJECTED_RETRYABLE = "rejected_retryable"
    UNKNOWN = "unknown"


class Advice(StrEnum):
    """What an error says beyond the one text. Each provider's file holds its own table of codes.

    `BAD_NUMBER`: a strike against the number; texts to it end after several. `OPTED_OUT`: the
    provider holds an opt-out of this number, so must we. `STOP_SENDER`: nothing of this sender will
    pass until someone mends it (secret, account, permission, address); its texts wait.
    `SLOW_DOWN`: too many at once. `UNREACHABLE`: the provider could not be reached at all."""

    NONE = ""
    BAD_NUMBER = "bad_number"
    OPTED_OUT = "opted_out"
    STOP_SENDER = "stop_sender"
    SLOW_DOWN = "slow_down"
    UNREACHABLE = "unreachable"


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
    """`can_look_up`: look_up can find an attempt. `look_up_is_final`: what it does not find was not
    accepted and never will be. `can_list`: history tells of every text. `max_in_flight`: calls at
    once that the provider takes from one process. `tried_live`: somebody here has seen it work
    against the live service. `by_wire`: send makes its one call with `wire.call`, which knows when
    it leaves; without it the call counts as begun as soon as send is entered."""

    is_fake: bool = False
    can_look_up: bool = False
    look_up_is_final: bool = False
    can_list: bool = False
    returns_id: bool = True
    signed_webhooks: bool = False
    tried_live: bool = False
    by_wire: bool = False
    max_in_flight: int = 100


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One call. `token` is ours, one an attempt, and travels with the text where it can.

    `valid_for`: how long the text is worth delivering; a provider that can drops it after that,
    as when the handset was off all night. `callback_url`: where reports on this very attempt are
    to be sent, its signed token at the end; "" when nobody listens."""

    token: str
    sender_address: str
    number: str = field(repr=False)
    text: str = field(repr=False)
    valid_for: timedelta | None = None
    callback_url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a text, told by its `token` or else by the provider's own id."""

    status: ReportStatus
    token: str = ""
    provider_message_id: str = ""
    error_code: str = ""
    advice: Advice = Advice.NONE


@dataclass(frozen=True, slots=True)
class SendResult:
    """`retry_after` is only read when the rejection is for now. `report` is for a provider that
    knows the fate of the text at once."""

    outcome: SendOutcome
    provider_message_id: str = ""
    error_code: str = ""
    retry_after: timedelta | None = None
    report: DeliveryReport | None = None
    advice: Advice = Advice.NONE


@dataclass(frozen=True, slots=True)
class LookUp:
    state: LookUpState
    provider_message_id: str = ""
    report: DeliveryReport | None = None


@dataclass(frozen=True, slots=True)
class PastText:
    """A text in the provider's own books. `number` is the person's, `our_address` the sender's, ""
    where it is not told. `text` is "" where the provider has wiped it. `made_at`: by the provider's
    clock. `report` is None while there is nothing to report."""

    provider_message_id: str
    number: str = field(repr=False)
    our_address: str
    text: str = field(repr=False)
    came_in: bool
    made_at: datetime
    report: DeliveryReport | None = None


class Provider(ABC):
    """`send` and `look_up` run on the process's event loop and must not block it. The rest is
    plain and quick: a webhook waits for it.

    `webhook_secrets`: those that stand at the end of a webhook's address, for a provider that signs
    nothing; several while one is being changed. None: its webhooks are refused."""

    capabilities = Capabilities()
    webhook_secrets: Sequence[str] = ()

    @abstractmethod
    async def send(self, outgoing: Outgoing) -> SendResult:
        """One call, never repeated inside. Whatever it raises counts as UNKNOWN."""

    async def look_up(self, outgoing: Outgoing, started_at: datetime) -> LookUp:
        """What the provider knows of an attempt whose answer was lost. `started_at` is machine
        time."""
        return LookUp(LookUpState.UNAVAILABLE)

    def history(self, since: datetime) -> AsyncIterator[Sequence[PastText]]:
        """Every text of the account, out and in, that the provider has made since, a page at a
        time. Only of one whose capabilities say `can_list`. Raises whatever goes wrong: a part of
        it is worth nothing."""
        raise NotImplementedError

    def verify(self, request: WebhookRequest) -> bool:
        """Whether the call is from the provider. Without a signature of its own: the address holds
        a secret of ours, or the signed token of an attempt."""
        if request.token:
            return True
        key = request.key.encode()
        matches = [hmac.compare_digest(key, secret.encode()) for secret in self.webhook_secrets]
        return any(matches)

    def parse_inbound(self, request: WebhookRequest) -> list[InboundText]:
        """Raises Malformed. Unknown fields are passed over."""
        return []

    def parse_receipts(self, request: WebhookRequest) -> list[DeliveryReport]:
        """Reports that say something new; those of a passing state (queued, buffered) are left
        out. Raises Malformed. Without a token or an id of its own, a report belongs to
        `request.token`."""
        return []

    def acknowledge(self, request: WebhookRequest) -> Acknowledgement:
        return Acknowledgement()
