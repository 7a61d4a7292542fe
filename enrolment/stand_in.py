"""One person in memory: State and Talk kept in step, as the verbs keep an enrolment's rows. Pure.

Rehearsals and simulations live on this; tests/enrolment/test_rehearsal.py proves that memory and
database decide alike. Each method says which verb it mirrors.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from campaigns.content import Content
from campaigns.rules import (
    ENROLMENT_ANCHOR,
    QUIT_DATE_ANCHOR,
    SILENCE_ANCHOR,
    SLIP_ANCHOR,
    Track,
    entered_stage,
    entry_anchor,
)
from campaigns.schedule import DaysOff, Span, local_day
from enrolment.coming import hand_over
from enrolment.fields import Person
from enrolment.journey import plan
from enrolment.load import NO_LOAD, Load
from enrolment.state import JUST_BEFORE, AnchorAt, Due, Plan, State, Verdict
from enrolment.talk import Talk

#: A tick looks a little later than the text that called for it; as in anchors.look_again.
_LITTLE_LATER = timedelta(milliseconds=1)


class Standing(StrEnum):
    JOINING = "joining"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    INELIGIBLE = "not eligible"
    LEFT = "left"


ENDED = (Standing.INELIGIBLE, Standing.LEFT)
_USUAL_WEEK = DaysOff()
#: As in attempts: what an attempt has for itself.
_OF_ONE_ATTEMPT = (QUIT_DATE_ANCHOR, SLIP_ANCHOR, SILENCE_ANCHOR, ENROLMENT_ANCHOR)


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
    answered: set[str] = field(default_factory=set)
    #: Text key -> times sent, over all attempts.
    sent: Counter[str] = field(default_factory=Counter)
    #: Planned texts that leave later than they were planned.
    waiting: list[Waiting] = field(default_factory=list)
    #: Those taken back, and why; the clock takes note of them and empties this.
    withheld: list[tuple[Waiting, str]] = field(default_factory=list)
    #: (attempt, kind) -> occurrences so far, those replaced too.
    _occurrences: Counter[tuple[int, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.profile = self.profile or self.content.default_profile

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
        )

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
        )

    def plan(self, now: datetime) -> Plan:
        """planner.tick_batch, without the writing."""
        return plan(self.content, self.state(), now)

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
        if plan.entries:
            _, self.anchors = hand_over(self.content, self.anchors, now)
            for entry in plan.entries:
                self._occurrences[self.attempt, entry_anchor(entry.stage)] = entry.occurrence

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

    def hears(self, now: datetime) -> None:
        """listening.heard"""
        self.heard, self.heard_at = self.heard + 1, now
        if self.content.silent is not None and self.standing is Standing.ACTIVE:
            moment = now + self.content.silent
            self.next_due_at = min(self.next_due_at or moment, moment)

    def activate(self, now: datetime) -> None:
        """joining.activate"""
        self.standing = Standing.ACTIVE
        self.planned_from, self.planned_through = now, now - JUST_BEFORE
        self.add_event(ENROLMENT_ANCHOR, now)

    def end(self, standing: Standing) -> None:
        """joining.mark_ineligible, leaving.withdraw"""
        self.standing, self.next_due_at, self.paused_at = standing, None, None
        self.ask("", None)
        if standing is Standing.LEFT:
            self.withhold("withdrawn")

    def set_day(self, kind: str, day: date, now: datetime) -> None:
        """anchors.set_day"""
        self.replace_anchor(kind)
        self._occurrences[self.attempt, kind] = 1
        self.anchors = (*self.anchors, AnchorAt(kind, 1, day=day))
        if self.planned_from is not None:
            self.replan(now)

    def add_event(self, kind: str, now: datetime) -> None:
        """anchors.add_event"""
        self._occurrences[self.attempt, kind] += 1
        occurrence = self._occurrences[self.attempt, kind]
        self.anchors = (*self.anchors, AnchorAt(kind, occurrence, instant=now))
        self.look_again(now)

    def enter_stage(self, stage: str, now: datetime) -> bool:
        """anchors.enter_stage"""
        kind = entry_anchor(stage)
        if any(found.kind == kind and found.until is None for found in self.anchors):
            return False
        if self.content.stages[stage].track is Track.PATH:
            self.leave_paths(now)
        self.add_event(kind, now)
        return True

    def leave_paths(self, now: datetime) -> None:
        """anchors.leave_paths"""
        self.anchors = tuple(
            AnchorAt(found.kind, found.occurrence, found.day, found.instant, now)
            if found.until is None and self._is_path(found.kind)
            else found
            for found in self.anchors
        )

    def start_attempt(self, day: date, now: datetime) -> None:
        """attempts.start"""
        self.withhold("new_attempt")
        going_on = tuple(
            found
            for found in self.anchors
            if found.until is None
            and found.kind not in _OF_ONE_ATTEMPT
            and not self._is_path(found.kind)
        )
        self.attempt += 1
        self.anchors, self.decided = (*going_on, AnchorAt(QUIT_DATE_ANCHOR, 1, day=day)), set()
        for found in self.anchors:
            self._occurrences[self.attempt, found.kind] = found.occurrence
        self.planned_from, self.planned_through = now, now - JUST_BEFORE
        self.replanning = False
        if self.next_due_at is not None:
            self.next_due_at = max(now, self.next_due_at)
        self.ask("", None)
        self.look_again(now)

    def pause(self, until: datetime, now: datetime) -> None:
        """pausing.pause"""
        if self.standing is Standing.COMPLETED:
            self.standing = Standing.ACTIVE
        if self.standing is Standing.ACTIVE:
            self.standing, self.paused_at = Standing.PAUSED, now
            self.ask("", None)
        if self.standing is Standing.PAUSED:
            self.next_due_at = self._soonest(until)
            self.withhold("paused")

    def resume(self, now: datetime) -> None:
        """pausing.resume: the next look decides what came due meanwhile, and goes on."""
        if self.standing is Standing.PAUSED:
            self.next_due_at = self._soonest(now)

    def replan(self, now: datetime) -> None:
        """anchors.replan"""
        assert self.planned_from is not None, "only a running journey can be replanned"
        self.replanning = True
        self.planned_through = self.planned_from - JUST_BEFORE
        self.look_again(now)

    def replan_from(self, now: datetime) -> None:
        """anchors.replan_from"""
        if self.standing is Standing.PAUSED and self.next_due_at is not None:
            self.next_due_at = max(self.next_due_at, now)
        if self.planned_from is None:
            return
        self.planned_from = now
        self.replan(now)

    def look_again(self, now: datetime) -> None:
        """anchors.look_again"""
        if self.standing is Standing.COMPLETED:
            self.standing = Standing.ACTIVE
        if self.standing is Standing.ACTIVE and self.planned_through is not None:
            self.next_due_at = self._soonest(now)

    def _soonest(self, now: datetime) -> datetime:
        assert self.planned_through is not None
        return max(now, self.planned_through + _LITTLE_LATER)

    def replace_anchor(self, kind: str) -> None:
        self.anchors = tuple(found for found in self.anchors if found.kind != kind)

    def _is_path(self, kind: str) -> bool:
        stage = self.content.stages.get(entered_stage(kind) or "")
        return stage is not None and stage.track is Track.PATH


def _number(value: object) -> float | None:
    try:
        return float(str(value)) if value else None
    except ValueError:
        return None
