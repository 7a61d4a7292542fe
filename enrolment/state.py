"""What goes into the journey and what comes out of it: frozen values, without the database.

Named tuples, where a tick makes thousands: making one costs a third of a frozen dataclass.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from campaigns.rules import StepRule
from campaigns.schedule import DaysOff, Span
from campaigns.trial_rules import ArmRule, TrialRule
from enrolment.load import NO_LOAD, Load

USUAL_WEEK = DaysOff()
#: The instant an attempt starts belongs to it, so planning begins just before.
JUST_BEFORE = timedelta(microseconds=1)
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_NO_TRIALS: Mapping[str, TrialRule] = MappingProxyType({})


class Verdict(StrEnum):
    QUEUED = "queued"
    SUPPRESSED = "suppressed"
    SUPERSEDED = "superseded"


class Reason(StrEnum):
    NONE = ""
    LATE = "late"
    SLIP_PATH = "slip_path"
    OTHER_PATH = "other_path"
    NEWER_STEP_DUE = "newer_step_due"
    CATCH_UP = "catch_up"
    MISSING_VALUE = "missing_value"
    CONDITION = "condition"
    PAUSED = "paused"
    ASKED_LATER = "asked_later"
    MIN_GAP = "min_gap"
    DAY_CAP = "day_cap"
    WEEK_CAP = "week_cap"
    QUESTION_OPEN = "question_open"
    NOT_DISCREET = "not_discreet"
    #: A trial has to do with it: its columns say what, and staff who are blinded see no more.
    TRIAL = "trial"


class AnchorAt(NamedTuple):
    """One occurrence of an anchor: a local date, or a moment (see rules.is_moment).

    until: when an entered stage was left; steps due from then on don't come.
    """

    kind: str
    occurrence: int
    day: date | None = None
    instant: datetime | None = None
    until: datetime | None = None


class State(NamedTuple):
    """All the journey knows of one enrolment.

    planned_from: what came due before it under this dose, hours and slot is not looked at again.
    planned_through: every step that came due up to this instant has its Decision. Before the first
        tick it is the last instant before `planned_from`, so that nothing earlier ever comes due.
    anchors: those in force, the stages entered and left in this attempt, the country's days.
    decided: (step key, occurrence) of this attempt; needed only once anchors or the version have
        moved (`replanning`), for then a decided step may lie after `planned_through` again.
    own_hours: as chosen by TIME; nothing planned leaves outside them either.
    load: of the number, over all its campaigns.
    paused_at: what came due from then on up to now is not sent.
    rest_until: asked for by LATER; nothing planned leaves before.
    heard: how many texts have come in; heard_at: when the last one did.
    values: attributes and answers by name, as conditions see them; loaded when content asks.
    sent: text key -> times sent to this enrolment; loaded for a later attempt, or to draw.
    elsewhere_until: until when another campaign's question is open on this number.
    question, asked_at: the own question that is open, if there is one.
    discreet: only texts with a discreet wording may be sent.
    arms: what the trials have allocated; `values` has their names. begins_at: of an arm that starts
        later. trials: those of the campaign by key, loaded when content draws. in_need: words of
        need wait for a person; loaded with the trials.
    """

    enrolment_id: int
    attempt: int
    seed: int
    zone: str
    slot: str
    planned_from: datetime
    planned_through: datetime
    anchors: tuple[AnchorAt, ...]
    decided: frozenset[tuple[str, int]] = frozenset()
    profile: str = ""
    language: str = ""
    slips: int = 0
    own_hours: Span | None = None
    load: Load = NO_LOAD
    paused_at: datetime | None = None
    rest_until: datetime | None = None
    heard: int = 0
    heard_at: datetime | None = None
    days_off: DaysOff = USUAL_WEEK
    values: Mapping[str, str | int | float | date] = _NOTHING
    sent: Mapping[str, int] = _NOTHING
    elsewhere_until: datetime | None = None
    question: str = ""
    asked_at: datetime | None = None
    discreet: bool = False
    arms: tuple[ArmRule, ...] = ()
    begins_at: datetime | None = None
    trials: Mapping[str, TrialRule] = _NO_TRIALS
    in_need: bool = False

    @property
    def arm(self) -> str:
        """As a Decision keeps it."""
        return " ".join(f"{arm.factor}={arm.key}" for arm in self.arms)


class Drawn(NamedTuple):
    """What a trial drew at a step: the options, their probabilities, where the draw fell; or why
    nothing could be drawn."""

    unavailable: str = ""
    options: tuple[str, ...] = ()
    probabilities: tuple[float, ...] = ()
    draw: float | None = None
    policy: str = ""


class Due(NamedTuple):
    """One step that came due, and what is decided for it. Times are UTC.

    text_key: the wording to send; empty unless queued. variant: its name, if it is one.
    """

    step: StepRule
    occurrence: int
    due_at: datetime
    local_date: date
    verdict: Verdict
    reason: Reason
    not_before: datetime
    valid_until: datetime
    text_key: str = ""
    variant: str = ""
    drawn: Drawn | None = None


class Redrawn(NamedTuple):
    """Somebody who has not responded, drawn again: a line of the ledger to be written."""

    trial: str
    factor: str
    arm: ArmRule
    drawn: Drawn
    tailoring: Mapping[str, str]
    earlier: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A stage entered by the clock: another one had been in force for its time."""

    stage: str
    occurrence: int
    at: datetime


class Plan(NamedTuple):
    """planned_through: `now`, unless a due step has to wait for another campaign's question; then
    the instant before it, and `waiting` says that later ones were decided already.
    load: with what is queued here. postponed: a fault; nothing was decided and nothing moves.
    """

    dues: tuple[Due, ...]
    next_due_at: datetime | None
    planned_through: datetime
    load: Load
    entries: tuple[Entry, ...] = ()
    waiting: bool = False
    postponed: bool = False
    redrawn: tuple[Redrawn, ...] = ()
