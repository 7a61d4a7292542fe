"""What another version would change for one person, and the sums over many. Pure.

What is foreseen is what would come if nothing happened on the way: no answer, no slip, no new
date, no condition asked later. A text is counted at its longest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import sqrt
from zoneinfo import ZoneInfo

from campaigns.content import Content
from campaigns.rules import SILENCE_ANCHOR, StepRule
from campaigns.schedule import local_day
from campaigns.wording import LONGEST_OWN, Wording
from enrolment import journey
from enrolment.state import JUST_BEFORE, State, Verdict
from messaging.segments import measure

#: The two-sided normal quantile of a 95 % interval.
_Z = 1.959964

#: (step key, occurrence) -> the step and when it comes.
Coming = Mapping[tuple[str, int], tuple[StepRule, datetime]]
#: Whatever the zone, what comes later than this does not come today.
_PAST_TODAY = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Share:
    """One person's part in the figures. `texts` and `segments` are new less old."""

    loses: bool = False
    gains: bool = False
    other_day: bool = False
    today: bool = False
    texts: int = 0
    segments: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate and its 95 % interval; all three are the same when everyone was counted."""

    value: int
    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Impact:
    """people: on other versions, and `joining` of them whose journey has not begun. asked: whose
    journeys were run, all that have begun or a sample. texts, segments: new less old.

    price: of a segment, None when the sender's is not known. queued_kept, queued_gone: texts that
    wait now, whose step the version has or has not. open_questions: people who were asked
    something the version does not know; their answers go to the inbox.
    """

    people: int
    joining: int
    begun: int
    asked: int
    days: int
    loses: Figure
    gains: Figure
    other_day: Figure
    today: Figure
    texts: Figure
    segments: Figure
    price: Decimal | None
    currency: str
    queued_kept: int
    queued_gone: int
    open_questions: int

    @property
    def is_sample(self) -> bool:
        return self.asked < self.begun


def coming(content: Content, state: State, now: datetime, until: datetime) -> Coming:
    """What would be queued at once, and all that comes due from then up to `until`."""
    plan = journey.plan(content, state, now)
    found = {
        (due.step.key, due.occurrence): (due.step, max(due.not_before, now))
        for due in plan.dues
        if due.verdict is Verdict.QUEUED
    }
    ahead = state._replace(planned_through=now)
    for moment, step, occurrence in journey.due_until(content, ahead, until):
        found.setdefault((step.key, occurrence), (step, moment))
    return found


def moved(state: State) -> State:
    """As `anchors.replan` leaves it: everything undecided since the start is looked at again."""
    return state._replace(planned_through=state.planned_from - JUST_BEFORE)


def share_of(
    state: State, old: "Priced", new: "Priced", new_state: State, now: datetime, until: datetime
) -> Share:
    """`new_state` is the same person as the new version would find her."""
    before = coming(old.content, state, now, until)
    after = coming(new.content, moved(new_state), now, until)
    zone = ZoneInfo(state.zone)
    soon = now + _PAST_TODAY
    todays: set[tuple[str, int]] = set()
    # Nobody knows here when a pause ends; until then nothing comes.
    if state.paused_at is None:
        todays = {key for key, (_, moment) in after.items() if _is_today(moment, now, soon, zone)}
    return Share(
        loses=bool(before.keys() - after.keys()),
        gains=bool(after.keys() - before.keys()),
        other_day=any(
            before[key][1] != after[key][1]
            and local_day(before[key][1], zone) != local_day(after[key][1], zone)
            for key in before.keys() & after.keys()
        ),
        today=any(
            key not in before or not _is_today(before[key][1], now, soon, zone) for key in todays
        ),
        texts=len(after) - len(before),
        segments=new.segments(after, state.language) - old.segments(before, state.language),
    )


def _is_today(moment: datetime, now: datetime, soon: datetime, zone: ZoneInfo) -> bool:
    return moment < soon and local_day(moment, zone) == local_day(now, zone)


class Priced:
    """A version's content with what its steps cost, each worked out once."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self._known: dict[tuple[str, int, str], int] = {}

    def segments(self, steps: Coming, language: str) -> int:
        return sum(self._of_step(step, language) for step, _ in steps.values())

    def _of_step(self, step: StepRule, language: str) -> int:
        key = (step.key, step.repeat, language)
        if key not in self._known:
            self._known[key] = max(
                (
                    longest(self.content.wording(text_key, language))
                    for text_key in texts_of(self.content, step)
                    if self.content.has_text(text_key)
                ),
                default=0,
            )
        return self._known[key]


def texts_of(content: Content, step: StepRule) -> tuple[str, ...]:
    """Every text the step may be sent with."""
    if step.bank:
        return content.banks[step.bank]
    own = content.step_text_key(step)
    return (own, *(f"{step.key}@{variant.name}" for variant in step.variants))


def longest(wording: Wording) -> int:
    """Segments, every placeholder at its longest."""
    pieces = [
        "n" * LONGEST_OWN[piece] if place % 2 else piece
        for place, piece in enumerate(wording.parts)
    ]
    return measure("".join(pieces)).segments


def only_what_differs(old: Content, new: Content) -> tuple[Content, Content]:
    """Both without the steps that come alike in both, for those cancel out. Everything is kept
    where the hours, the stages or the languages fallen back to differ: that touches every step."""
    if (old.hours, old.stages, old.default_language) != (
        new.hours,
        new.stages,
        new.default_language,
    ):
        return old, new
    new_steps = {(step.key, step.repeat): step for step in new.steps}
    alike = {
        (step.key, step.repeat)
        for step in old.steps
        if new_steps.get((step.key, step.repeat)) == step and _comes_alike(old, new, step)
    }

    def differing(content: Content) -> Content:
        kept = tuple(step for step in content.steps if (step.key, step.repeat) not in alike)
        return replace(content, steps=kept)

    return differing(old), differing(new)


def _comes_alike(old: Content, new: Content, step: StepRule) -> bool:
    """For everyone, at the same moment and in the same words."""
    slots = (old.slots, old.default_slot) == (new.slots, new.default_slot)
    own_slot = old.slots.get(step.slot)
    doses = (old.profiles, old.default_profile) == (new.profiles, new.default_profile)
    return (
        (slots or (own_slot is not None and own_slot == new.slots.get(step.slot)))
        and (doses or not step.profiles)
        and (old.silent == new.silent or step.anchor != SILENCE_ANCHOR)
        and _wordings(old, step) == _wordings(new, step)
    )


def _wordings(content: Content, step: StepRule) -> list[tuple[str, Wording | None]]:
    if step.bank and step.bank not in content.banks:
        return []
    return [
        (language, content.texts.get((key, language)))
        for key in texts_of(content, step)
        for language in content.languages
    ]


def people_figure(hits: int, asked: int, people: int) -> Figure:
    """How many of `people`, when `hits` of the `asked` were. The score interval of Wilson, Journal
    of the American Statistical Association 22 (1927), 209-212."""
    if asked in (0, people):
        return Figure(hits, hits, hits)
    share, spread = hits / asked, _Z**2 / asked
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / asked + spread / (4 * asked)) / (1 + spread)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Figure(round(share * people), round(low * people), round(high * people))


def sum_figure(values: Iterable[int], people: int) -> Figure:
    """The total over `people`, by the mean of those asked and its standard error."""
    asked = list(values)
    total, count = sum(asked), len(asked)
    if count in (0, people):
        return Figure(total, total, total)
    mean = total / count
    spread = sqrt(sum((value - mean) ** 2 for value in asked) / (count - 1) / count)
    half = _Z * spread
    return Figure(*(round(people * value) for value in (mean, mean - half, mean + half)))
