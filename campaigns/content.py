"""A campaign version as the two pure hearts read it: frozen, compiled, without the database."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from campaigns.consent_scopes import CONSENT_PREFIX
from campaigns.rules import (
    BEST_SLOT,
    CALENDAR_PREFIX,
    JOINED_ANCHOR,
    NO_CAPS,
    REMIND,
    AttributeRule,
    Caps,
    KeywordRule,
    LateRule,
    Priority,
    ProfileRule,
    QuestionRule,
    StageRule,
    StepRule,
    Track,
)
from campaigns.scales import ScaleRule
from campaigns.schedule import Span
from campaigns.trial_rules import TrialRule
from campaigns.trial_values import ARM_PREFIX
from campaigns.wording import ECHOING, MissingValue, Wording

#: A reminder that could not leave by then is none.
_REMINDER_SHELF = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps of one anchor, by whole day, so that a tick looks only at the days in question."""

    days: tuple[int, ...]
    steps: tuple[tuple[StepRule, ...], ...]
    #: Some step moves off weekends or holidays, so that it may come later than its day.
    avoids: bool = False

    def within(self, first: int, last: int) -> Iterator[tuple[int, tuple[StepRule, ...]]]:
        """The days from `first` to `last`, both included, with their steps."""
        start, end = bisect_left(self.days, first), bisect_right(self.days, last)
        return zip(self.days[start:end], self.steps[start:end], strict=True)

    def following(self, day: int) -> Iterator[tuple[int, tuple[StepRule, ...]]]:
        for place in range(bisect_left(self.days, day), len(self.days)):
            yield self.days[place], self.steps[place]


@dataclass(frozen=True, slots=True)
class Moments:
    """The steps some time after one anchor; `longest` is the furthest of them."""

    steps: tuple[StepRule, ...]
    longest: timedelta


@dataclass(frozen=True)
class Content:
    """One compiled version. Texts are keyed by (text key, language).

    timelines, moments: profile -> anchor -> steps on days, steps after a moment.
    """

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
    stages: Mapping[str, StageRule] = field(default_factory=dict)
    attributes: Mapping[str, AttributeRule] = field(default_factory=dict)
    scales: Mapping[str, ScaleRule] = field(default_factory=dict)
    profiles: Mapping[str, ProfileRule] = field(default_factory=dict)
    default_profile: str = ""
    min_gap: timedelta = timedelta(0)
    caps: Caps = NO_CAPS
    #: How long nothing is heard before the anchor `silence` stands.
    silent: timedelta | None = None
    #: Planned with this version, as a rehearsal plays them; who is drawn lies in rows.
    trials: tuple[TrialRule, ...] = ()
    #: Years; a younger person who says so while joining is kindly turned away.
    minimum_age: int = 0
    timelines: Mapping[str, Mapping[str, Timeline]] = field(init=False)
    moments: Mapping[str, Mapping[str, Moments]] = field(init=False)
    #: Slot chosen -> every slot by name, `best` among them; nothing chosen is the default.
    slots_of: Mapping[str, Mapping[str, Span]] = field(init=False)
    #: Every slot lies within the allowed hours, as publishing demands.
    slots_fit: bool = field(init=False)
    #: Some step has a condition or a conditional variant: a tick loads what is known of people.
    needs_facts: bool = field(init=False)
    #: Some step draws: a tick loads the trials that are running.
    randomises: bool = field(init=False)
    #: Some step counts from `joined`.
    counts_from_joining: bool = field(init=False)
    #: Some stage hands over to another after its time.
    hands_over: bool = field(init=False)
    #: Some step moves off days off, or counts from a day of the country's calendar.
    minds_calendar: bool = field(init=False)
    #: Some text echoes what a person told: her reason, the price of a pack.
    echoes: bool = field(init=False)
    #: Some condition asks for an answer or a reading, beside attributes.
    asks_answers: bool = field(init=False)
    #: Some condition asks for a consent.
    asks_consents: bool = field(init=False)
    #: Some condition asks how readings have changed.
    asks_trends: bool = field(init=False)
    #: The doses at which some step draws on a bank: a tick loads which texts were sent.
    draws: frozenset[str] = field(init=False)
    #: Question -> the step that asks it once more.
    reminders: Mapping[str, StepRule] = field(init=False)

    def __post_init__(self) -> None:
        doses = {name: self._steps_of(name) for name in (*self.profiles,) or ("",)}
        set_field = object.__setattr__
        set_field(self, "timelines", {dose: _timelines(steps) for dose, steps in doses.items()})
        set_field(self, "moments", {dose: _moments(steps) for dose, steps in doses.items()})
        slots_of = {
            chosen: {**self.slots, BEST_SLOT: self.slots[chosen or self.default_slot]}
            for chosen in ("", *self.slots)
        }
        set_field(self, "slots_of", slots_of)
        fit = all(slot.within(self.hours) for slot in self.slots.values())
        set_field(self, "slots_fit", fit)
        set_field(self, "needs_facts", any(_asks_facts(step) for step in self.steps))
        set_field(self, "randomises", any(step.draw is not None for step in self.steps))
        from_joining = any(step.anchor == JOINED_ANCHOR for step in self.steps)
        set_field(self, "counts_from_joining", from_joining)
        minds = any(step.avoid or step.anchor.startswith(CALENDAR_PREFIX) for step in self.steps)
        set_field(self, "minds_calendar", minds)
        set_field(self, "hands_over", any(stage.then_enter for stage in self.stages.values()))
        echoes = any(not ECHOING.isdisjoint(text.fields) for text in self.texts.values())
        set_field(self, "echoes", echoes)
        drawing = {dose for dose, steps in doses.items() if any(step.bank for step in steps)}
        set_field(self, "draws", frozenset(drawing))
        reminders = {
            question.key: _reminder(question, question.reminder)
            for question in self.questions.values()
            if question.reminder is not None
        }
        set_field(self, "reminders", reminders)
        asked = {name for step in self.steps for name in _names_asked(step)}
        consents = {name for name in asked if name.startswith(CONSENT_PREFIX)}
        arms = {name for name in asked if name.startswith(ARM_PREFIX)}
        set_field(self, "asks_answers", any("." in name for name in asked - consents - arms))
        set_field(self, "asks_consents", bool(consents))
        set_field(self, "asks_trends", any(name.startswith("trend.") for name in asked))

    def _steps_of(self, profile: str) -> tuple[StepRule, ...]:
        return tuple(
            step
            for step in self.steps
            if not step.profiles or step.track is Track.OUTCOME or profile in step.profiles
        )

    def profile(self, chosen: str) -> str:
        """The dose in force for someone who chose `chosen`, or nothing."""
        return chosen if chosen in self.profiles else self.default_profile

    def wording(self, key: str, language: str) -> Wording:
        """In the language asked for, else the campaign's own. Raises MissingValue."""
        found = self.texts.get((key, language)) or self.texts.get((key, self.default_language))
        if found is None:
            raise MissingValue(key)
        return found

    def has_text(self, key: str) -> bool:
        return (key, self.default_language) in self.texts

    def step_text_key(self, step: StepRule) -> str:
        """A question step may have wording of its own; else the question's serves, as it does for a
        reminder."""
        if step.key.startswith(REMIND) and not self.has_text(step.key):
            return f"question.{step.key.removeprefix(REMIND)}"
        if step.question and not self.has_text(step.key):
            return f"question.{step.question}"
        return step.text_key


def _reminder(question: QuestionRule, after: timedelta) -> StepRule:
    """It asks nothing anew, so that the time of the first asking stands and no reminder follows."""
    shelf = _REMINDER_SHELF
    if question.expires is not None:
        shelf = min(shelf, question.expires - after)
    return StepRule(
        key=REMIND + question.key,
        stage="",
        anchor="",
        track=Track.OUTCOME,
        late=LateRule.SKIP,
        shelf=shelf,
        priority=Priority.ASSESSMENT,
    )


def _names_asked(step: StepRule) -> Iterator[str]:
    drawn = step.draw.conditions if step.draw is not None else ()
    for condition in (step.when, *(variant.when for variant in step.variants), *drawn):
        if condition is not None:
            yield from condition.names


def _asks_facts(step: StepRule) -> bool:
    if step.when is not None or step.draw is not None:
        return True
    return any(variant.when is not None for variant in step.variants)


def _timelines(steps: tuple[StepRule, ...]) -> Mapping[str, Timeline]:
    by_anchor: dict[str, dict[int, list[StepRule]]] = {}
    for step in steps:
        if step.day is not None:
            by_anchor.setdefault(step.anchor, {}).setdefault(step.day, []).append(step)
    return {
        anchor: Timeline(
            days=tuple(sorted(days)),
            steps=tuple(tuple(days[day]) for day in sorted(days)),
            avoids=any(step.avoid for found in days.values() for step in found),
        )
        for anchor, days in by_anchor.items()
    }


def _moments(steps: tuple[StepRule, ...]) -> Mapping[str, Moments]:
    by_anchor: dict[str, list[StepRule]] = {}
    for step in steps:
        if step.after is not None:
            by_anchor.setdefault(step.anchor, []).append(step)
    return {
        anchor: Moments(tuple(found), max(step.after for step in found if step.after is not None))
        for anchor, found in by_anchor.items()
    }
