"""What a provider calls us with, and what it is answered: frozen values, no framework.

A number or a text may stand in a request's form or body, never in its address.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Fields = tuple[tuple[str, str], ...]


class Malformed(ValueError):
    """A genuine call that makes no sense. The message names a field, never its value."""


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """One call, as it came.

    `url` is the address the provider was told: the configured public one with the path and query
    of the call, whatever a proxy made of the host. `headers` have lower-case names. `form` keeps
    blank values and their order, as signatures count them. `key` is the last part of the path, if
    there is one: a secret, or an attempt's signed token; `token` is that token once it was found
    genuine, "" otherwise."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    query: Fields = field(default=(), repr=False)
    form: Fields = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def values(self) -> dict[str, str]:
        """Form fields over those of the query; the first where a name is repeated."""
        return first_of([*self.form, *self.query])


def first_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the provider wants to hear so that it does not call again."""

    status: int = 204
    body: str = ""
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class InboundPart:
    """Which part of a longer text this is, where the provider does not join them. `number` counts
    from 1 to `total`; parts of one text share `reference`, sender and receiver."""

    reference: str
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text someone sent us. `from_number` is E.164, or as it came where it is no number that can
    be answered (a short code, a name). `to_address` is the Sender's address, "" where the provider
    does not say.

    `opted_out`: the provider has blocked the number and answered for us already (Twilio's
    OptOutType STOP). `provider_answered`: it has answered, so we must not. `called_at`: when its
    call came, by the machine's monotonic clock in seconds; None where no call brought it."""

    provider_message_id: str
    from_number: str = field(repr=False)
    body: str = field(repr=False)
    to_address: str = ""
    part: InboundPart | None = None
    opted_out: bool = False
    provider_answered: bool = False
    called_at: float | None = None
