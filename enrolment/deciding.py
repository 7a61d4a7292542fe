"""What becomes of one step that came due: queued, and for when, or not sent, and why. Pure.

Three things in turn: does it come at all (pause, path, condition), has its time passed (the late
rules), and is there room on the number (gap and caps).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from campaigns.conditions import Facts
from campaigns.draw_rules import NOTHING
from campaigns.rules import (
    SLIP_ANCHOR,
    SLIP_PATH,
    LateRule,
    Priority,
    StepRule,
    Track,
    entered_stage,
)
from campaigns.scales import scored
from campaigns.schedule import (
    ONE_DAY,
    end_of_hours,
    instant_at,
    is_allowed,
    next_allowed,
)
from campaigns.trial_values import ARM_PREFIX, DrawKind
from enrolment import trial_deciding as trials
from enrolment.addressing import is_discreet
from enrolment.choosing import wording_of
from enrolment.coming import Coming
from enrolment.state import AnchorAt, Drawn, Due, Reason, Redrawn, Verdict

#: A step that may wait for the next window is let go when even that is further off than this.
LONGEST_WAIT = timedelta(hours=36)

_Outcome = tuple[Verdict, Reason, datetime]


class Deciding:
    """One person's due steps, decided one after the other; what is queued fills the load.

    newest: when the last of the steps now due came due. reserved: assessments still to come, by
    local day; core texts leave them their room.
    """

    def __init__(self, look: Coming, *, newest: datetime) -> None:
        self.look, self.newest = look, newest
        self.content, self.state, self.now = look.content, look.state, look.now
        self.hours, self.zone = look.hours, look.zone
        self.open_now = look.open_now
        self.reserved: Mapping[date, int] = {}
        self.load = look.state.load
        self.sent: dict[str, int] = {}
        self.caught_up: set[date] = set()
        self.redrawn: list[Redrawn] = []
        self._entered, self._slips = list[tuple[str, AnchorAt]](), list[AnchorAt]()
        for anchor in look.anchors:
            if anchor.kind == SLIP_ANCHOR:
                self._slips.append(anchor)
            elif (stage := entered_stage(anchor.kind)) is not None:
                self._entered.append((stage, anchor))
        self._facts: dict[date, Facts] = {}

    def decide(self, step: StepRule, occurrence: int, due_at: datetime) -> Due:
        day = self.look.day_of(due_at)
        drawn, text_key, variant = None, "", ""
        outcome = self._outcome(step, due_at, day)
        if step.draw is not None:
            outcome, drawn, variant = self._drawn(step, occurrence, due_at, day, outcome)
        verdict, reason, not_before = outcome
        if verdict is Verdict.QUEUED:
            text_key, variant = self._wording(step, due_at, day, variant)
            if self.state.discreet and not is_discreet(self.content, text_key):
                verdict, reason, not_before = Verdict.SUPPRESSED, Reason.NOT_DISCREET, due_at
                text_key = variant = ""
            else:
                self._count(step, text_key, not_before, reason)
        shelf_ends = (due_at if not_before is due_at else max(not_before, due_at)) + step.shelf
        last = day if not_before is due_at else self.look.day_of(not_before)
        hours_end = end_of_hours(last, self.hours, self.zone)
        return Due(
            step=step,
            occurrence=occurrence,
            due_at=due_at,
            local_date=day,
            verdict=verdict,
            reason=reason,
            not_before=not_before,
            valid_until=min(shelf_ends, hours_end),
            text_key=text_key,
            variant=variant,
            drawn=drawn,
        )

    def _outcome(self, step: StepRule, due_at: datetime, day: date) -> _Outcome:
        silent = self._comes_not(step, due_at, day)
        if silent is not None:
            return Verdict.SUPPRESSED, silent, due_at
        verdict, reason, not_before = self._in_time(step, due_at)
        if verdict is Verdict.QUEUED:
            return self._with_room(step, due_at, not_before, reason)
        return verdict, reason, not_before

    def _drawn(
        self, step: StepRule, occurrence: int, due_at: datetime, day: date, outcome: _Outcome
    ) -> tuple[_Outcome, Drawn | None, str]:
        """What becomes of a step that draws, the draw, and the variant it fell on."""
        assert step.draw is not None
        policed = trials.Policed(step, step.draw, self.content.version_id)
        facts = self.facts(due_at, day)
        if step.draw.kind is DrawKind.AGAIN:
            holds = step.when is None or step.when(facts)
            drawn, again = trials.draw_again(self.state, policed, facts, holds=holds)
            if again is not None:
                self._take_arm(again)
            return (Verdict.SUPPRESSED, Reason.TRIAL, due_at), drawn, ""
        verdict, reason, _ = outcome
        comes = verdict is Verdict.QUEUED
        why_not = "" if comes else str(reason)
        option, drawn = trials.draw(self.state, policed, occurrence, why_not, facts)
        if comes and option == NOTHING:
            return (Verdict.SUPPRESSED, Reason.TRIAL, due_at), drawn, ""
        return outcome, drawn, trials.variant_of(option) if comes else ""

    def _take_arm(self, again: Redrawn) -> None:
        self.redrawn.append(again)
        values = {**self.state.values, ARM_PREFIX + again.factor: again.arm.key}
        self.state = self.state._replace(values=values, arms=(*self.state.arms, again.arm))
        self._facts.clear()

    def is_late(self, step: StepRule, due_at: datetime) -> bool:
        return not self.open_now or self.now > due_at + step.shelf

    def holds(self, step: StepRule, due_at: datetime, day: date) -> bool:
        return step.when is None or step.when(self._known(step, due_at, day))

    def _comes_not(self, step: StepRule, due_at: datetime, day: date) -> Reason | None:
        paused_at = self.state.paused_at
        if paused_at is not None and due_at >= paused_at:
            return Reason.PAUSED
        if self.state.arms and trials.is_kept_back(
            self.state, step, due_at, self.facts(due_at, day)
        ):
            return Reason.TRIAL
        if step.track in (Track.CORE, Track.SLIP) and self._on_path(due_at):
            return Reason.OTHER_PATH
        if step.track is Track.CORE and not step.question and self._after_slip(due_at):
            return Reason.SLIP_PATH
        if not self.holds(step, due_at, day):
            return Reason.CONDITION
        elsewhere_until = self.state.elsewhere_until
        if step.question and elsewhere_until is not None and self.now < elsewhere_until:
            # While it may still wait, the step is not handed in here at all.
            return Reason.QUESTION_OPEN
        return None

    def _in_time(self, step: StepRule, due_at: datetime) -> _Outcome:
        rest = self.state.rest_until
        asked_later = rest is not None and rest > self.now
        now, open_now = self.now, self.open_now
        if asked_later and rest is not None:
            now, open_now = rest, is_allowed(rest, self.hours, self.zone)
        if open_now and now <= due_at + step.shelf:
            if asked_later:
                return Verdict.QUEUED, Reason.ASKED_LATER, now
            return Verdict.QUEUED, Reason.NONE, due_at
        if step.late is LateRule.DROP_IF_NEWER and self.newest > due_at:
            return Verdict.SUPERSEDED, Reason.NEWER_STEP_DUE, due_at
        window = next_allowed(now, self.hours, self.zone)
        if step.late is LateRule.SKIP or window - due_at > LONGEST_WAIT:
            return Verdict.SUPPRESSED, Reason.LATE, due_at
        if self.look.day_of(window) in self.caught_up:
            return Verdict.SUPPRESSED, Reason.CATCH_UP, due_at
        return Verdict.QUEUED, Reason.LATE, window

    def _with_room(
        self, step: StepRule, due_at: datetime, not_before: datetime, reason: Reason
    ) -> _Outcome:
        """Moved to the first moment with room; let go when its shelf life ends before that and it
        may not wait, or when even waiting is too long."""
        if step.priority is Priority.REPLY:
            return Verdict.QUEUED, reason, not_before
        start, why = max(not_before, self.now), reason
        while True:
            free = self._after_gap(start)
            if free > start:
                start, why = next_allowed(free, self.hours, self.zone), Reason.MIN_GAP
            day = self.look.day_of(start)
            over = self._over(step, day)
            if over is None:
                break
            why = over
            start = instant_at(day + ONE_DAY, self.hours.start, self.zone)
            if start - due_at > LONGEST_WAIT:
                return Verdict.SUPPRESSED, why, due_at
        if why is reason:
            return Verdict.QUEUED, reason, not_before
        may_wait = step.late is LateRule.NEXT_WINDOW and start - due_at <= LONGEST_WAIT
        if start <= due_at + step.shelf or may_wait:
            return Verdict.QUEUED, why, start
        return Verdict.SUPPRESSED, why, due_at

    def _after_gap(self, start: datetime) -> datetime:
        last = self.load.last_at
        return start if last is None else max(start, last + self.content.min_gap)

    def _over(self, step: StepRule, day: date) -> Reason | None:
        """Assessments pass the caps; other texts leave room for those still to come that day."""
        caps = self.content.caps
        if step.priority is Priority.ASSESSMENT:
            return None
        if caps.day is not None and self.load.on(day) + self.reserved.get(day, 0) >= caps.day:
            return Reason.DAY_CAP
        if caps.week is not None and self.load.week_before(day) >= caps.week:
            return Reason.WEEK_CAP
        return None

    def _wording(self, step: StepRule, due_at: datetime, day: date, drawn: str) -> tuple[str, str]:
        if step.draw is not None:
            return (f"{step.key}@{drawn}" if drawn else step.text_key), drawn
        sent = {**self.state.sent, **self.sent} if self.sent else self.state.sent
        facts = self._known(step, due_at, day) if step.variants else _NOTHING
        return wording_of(self.content, self.state, step, facts, sent)

    def _count(self, step: StepRule, text_key: str, not_before: datetime, reason: Reason) -> None:
        before = self.sent.get(text_key, self.state.sent.get(text_key, 0))
        self.sent[text_key] = before + 1
        if step.priority is Priority.REPLY:
            return
        at, day = self.now, self.look.today
        if not_before > at:
            at, day = not_before, self.look.day_of(not_before)
        self.load = self.load.plus(day, at)
        if reason is Reason.LATE:
            self.caught_up.add(day)

    def _on_path(self, moment: datetime) -> bool:
        if not self._entered:
            return False
        stages = self.content.stages
        return any(
            stage in stages and stages[stage].track is Track.PATH for stage in self._stages(moment)
        )

    def _after_slip(self, moment: datetime) -> bool:
        for anchor in self._slips:
            if anchor.instant is not None and anchor.instant <= moment < anchor.instant + SLIP_PATH:
                return True
        return False

    def _stages(self, moment: datetime) -> frozenset[str]:
        """The entered stages in force at a moment."""
        return frozenset(
            stage
            for stage, anchor in self._entered
            if anchor.instant is not None
            and anchor.instant <= moment
            and (anchor.until is None or moment < anchor.until)
        )

    def _known(self, step: StepRule, due_at: datetime, day: date) -> Facts:
        """What conditions may ask, as of the day the step came due."""
        return self.facts(due_at, day) if self.content.needs_facts else _NOTHING

    def facts(self, due_at: datetime, day: date) -> Facts:
        if day not in self._facts:
            state = self.state
            self._facts[day] = Facts(
                values={
                    **state.values,
                    **scored(self.content.scales, state.values),
                    "attempt": state.attempt,
                    "slips": state.slips,
                    "profile": self.content.profile(state.profile),
                    "language": state.language,
                    "weekday": day.isoweekday(),
                },
                days=self._days_since(day),
                stages=self._stages(due_at),
            )
        return self._facts[day]

    def _days_since(self, day: date) -> dict[str, int]:
        """Of an anchor that stands several times, the nearest."""
        found: dict[str, int] = {}
        for anchor in self.look.anchors:
            first = anchor.day
            if first is None:
                assert anchor.instant is not None, "an anchor is a day or a moment"
                first = self.look.day_of(anchor.instant)
            days = (day - first).days
            if anchor.kind not in found or abs(days) < abs(found[anchor.kind]):
                found[anchor.kind] = days
        return found


_NOTHING = Facts(values={}, days={}, stages=frozenset())
