"""What the contract test must know of one provider: how to make it, and its own words.

One `case_<provider>.py` each holds a `CASE`. Payloads are shaped from the vendor's published
fields; invented people and reserved numbers only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from messaging.providers.base import Advice, Provider, SendOutcome
from messaging.providers.webhook import WebhookRequest
from tests.messaging.providers.scripted import Reply

#: Who texts in the cases, and what.
NUMBER = "+447700900123"
BODY = "Stopp & hjelp: æøå €5 + 1=6"
#: The sender's address in the cases, and the attempt's token.
ADDRESS = "+447700900999"
TOKEN = "tok-Contract_1"
PUBLIC = "https://sms.example.org"


@dataclass(frozen=True, slots=True)
class Expected:
    """One error as the provider words it, and what it must come to."""

    reply: Reply
    outcome: SendOutcome
    error_code: str
    advice: Advice = Advice.NONE


@dataclass(frozen=True, slots=True)
class Case:
    """`make` takes the address of a local server. `provider_id` is the one in `accepted` and
    `receipt`, "" where the provider gives none. `inbound` is a genuine call with BODY from NUMBER
    to ADDRESS, `receipt` one that says delivered, both to addresses under PUBLIC and with a field
    nobody knows and a blank one. `forged` are calls that must not pass `verify`.

    `no_answer`: what an HTTP 500 comes to; UNKNOWN, unless the provider says in so many words that
    nothing was taken on."""

    name: str
    make: Callable[[str], Provider]
    accepted: Reply
    provider_id: str
    inbound: Callable[[], WebhookRequest]
    inbound_id: str
    receipt: Callable[[], WebhookRequest]
    forged: Callable[[], list[WebhookRequest]]
    errors: Mapping[str, Expected] = field(default_factory=dict)
    wrong_secret: Reply = field(default_factory=lambda: Reply(401))
    no_answer: SendOutcome = SendOutcome.UNKNOWN
    calls_http: bool = True
