"""What becomes of one person of a broadcast: when her text may go, in which words, or why she gets
none. Pure; counting a broadcast and sending it both ask here.

Hours, gap and caps are the journey's own (`deciding`): the text counts like a planned one that
comes last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import NamedTuple
from zoneinfo import ZoneInfo

from campaigns.conditions import ALWAYS, Condition
from campaigns.content import Content
from campaigns.rules import LateRule, Priority, StepRule, Track
from campaigns.schedule import next_allowed
from campaigns.wording import Wording
from enrolment.addressing import Manner
from enrolment.coming import Coming, anchors_in
from enrolment.deciding import Deciding
from enrolment.load import Load
from enrolment.state import Due, Reason, State, Verdict

#: Below every text of the journey on the wire.
RANK = Priority.EXTRA.rank + 10
#: How long the text is worth sending; it leaves within the hours of one day.
_SHELF = timedelta(hours=24)
_STEP = StepRule(
    key="broadcast",
    stage="",
    anchor="",
    track=Track.OUTCOME,
    late=LateRule.NEXT_WINDOW,
    shelf=_SHELF,
    priority=Priority.EXTRA,
)


class LeftOut(StrEnum):
    """Why somebody who is meant gets no text."""

    LEFT = "left"
    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    NUMBER_LOST = "number_lost"
    BAD_NUMBER = "bad_number"
    TEST = "test"
    PAUSED = "paused"
    NOT_DISCREET = "not_discreet"
    NAMES_ILLNESS = "names_illness"
    MISSING_VALUE = "missing_value"
    MIN_GAP = "min_gap"
    DAY_CAP = "day_cap"
    WEEK_CAP = "week_cap"
    ASKED_LATER = "asked_later"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Said:
    """A wording, and whether it names the illness."""

    wording: Wording
    names_illness: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The wordings by language: the usual ones, and those that a stranger may read."""

    usual: Mapping[str, Said]
    discreet: Mapping[str, Said]
    default_language: str


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom it is meant for, beside what the database chooses by: languages, standing, the list."""

    condition: Condition = ALWAYS
    stage: str = ""

    @property
    def names(self) -> frozenset[str]:
        return self.condition.names

    @property
    def asks(self) -> bool:
        return bool(self.stage or self.condition.source)


class Chosen(NamedTuple):
    language: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class Fate:
    """`reason` nothing: the text goes as `due` says. `load`: of the number, this one with it."""

    reason: str = ""
    due: Due | None = None
    chosen: Chosen | None = None
    load: Load | None = field(default=None, repr=False)


def is_meant(content: Content, state: State, audience: Audience, now: datetime) -> bool:
    if not audience.asks:
        return True
    look = Coming(content, state, anchors_in(content, state), now)
    facts = Deciding(look, newest=now).facts(now, look.today)
    if audience.stage and audience.stage not in facts.stages:
        bounds = stage_days(content, audience.stage)
        anchor = content.stages[audience.stage].anchor if audience.stage in content.stages else ""
        since = facts.days.get(anchor)
        if bounds is None or since is None or not bounds[0] <= since <= bounds[1]:
            return False
    return audience.condition(facts)


def stage_days(content: Content, stage: str) -> tuple[int, int] | None:
    """From the first to the last day of a stage's steps, counted from its anchor; None for a stage
    that is entered, or has no steps."""
    rule = content.stages.get(stage)
    if rule is None or rule.anchor == f"stage.{stage}":
        return None
    days = [
        step.day if step.day is not None else ceil((step.after or timedelta()) / timedelta(days=1))
        for step in content.steps
        if step.stage == stage
    ]
    starts = [0 for step in content.steps if step.stage == stage and step.day is None]
    return (min(days + starts), max(days)) if days else None


def decide(
    content: Content, state: State, manner: Manner, words: Words, *, wanted: datetime, now: datetime
) -> Fate:
    """wanted: when the text should come, by her clock or the campaign's. state: with the load of
    all that the number gets."""
    chosen = words_for(manner, words, state.language)
    if isinstance(chosen, LeftOut):
        return Fate(reason=chosen)
    zone = ZoneInfo(state.zone)
    look = Coming(content, state, anchors_in(content, state), now)
    at = next_allowed(max(wanted, now), look.hours, zone)
    # Whether she gets discreet words is settled above; the campaign has no text of this key.
    there = state._replace(discreet=False)
    deciding = Deciding(Coming(content, there, look.anchors, at), newest=at)
    due = deciding.decide(_STEP, 1, at)
    if due.verdict is not Verdict.QUEUED:
        return Fate(reason=due.reason or Reason.LATE)
    return Fate(due=due, chosen=chosen, load=deciding.load)


def words_for(manner: Manner, words: Words, language: str) -> Chosen | LeftOut:
    """Discreet words for whoever chose them; and where others live behind the number, instead of
    words that name the illness."""
    usual = _in(words.usual, language, words.default_language)
    discreet = _in(words.discreet, language, words.default_language)
    if manner.is_discreet:
        return _chosen(discreet) or LeftOut.NOT_DISCREET
    if usual is None:
        return LeftOut.MISSING_VALUE
    if manner.has_company and usual[1].names_illness:
        return _chosen(discreet) or LeftOut.NAMES_ILLNESS
    return Chosen(usual[0], usual[1].wording)


def _in(texts: Mapping[str, Said], language: str, default: str) -> tuple[str, Said] | None:
    for tried in (language, default):
        if tried in texts:
            return tried, texts[tried]
    return None


def _chosen(found: tuple[str, Said] | None) -> Chosen | None:
    return None if found is None else Chosen(found[0], found[1].wording)
