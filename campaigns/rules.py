"""The rules a version is made of: steps, stages, questions, keywords, doses. Frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from campaigns.conditions import Condition
from campaigns.draw_rules import DrawRule
from campaigns.measures import BandRule
from campaigns.schedule import Avoid

ENROLMENT_ANCHOR = "enrolment"
#: When somebody joined, also where a trial lets the programme itself start later.
JOINED_ANCHOR = "joined"
QUIT_DATE_ANCHOR = "quit_date"
SLIP_ANCHOR = "slip"
SILENCE_ANCHOR = "silence"
MOMENTS = frozenset({ENROLMENT_ANCHOR, JOINED_ANCHOR, SLIP_ANCHOR, SILENCE_ANCHOR})
#: As a stage writes it; the anchor of one enrolment is `entry_anchor(stage)`.
ENTRY = "entry"
CALENDAR_PREFIX = "calendar."
_ENTRY_PREFIX = "stage."
BEST_SLOT = "best"
#: Instead of a language, beside a keyword that is in none.
ANY_LANGUAGE = "any"
#: How long the slip texts take the place of the core ones.
SLIP_PATH = timedelta(hours=48)
#: The occurrence of a repeated step is its anchor's, plus this for each repetition before it.
REPEAT_STRIDE = 10_000


def entry_anchor(stage: str) -> str:
    """The kind of the anchor that stands while `stage` is in force."""
    return _ENTRY_PREFIX + stage


def entered_stage(kind: str) -> str | None:
    """The stage whose entry this anchor is, or None for any other anchor."""
    return kind[len(_ENTRY_PREFIX) :] if kind.startswith(_ENTRY_PREFIX) else None


def is_moment(kind: str) -> bool:
    """Whether an anchor is a moment; the others are a local date."""
    return kind in MOMENTS or kind.startswith(_ENTRY_PREFIX)


class LateRule(StrEnum):
    """What becomes of a step found late, after an outage or a move."""

    SKIP = "skip"
    NEXT_WINDOW = "next_window"
    DROP_IF_NEWER = "drop_if_newer"


class IfUnknown(StrEnum):
    """What becomes of a text when the provider's answer was lost and it does not know of it."""

    #: Counted as unresolved: rather no text than two.
    LEAVE = "leave"
    #: Sent again, at the risk of two.
    RESEND = "resend"


class Track(StrEnum):
    CORE = "core"
    #: For 48 hours after a slip these texts come instead of the core ones.
    SLIP = "slip"
    #: An entered stage that comes instead of the core ones until it is left.
    PATH = "path"
    #: Comes whatever the path or the dose: outcome surveys.
    OUTCOME = "outcome"


class Priority(StrEnum):
    REPLY = "reply"
    ASSESSMENT = "assessment"
    CORE = "core"
    EXTRA = "extra"

    @property
    def rank(self) -> int:
        """Lower goes first on the wire."""
        return _RANKS[self]


_RANKS = {priority: 10 * place for place, priority in enumerate(Priority)}


class QuestionKind(StrEnum):
    YES_NO = "yes_no"
    CHOICE = "choice"
    DATE = "date"
    NAME = "name"
    NUMBER = "number"
    #: A person's own words; kept sealed.
    TEXT = "text"
    #: A measured value.
    READING = "reading"


class KeywordAction(StrEnum):
    JOIN = "join"
    BANK = "bank"
    SLIP = "slip"
    ASK = "ask"
    ENTER = "enter"
    LESS = "less"
    MORE = "more"
    PAUSE = "pause"
    RESUME = "resume"
    LATER = "later"
    TIME = "time"
    DATE = "date"
    LANGUAGE = "language"
    #: What is kept of her, in a text; all of it erased; a link to her own page.
    DATA = "data"
    ERASE = "erase"
    WEB = "web"
    READING = "reading"


#: Words that take something after them: PAUSE 7, TIME 8-20, DATE 12.4, DELETE 4821, SUGAR 6.5.
WITH_MORE = frozenset({
    KeywordAction.PAUSE, KeywordAction.TIME, KeywordAction.DATE, KeywordAction.LANGUAGE,
    KeywordAction.ERASE, KeywordAction.READING,
})  # fmt: skip
#: The text of a question's reminder; `question.<key>` serves where there is none.
REMIND = "remind."
#: Decisions about the safety text after an alarming reading: this and the text's key.
ALARM = "alarm."
#: The question about the mood, its bad answer, and what is said to the second of them in a row.
MOOD = "mood"
BAD_MOOD = "bad"
BAD_MOOD_HELP = "system.bad_mood_help"


class AttributeKind(StrEnum):
    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"
    TEXT = "text"


class Then(StrEnum):
    """What an answer sets off beside its reply."""

    NOTHING = ""
    INELIGIBLE = "ineligible"
    SLIP = "slip"
    ENTER = "enter"
    LESS = "less"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class VariantRule:
    """One wording of a step, under `<step key>@<name>`; `when` None is open to anyone."""

    name: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class ProfileRule:
    """A dose, and where LESS and MORE lead from it; empty: nowhere."""

    less: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Caps:
    """Planned texts to one number on a local day, and in seven local days; None: no cap."""

    day: int | None = None
    week: int | None = None


NO_CAPS = Caps()


@dataclass(frozen=True, slots=True)
class AttributeRule:
    """`replaced_by`: the date attribute that takes this one's place once it is known."""

    kind: AttributeKind
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class StageRule:
    """A stage as a whole. `anchor` is as in StepRule. Entered for `then_after`, it hands over to
    the stage `then_enter`."""

    key: str
    anchor: str
    track: Track
    then_after: timedelta | None = None
    then_enter: str = ""


@dataclass(frozen=True, slots=True)
class StepRule:
    """A planned text or question. `key` lives across versions.

    Either `day` (whole days from the anchor's date) with `slot`, or `after` an anchor that is a
    moment. A repeated step is one rule for each time it comes, told apart by `repeat` (0 first).

    profiles: the doses it belongs to; empty: all. when: must hold when it comes due.
    bank: sends the bank's next text instead of one of its own.
    pool: the bank that stands in, in a later attempt, for a text sent before.
    """

    key: str
    stage: str
    anchor: str
    track: Track
    late: LateRule
    shelf: timedelta
    priority: Priority
    day: int | None = None
    slot: str = ""
    after: timedelta | None = None
    question: str = ""
    repeat: int = 0
    profiles: frozenset[str] = frozenset()
    when: Condition | None = None
    bank: str = ""
    variants: tuple[VariantRule, ...] = ()
    avoid: frozenset[Avoid] = frozenset()
    pool: str = ""
    if_unknown: IfUnknown = IfUnknown.LEAVE
    #: What a trial draws here, if one does.
    draw: DrawRule | None = None
    #: The key as its send times are drawn from it.
    salt: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "salt", self.key.encode())

    @property
    def text_key(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class ChoiceRule:
    value: str
    number: int
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """`stage` goes with Then.ENTER. `next` is the question asked at once after this answer."""

    reply: str = ""
    then: Then = Then.NOTHING
    stage: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class QuestionRule:
    key: str
    kind: QuestionKind
    attribute: str = ""
    choices: tuple[ChoiceRule, ...] = ()
    earliest_day: int = 0
    latest_day: int = 30
    #: Of a number or a reading, both ends included.
    lowest: float | None = None
    highest: float | None = None
    #: Of a reading with a measure: the unit a bare number is in. What is kept is in the measure's
    #: first unit.
    unit: str = ""
    #: Of a reading: one of campaigns.measures, or nothing.
    measure: str = ""
    #: Of a reading; the first that holds is what is said.
    bands: tuple[BandRule, ...] = ()
    #: The scope of consent that it asks for, or nothing.
    consent: str = ""
    #: Asked once more, so long after, if there is no answer by then.
    reminder: timedelta | None = None
    #: None: the question stays open until it is answered or another is asked.
    expires: timedelta | None = None
    outcomes: Mapping[str, OutcomeRule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeywordRule:
    """languages: those the word belongs to; none, where that is not known. case: its Haste."""

    action: KeywordAction
    bank: str = ""
    question: str = ""
    stage: str = ""
    case: str = ""
    languages: frozenset[str] = frozenset()
