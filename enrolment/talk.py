"""The values that pass through a conversation: what is known, what is said, what changes.

Pure. `conversation.respond` takes a Talk and a text and answers with a Response; the verb
`replies.answer` loads the one and applies the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Talk:
    """One enrolment as a conversation sees it.

    tries: unreadable answers to the open question so far.
    bank_uses: bank key -> {text key: times sent in this enrolment}.
    helped_at: when an unknown word was last answered with help.
    """

    enrolment_id: int
    seed: int
    zone: str
    language: str
    joining: bool
    question: str = ""
    asked_at: datetime | None = None
    tries: int = 0
    quit_date: date | None = None
    last_slip_at: datetime | None = None
    bank_uses: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    helped_at: datetime | None = None


class End(StrEnum):
    """How an inbound text ended; the same words as InboundMessage.end."""

    ANSWERED = "answered"
    MATCHED = "matched"
    INBOX = "inbox"


@dataclass(frozen=True, slots=True)
class Say:
    """A reply by its text key. `bank` names the bank it was drawn from, if any."""

    text_key: str
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer to the open question. `value` is empty when it could not be read."""

    question: str
    value: str
    valid: bool


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """first_name, language or slot of the participant."""

    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class SetQuitDate:
    day: date


@dataclass(frozen=True, slots=True)
class Ask:
    """The question that is open from now on."""

    question: str


@dataclass(frozen=True, slots=True)
class CloseQuestion:
    pass


@dataclass(frozen=True, slots=True)
class CountTry:
    pass


@dataclass(frozen=True, slots=True)
class Activate:
    """Onboarding is through: the journey begins."""


@dataclass(frozen=True, slots=True)
class MarkIneligible:
    pass


@dataclass(frozen=True, slots=True)
class CountSlip:
    """A slip was told. `starts_path` is false while an earlier slip's texts are still going out."""

    starts_path: bool


@dataclass(frozen=True, slots=True)
class NoteHelp:
    """An unknown word was answered with help; not again for a while."""


Change = (
    SetAttribute
    | SetQuitDate
    | Ask
    | CloseQuestion
    | CountTry
    | Activate
    | MarkIneligible
    | CountSlip
    | NoteHelp
)


@dataclass(frozen=True, slots=True)
class Response:
    end: End
    reason: str
    says: tuple[Say, ...] = ()
    heard: Heard | None = None
    changes: tuple[Change, ...] = ()
