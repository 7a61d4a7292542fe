"""What a person's journey counts from, moved in memory: dates, stages, attempts, pauses. Pure.

Each function says which verb it mirrors.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.rules import (
    ENROLMENT_ANCHOR,
    JOINED_ANCHOR,
    QUIT_DATE_ANCHOR,
    SILENCE_ANCHOR,
    SLIP_ANCHOR,
    LateRule,
    Track,
    entered_stage,
    entry_anchor,
)
from campaigns.schedule import Span
from enrolment.coming import hours_of
from enrolment.own_hours import REASON, Shelf
from enrolment.played_trials import arms_of
from enrolment.stand_in import StandIn, Standing, Waiting
from enrolment.state import JUST_BEFORE, AnchorAt

#: A tick looks a little later than the text that called for it; as in anchors.look_again.
_LITTLE_LATER = timedelta(milliseconds=1)
#: What an attempt has for itself. The rest goes on counting: a due date, a stage once entered.
#: The enrolment's own texts don't: the welcome never comes again.
OF_ONE_ATTEMPT = (QUIT_DATE_ANCHOR, SLIP_ANCHOR, SILENCE_ANCHOR, ENROLMENT_ANCHOR)


def activate(person: StandIn, now: datetime) -> None:
    """joining.activate"""
    person.standing = Standing.ACTIVE
    person.planned_from, person.planned_through = now, now - JUST_BEFORE
    known = {**person.values, "language": person.language, "profile": person.profile}
    for arm in arms_of(person.trials, known, person.wanted_arms):
        person.take_arm(arm)
    later = timedelta(days=max((arm.delay_days for arm in person.arms), default=0))
    person.begins_at = now + later if later else None
    if person.content.counts_from_joining:
        add_event(person, JOINED_ANCHOR, now)
    add_event(person, ENROLMENT_ANCHOR, now, at=now + later)


def end(person: StandIn, standing: Standing) -> None:
    """joining.mark_ineligible, leaving.withdraw"""
    person.standing, person.next_due_at, person.paused_at = standing, None, None
    person.ask("", None)
    if standing is Standing.LEFT:
        person.withhold("withdrawn")


def set_day(person: StandIn, kind: str, day: date, now: datetime) -> None:
    """anchors.set_day"""
    replace_anchor(person, kind)
    person.occurrences[person.attempt, kind] = 1
    person.anchors = (*person.anchors, AnchorAt(kind, 1, day=day))
    if person.planned_from is not None:
        replan(person, now)


def move_calendar(person: StandIn, kind: str, day: date, now: datetime) -> None:
    """calendar_editing.change_date, and moving.replan: what is undecided follows."""
    dates = tuple(
        AnchorAt(kind, found.occurrence, day=day) if found.kind == kind else found
        for found in person.country.dates
    )
    person.country = replace(person.country, dates=dates)
    if person.planned_from is not None and not person.has_ended:
        replan(person, now)


def add_event(person: StandIn, kind: str, now: datetime, at: datetime | None = None) -> None:
    """anchors.add_event"""
    person.occurrences[person.attempt, kind] += 1
    occurrence = person.occurrences[person.attempt, kind]
    person.anchors = (*person.anchors, AnchorAt(kind, occurrence, instant=at or now))
    look_again(person, now)


def enter_stage(person: StandIn, stage: str, now: datetime) -> bool:
    """anchors.enter_stage"""
    kind = entry_anchor(stage)
    if any(found.kind == kind and found.until is None for found in person.anchors):
        return False
    if person.content.stages[stage].track is Track.PATH:
        leave_paths(person, now)
    add_event(person, kind, now)
    return True


def leave_paths(person: StandIn, now: datetime) -> None:
    """anchors.leave_paths"""
    person.anchors = tuple(
        AnchorAt(found.kind, found.occurrence, found.day, found.instant, now)
        if found.until is None and _is_path(person, found.kind)
        else found
        for found in person.anchors
    )


def start_attempt(person: StandIn, day: date, now: datetime) -> None:
    """attempts.start"""
    person.withhold("new_attempt")
    going_on = tuple(
        found
        for found in person.anchors
        if found.until is None
        and found.kind not in OF_ONE_ATTEMPT
        and not _is_path(person, found.kind)
    )
    person.attempt += 1
    person.anchors, person.decided = (*going_on, AnchorAt(QUIT_DATE_ANCHOR, 1, day=day)), set()
    for found in person.anchors:
        person.occurrences[person.attempt, found.kind] = found.occurrence
    person.planned_from, person.planned_through = now, now - JUST_BEFORE
    person.replanning = False
    if person.next_due_at is not None:
        person.next_due_at = max(now, person.next_due_at)
    person.ask("", None)
    look_again(person, now)


def pause(person: StandIn, until: datetime | None, now: datetime) -> None:
    """pausing.pause"""
    if person.standing is Standing.COMPLETED:
        person.standing = Standing.ACTIVE
    if person.standing is Standing.ACTIVE:
        person.standing, person.paused_at = Standing.PAUSED, now
        person.ask("", None)
    if person.standing is Standing.PAUSED:
        person.next_due_at = None if until is None else _soonest(person, until)
        person.withhold("paused")


def resume(person: StandIn, now: datetime) -> None:
    """pausing.resume: the next look decides what came due meanwhile, and goes on."""
    if person.standing is Standing.PAUSED:
        person.next_due_at = _soonest(person, now)


def replan(person: StandIn, now: datetime) -> None:
    """anchors.replan"""
    assert person.planned_from is not None, "only a running journey can be replanned"
    person.replanning = True
    person.planned_through = person.planned_from - JUST_BEFORE
    look_again(person, now)


def set_hours(person: StandIn, hours: Span, now: datetime) -> None:
    """rezoning.set_hours"""
    person.own_hours = hours
    replan_from(person, now)
    kept = []
    for found in person.waiting:
        own, zone = hours_of(person.content, person.state()), ZoneInfo(person.zone)
        may_wait = found.due.step.late is LateRule.NEXT_WINDOW
        shelf = Shelf(found.leaves_at, found.due.valid_until, may_wait).within(own, zone, now)
        if shelf is None:
            person.withheld.append((found, REASON))
        else:
            due = found.due._replace(valid_until=shelf.valid_until)
            kept.append(Waiting(due, shelf.not_before))
    person.waiting = kept


def replan_from(person: StandIn, now: datetime) -> None:
    """anchors.replan_from"""
    if person.standing is Standing.PAUSED and person.next_due_at is not None:
        person.next_due_at = max(person.next_due_at, now)
    if person.planned_from is None:
        return
    person.planned_from = now
    replan(person, now)


def look_again(person: StandIn, now: datetime) -> None:
    """anchors.look_again"""
    if person.standing is Standing.COMPLETED:
        person.standing = Standing.ACTIVE
    if person.standing is Standing.ACTIVE and person.planned_through is not None:
        person.next_due_at = _soonest(person, now)


def _soonest(person: StandIn, now: datetime) -> datetime:
    assert person.planned_through is not None
    return max(now, person.planned_through + _LITTLE_LATER)


def replace_anchor(person: StandIn, kind: str) -> None:
    person.anchors = tuple(found for found in person.anchors if found.kind != kind)


def _is_path(person: StandIn, kind: str) -> bool:
    stage = person.content.stages.get(entered_stage(kind) or "")
    return stage is not None and stage.track is Track.PATH
