"""The values that pass through a conversation: what is known, what is said, what changes.

Pure. `conversation.respond` takes a Talk and a text and answers with a Response; the verb
`replies.answer_pending` loads the one and applies the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Talk:
    """One enrolment as a conversation sees it.

    tries: unreadable answers to the open question so far.
    answered: questions of joining that have their answer; loaded only while joining.
    sent: text key -> times sent to this enrolment, planned or as a reply.
    helped_at: when an unknown word was last answered with help.
    was_low: the last answer about the mood was a bad one; loaded only while that is asked.
    """

    enrolment_id: int
    seed: int
    zone: str
    language: str
    joining: bool
    question: str = ""
    asked_at: datetime | None = None
    tries: int = 0
    attempt: int = 1
    profile: str = ""
    paused: bool = False
    #: The entered stage that comes instead of core, if one is in force.
    path: str = ""
    quit_date: date | None = None
    last_slip_at: datetime | None = None
    answered: frozenset[str] = frozenset()
    sent: Mapping[str, int] = field(default_factory=dict)
    helped_at: datetime | None = None
    was_low: bool = False


class End(StrEnum):
    """How an inbound text ended; the same words as InboundMessage.end."""

    ANSWERED = "answered"
    MATCHED = "matched"
    INBOX = "inbox"
    LOOP = "loop"


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
    """first_name, language, slot, discreet, or an attribute of the content's own."""

    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class SetQuitDate:
    """A first quit date, or one that had not come yet and is moved."""

    day: date


@dataclass(frozen=True, slots=True)
class StartAttempt:
    """A new quit date after the old one had begun: another attempt. Any path stage is left."""

    day: date


@dataclass(frozen=True, slots=True)
class EnterStage:
    stage: str


@dataclass(frozen=True, slots=True)
class SetProfile:
    """The dose from now on."""

    profile: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing planned until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Resume:
    pass


@dataclass(frozen=True, slots=True)
class Rest:
    """LATER: what is planned waits until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class SetHours:
    """The person's own hours, as wall times of one day."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class RecordReading:
    """`second` is the lower of two numbers, as of blood pressure."""

    kind: str
    value: float
    unit: str
    second: float | None = None


@dataclass(frozen=True, slots=True)
class RaiseFlag:
    """Something a person must look at soon: alarming_reading, of the kind in `detail`. `haste`:
    where it is not the reason's own."""

    reason: str
    detail: str
    haste: str = ""


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
    """Screened out, and why: not_using, under_age."""

    reason: str = "not_using"


@dataclass(frozen=True, slots=True)
class CountSlip:
    """A slip was told. `starts_path` is false while an earlier slip's texts are still going out."""

    starts_path: bool


@dataclass(frozen=True, slots=True)
class NoteHelp:
    """An unknown word was answered with help; not again for a while."""


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """A yes or a no to one scope of consent, asked by the text of that key. `said`: in which words,
    where no text brought it."""

    scope: str
    is_given: bool
    wording_key: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Decline:
    """An invitation that was not taken up."""


@dataclass(frozen=True, slots=True)
class AskNewNumber:
    """Her texts are to come to the number in these words, once that number agrees."""

    words: str


@dataclass(frozen=True, slots=True)
class OpenWeb:
    """A one-time link to the person's own page, for the text that goes with it."""


@dataclass(frozen=True, slots=True)
class AskErase:
    """The code that erases everything is made, for the text that asks for it."""


@dataclass(frozen=True, slots=True)
class Erase:
    """Everything, if the code is the one that was texted; only the rows can tell."""

    code: str


Change = (
    SetAttribute
    | SetQuitDate
    | StartAttempt
    | EnterStage
    | SetProfile
    | Pause
    | Resume
    | Rest
    | SetHours
    | RecordReading
    | RaiseFlag
    | Ask
    | CloseQuestion
    | CountTry
    | Activate
    | MarkIneligible
    | CountSlip
    | NoteHelp
    | GiveConsent
    | Decline
    | AskNewNumber
    | OpenWeb
    | AskErase
    | Erase
)


@dataclass(frozen=True, slots=True)
class Response:
    end: End
    reason: str
    says: tuple[Say, ...] = ()
    heard: Heard | None = None
    changes: tuple[Change, ...] = ()
