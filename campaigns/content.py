"""A campaign version as the two pure hearts read it: frozen, compiled, without the database."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from campaigns.schedule import Span
from campaigns.wording import MissingValue, Wording

ENROLMENT_ANCHOR = "enrolment"
QUIT_DATE_ANCHOR = "quit_date"
SLIP_ANCHOR = "slip"
#: Anchors that are a moment; the others are a local date.
EVENT_ANCHORS = frozenset({ENROLMENT_ANCHOR, SLIP_ANCHOR})
BEST_SLOT = "best"


class LateRule(StrEnum):
    """What becomes of a step found late, after an outage or a move."""

    SKIP = "skip"
    NEXT_WINDOW = "next_window"
    DROP_IF_NEWER = "drop_if_newer"


class Track(StrEnum):
    CORE = "core"
    #: For 48 hours after a slip these texts come instead of the core ones.
    SLIP = "slip"


class Priority(StrEnum):
    REPLY = "reply"
    ASSESSMENT = "assessment"
    CORE = "core"
    EXTRA = "extra"

    @property
    def rank(self) -> int:
        """Lower goes first on the wire."""
        return 10 * list(Priority).index(self)


class QuestionKind(StrEnum):
    YES_NO = "yes_no"
    CHOICE = "choice"
    DATE = "date"
    NAME = "name"
    NUMBER = "number"


class KeywordAction(StrEnum):
    JOIN = "join"
    BANK = "bank"
    SLIP = "slip"


class Then(StrEnum):
    """What an answer sets off beside its reply."""

    NOTHING = ""
    INELIGIBLE = "ineligible"
    SLIP = "slip"


@dataclass(frozen=True, slots=True)
class StepRule:
    """A planned text or question. `key` lives across versions.

    Either `day` (whole days from the anchor's date) with `slot`, or `after` an event anchor.
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
    reply: str = ""
    then: Then = Then.NOTHING


@dataclass(frozen=True, slots=True)
class QuestionRule:
    key: str
    kind: QuestionKind
    attribute: str = ""
    choices: tuple[ChoiceRule, ...] = ()
    earliest_day: int = 0
    latest_day: int = 30
    #: None: the question stays open until it is answered or another is asked.
    expires: timedelta | None = None
    outcomes: Mapping[str, OutcomeRule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeywordRule:
    action: KeywordAction
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps of one anchor, by whole day, so that a tick looks only at the days in question."""

    days: tuple[int, ...]
    steps: tuple[tuple[StepRule, ...], ...]

    def between(self, first: int, last: int) -> Iterator[StepRule]:
        for place in range(bisect_left(self.days, first), len(self.days)):
            if self.days[place] > last:
                return
            yield from self.steps[place]

    def following(self, day: int) -> Iterator[tuple[int, tuple[StepRule, ...]]]:
        for place in range(bisect_left(self.days, day), len(self.days)):
            yield self.days[place], self.steps[place]


@dataclass(frozen=True)
class Content:
    """One compiled version. Texts are keyed by (text key, language)."""

    version_id: int
    campaign_id: int
    hours: Span
    slots: Mapping[str, Span]
    default_slot: str
    languages: tuple[str, ...]
    default_language: str
    onboarding: tuple[str, ...]
    steps: tuple[StepRule, ...]
    questions: Mapping[str, QuestionRule]
    banks: Mapping[str, tuple[str, ...]]
    keywords: Mapping[str, KeywordRule]
    texts: Mapping[tuple[str, str], Wording]
    defaults: Mapping[str, Mapping[str, str]]
    timelines: Mapping[str, Timeline] = field(init=False)
    event_steps: Mapping[str, tuple[StepRule, ...]] = field(init=False)
    #: Every slot lies within the allowed hours, as publishing demands.
    slots_fit: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "timelines", _timelines(self.steps))
        object.__setattr__(self, "event_steps", _event_steps(self.steps))
        fit = all(slot.within(self.hours) for slot in self.slots.values())
        object.__setattr__(self, "slots_fit", fit)

    def wording(self, key: str, language: str) -> Wording:
        """In the language asked for, else the campaign's own. Raises MissingValue."""
        found = self.texts.get((key, language)) or self.texts.get((key, self.default_language))
        if found is None:
            raise MissingValue(key)
        return found

    def has_text(self, key: str) -> bool:
        return (key, self.default_language) in self.texts

    def step_text_key(self, step: StepRule) -> str:
        """A question step may have wording of its own; else the question's serves."""
        if step.question and not self.has_text(step.key):
            return f"question.{step.question}"
        return step.text_key

    def slot(self, name: str, chosen: str) -> Span:
        if name == BEST_SLOT:
            name = chosen if chosen in self.slots else self.default_slot
        return self.slots[name]


def _timelines(steps: tuple[StepRule, ...]) -> Mapping[str, Timeline]:
    by_anchor: dict[str, dict[int, list[StepRule]]] = {}
    for step in steps:
        if step.day is not None:
            by_anchor.setdefault(step.anchor, {}).setdefault(step.day, []).append(step)
    return {
        anchor: Timeline(
            days=tuple(sorted(days)), steps=tuple(tuple(days[day]) for day in sorted(days))
        )
        for anchor, days in by_anchor.items()
    }


def _event_steps(steps: tuple[StepRule, ...]) -> Mapping[str, tuple[StepRule, ...]]:
    by_anchor: dict[str, list[StepRule]] = {}
    for step in steps:
        if step.after is not None:
            by_anchor.setdefault(step.anchor, []).append(step)
    return {anchor: tuple(found) for anchor, found in by_anchor.items()}
