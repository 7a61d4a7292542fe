"""One person in memory: State and Talk kept in step, as the verbs keep an enrolment's rows. Pure.

Rehearsals and simulations live on this; tests/enrolment/test_rehearsal.py proves that memory and
database decide alike. Each method says which verb it mirrors.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from campaigns.content import Content
from campaigns.rules import (
    BAD_MOOD,
    MOOD,
    QUIT_DATE_ANCHOR,
    SLIP_ANCHOR,
    Track,
    entered_stage,
    entry_anchor,
)
from campaigns.schedule import DaysOff, Span, local_day
from campaigns.trial_rules import ArmRule, TrialRule
from campaigns.trial_values import ARM_PREFIX
from enrolment.addressing import USUAL, Manner
from enrolment.coming import hand_over
from enrolment.fields import Person
from enrolment.journey import plan
from enrolment.load import NO_LOAD, Load
from enrolment.played_trials import played
from enrolment.reminding import first_look
from enrolment.state import AnchorAt, Due, Plan, State, Verdict
from enrolment.talk import Talk
from enrolment.trends import Reading, trends


class Standing(StrEnum):
    JOINING = "joining"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    INELIGIBLE = "not eligible"
    LEFT = "left"


ENDED = (Standing.INELIGIBLE, Standing.LEFT)
_USUAL_WEEK = DaysOff()
#: What a text tells someone who has neither.
EXAMPLE_LINK = "https://example.org/me/0123456789012345678901/"
EXAMPLE_CODE = "4821"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A planned text that has not left yet."""

    due: Due
    leaves_at: datetime


@dataclass(frozen=True, slots=True)
class Country:
    """Days off, and the calendar days that stages count from."""

    days_off: DaysOff = _USUAL_WEEK
    dates: tuple[AnchorAt, ...] = ()
    #: Three letters, or nothing.
    currency: str = ""


NO_COUNTRY = Country()


@dataclass(slots=True)
class StandIn:
    """Attributes are named as the columns they stand for."""

    content: Content
    seed: int
    zone: str
    language: str
    heard_at: datetime
    country: Country = NO_COUNTRY
    standing: Standing = Standing.JOINING
    attempt: int = 1
    profile: str = ""
    first_name: str = ""
    slot: str = ""
    own_hours: Span | None = None
    is_discreet: bool = False
    slips: int = 0
    heard: int = 0
    planned_from: datetime | None = None
    planned_through: datetime | None = None
    next_due_at: datetime | None = None
    replanning: bool = False
    paused_at: datetime | None = None
    rest_until: datetime | None = None
    question: str = ""
    asked_at: datetime | None = None
    tries: int = 0
    helped_at: datetime | None = None
    load: Load = NO_LOAD
    anchors: tuple[AnchorAt, ...] = ()
    #: Of this attempt; the verbs read them only once they are replanning.
    decided: set[tuple[str, int]] = field(default_factory=set)
    values: dict[str, str | int | float | date] = field(default_factory=dict)
    #: Attributes in the person's own words, which conditions don't see.
    words: dict[str, str] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)
    #: Text key -> times sent, over all attempts.
    sent: Counter[str] = field(default_factory=Counter)
    #: Planned texts that leave later than they were planned.
    waiting: list[Waiting] = field(default_factory=list)
    #: Those taken back, and why; the clock takes note of them and empties this.
    withheld: list[tuple[Waiting, str]] = field(default_factory=list)
    #: (attempt, kind) -> occurrences so far, those replaced too.
    occurrences: Counter[tuple[int, str]] = field(default_factory=Counter)
    #: Factor -> arm, where it is not to be drawn.
    wanted_arms: Mapping[str, str] = field(default_factory=dict)
    trials: Mapping[str, TrialRule] = field(default_factory=dict)
    arms: tuple[ArmRule, ...] = ()
    begins_at: datetime | None = None

    def __post_init__(self) -> None:
        self.profile = self.profile or self.content.default_profile
        self.trials = played(self.content.trials, self.seed)

    @property
    def has_ended(self) -> bool:
        return self.standing in ENDED

    @property
    def quit_date(self) -> date | None:
        return next((found.day for found in self.anchors if found.kind == QUIT_DATE_ANCHOR), None)

    @property
    def path(self) -> str:
        """The path stage in force, or nothing."""
        for anchor in self.anchors:
            stage = self.content.stages.get(entered_stage(anchor.kind) or "")
            if anchor.until is None and stage is not None and stage.track is Track.PATH:
                return stage.key
        return ""

    def state(self) -> State:
        """As claiming loads it."""
        assert self.planned_from is not None, "only a running journey is planned"
        assert self.planned_through is not None
        anchors = self.anchors
        return State(
            enrolment_id=1,
            attempt=self.attempt,
            seed=self.seed,
            zone=self.zone,
            slot=self.slot,
            planned_from=self.planned_from,
            planned_through=self.planned_through,
            anchors=(*anchors, *self.country.dates) if self.country.dates else anchors,
            decided=frozenset(self.decided) if self.replanning else frozenset(),
            profile=self.profile,
            language=self.language,
            slips=self.slips,
            own_hours=self.own_hours,
            load=self.load,
            paused_at=self.paused_at,
            rest_until=self.rest_until,
            heard=self.heard,
            heard_at=self.heard_at,
            days_off=self.country.days_off,
            values=self.values,
            sent=self.sent,
            question=self.question,
            asked_at=self.asked_at,
            discreet=self.is_discreet,
            arms=self.arms,
            begins_at=self.begins_at,
            trials=self.trials,
        )

    @property
    def manner(self) -> Manner:
        return Manner(is_discreet=True) if self.is_discreet else USUAL

    def talk(self) -> Talk:
        """As talking loads it."""
        slips = [found.instant for found in self.anchors if found.kind == SLIP_ANCHOR]
        return Talk(
            enrolment_id=1,
            seed=self.seed,
            zone=self.zone,
            language=self.language,
            joining=self.standing is Standing.JOINING,
            question=self.question,
            asked_at=self.asked_at,
            tries=self.tries,
            attempt=self.attempt,
            profile=self.profile,
            paused=self.standing is Standing.PAUSED,
            path=self.path,
            quit_date=self.quit_date,
            last_slip_at=slips[-1] if slips else None,
            answered=frozenset(self.answered),
            sent=self.sent,
            helped_at=self.helped_at,
            was_low=self.values.get(f"answer.{MOOD}") == BAD_MOOD,
        )

    def known(self, at: datetime) -> Person:
        """What a text may say of the person on the local day of `at`."""
        zone = ZoneInfo(self.zone)
        is_paused = self.standing is Standing.PAUSED and self.next_due_at is not None
        return Person(
            today=local_day(at, zone),
            language=self.language,
            first_name=self.first_name or None,
            quit_date=self.quit_date,
            per_day=_number(self.values.get("per_day")),
            pack_price=_number(self.values.get("pack_price")),
            own_reason=self.words.get("own_reason"),
            currency=self.country.currency,
            resume_at=local_day(self.next_due_at or at, zone) if is_paused else None,
            hours=self.own_hours,
            web_link=EXAMPLE_LINK,
            erase_code=EXAMPLE_CODE,
        )

    def plan(self, now: datetime) -> Plan:
        """planner.tick_batch, without the writing."""
        state = self.state()
        if self.content.asks_trends:
            changes = trends(self.readings, now)
            state = state._replace(values={**state.values, **changes})
        return plan(self.content, state, now)

    def advance(self, plan: Plan, went: Sequence[bool], now: datetime) -> None:
        """writing.advance: `went` says of each due whether its text could be worded."""
        for due, worded in zip(plan.dues, went, strict=True):
            self._decide(due, worded, now)
        if self.standing is Standing.PAUSED:
            self.standing, self.paused_at = Standing.ACTIVE, None
        self.planned_through, self.next_due_at = plan.planned_through, plan.next_due_at
        self.load = plan.load
        if plan.next_due_at is None and self.quit_date is not None:
            self.standing = Standing.COMPLETED
        for again in plan.redrawn:
            self.take_arm(again.arm)
        if plan.entries:
            _, self.anchors = hand_over(self.content, self.anchors, now)
            for entry in plan.entries:
                self.occurrences[self.attempt, entry_anchor(entry.stage)] = entry.occurrence

    def take_arm(self, arm: ArmRule) -> None:
        """allocating, redrawing"""
        self.arms = (*self.arms, arm)
        self.values[ARM_PREFIX + arm.factor] = arm.key
        self.profile = arm.profile or self.profile

    def _decide(self, due: Due, worded: bool, now: datetime) -> None:
        self.decided.add((due.step.key, due.occurrence))
        if due.verdict is not Verdict.QUEUED or not worded:
            return
        self.sent[due.text_key] += 1
        if due.not_before > now:
            self.waiting.append(Waiting(due, due.not_before))
        if due.step.question:
            self.ask(due.step.question, now)

    def withhold(self, reason: str) -> None:
        """withholding.withhold"""
        self.withheld += [(found, reason) for found in self.waiting]
        self.waiting.clear()

    def ask(self, question: str, now: datetime | None) -> None:
        """applying._open_question; an empty question closes the open one."""
        self.question, self.asked_at, self.tries = question, now, 0
        look = first_look(self.content, question, now) if now is not None else None
        if look is not None and self.standing is Standing.ACTIVE:
            self.next_due_at = min(self.next_due_at or look, look)

    def hears(self, now: datetime) -> None:
        """listening.heard"""
        self.heard, self.heard_at = self.heard + 1, now
        if self.content.silent is not None and self.standing is Standing.ACTIVE:
            moment = now + self.content.silent
            self.next_due_at = min(self.next_due_at or moment, moment)


def _number(value: object) -> float | None:
    try:
        return float(str(value)) if value else None
    except ValueError:
        return None
