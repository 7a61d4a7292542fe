"""What simulated people got, counted: one person's share, and all of them together. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.content import Content
from campaigns.schedule import local_day
from campaigns.wording import LONGEST_OWN, MissingValue, Wording
from enrolment.stand_in import StandIn, Standing, Waiting
from enrolment.state import Due, Entry, Reason, Verdict
from enrolment.talk import Response
from enrolment.virtual_clock import Moved, Outage
from messaging.segments import measure

#: A stretch of so many days without a planned text is a silent gap.
GAP_DAYS = 7


_SUMS = (
    "people", "began", "texts", "replies", "segments", "heard", "asked", "answered", "with_gap",
)  # fmt: skip
_COUNTS = ("dose", "present", "unsent", "words", "standings", "attempts", "gaps")
_HIGHEST = ("longest_gap", "busiest_day")


@dataclass(slots=True)
class TallyOfOne:
    """The witness of one person. Days are local; the dose counts from the first quit date."""

    content: Content
    zone: ZoneInfo
    joined: datetime
    texts_on: Counter[date] = field(default_factory=Counter)
    used: set[str] = field(default_factory=set)
    unsent: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    texts: int = 0
    segments: int = 0
    replies: int = 0
    heard_texts: int = 0
    asked: int = 0
    answered: int = 0
    quit_day: date | None = None
    last_day: date | None = None
    standing: Standing = Standing.JOINING
    attempts: int = 1
    slips: int = 0
    began: bool = False

    def heard(self, at: datetime, text: str, response: Response, person: StandIn) -> None:
        self.heard_texts += 1
        self.words[response.reason] += 1
        if response.reason == "answer" and self.began:
            self.answered += 1
        for line in response.says:
            self.replies += 1
            self.used.add(line.text_key)
            self.segments += _segments(self.content, line.text_key, person.language)
        self.began = self.began or person.planned_from is not None
        if self.quit_day is None:
            self.quit_day = person.quit_date

    def decided(self, at: datetime, due: Due, text: str | None, person: StandIn) -> None:
        if text is None:
            missing = due.verdict is Verdict.QUEUED
            self.unsent[(Reason.MISSING_VALUE if missing else due.reason).value] += 1
            return
        self.texts += 1
        self.texts_on[local_day(max(at, due.not_before), self.zone)] += 1
        self.used.add(due.text_key)
        self.segments += _segments(self.content, due.text_key, person.language)
        if due.step.question:
            self.asked += 1

    def entered(self, entry: Entry, person: StandIn) -> None:
        pass

    def came_to_nothing(self, at: datetime, waiting: Waiting, reason: str, person: StandIn) -> None:
        self.texts -= 1
        self.texts_on[local_day(waiting.leaves_at, self.zone)] -= 1
        self.unsent[reason] += 1

    def asked_anew(self, at: datetime, question: str, person: StandIn) -> None:
        """Counted as a reply: no step of the programme."""
        self.replies += 1
        self.segments += _segments(self.content, f"question.{question}", person.language)

    def out(self, outage: Outage) -> None:
        pass

    def moved(self, move: Moved, person: StandIn) -> None:
        pass

    def stood(self, at: datetime, before: Standing, person: StandIn) -> None:
        if person.has_ended and self.last_day is None:
            self.last_day = local_day(at, self.zone)

    def ends(self, person: StandIn, end: datetime) -> None:
        self.standing, self.attempts, self.slips = person.standing, person.attempt, person.slips
        self.last_day = self.last_day or local_day(end, self.zone)

    def gaps(self) -> list[tuple[date, date]]:
        """(last day with a text, next one), at least GAP_DAYS apart. Silence after the last text
        is the programme's end."""
        days = sorted(day for day, texts in self.texts_on.items() if texts > 0)
        return [
            (before, after) for before, after in pairwise(days) if (after - before).days > GAP_DAYS
        ]


@dataclass(slots=True)
class Tally:
    """Sums over all. dose, present: by whole day from the quit date."""

    days: int
    people: int = 0
    began: int = 0
    texts: int = 0
    replies: int = 0
    segments: int = 0
    heard: int = 0
    asked: int = 0
    answered: int = 0
    dose: Counter[int] = field(default_factory=Counter)
    present: Counter[int] = field(default_factory=Counter)
    unsent: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    standings: Counter[str] = field(default_factory=Counter)
    attempts: Counter[int] = field(default_factory=Counter)
    gaps: Counter[tuple[int, int]] = field(default_factory=Counter)
    with_gap: int = 0
    longest_gap: int = 0
    busiest_day: int = 0
    used: set[str] = field(default_factory=set)

    def add(self, one: TallyOfOne) -> None:
        self.people += 1
        self.began += one.began
        self.texts += one.texts
        self.replies += one.replies
        self.segments += one.segments
        self.heard += one.heard_texts
        self.asked += one.asked
        self.answered += one.answered
        self.unsent.update(one.unsent)
        self.words.update(one.words)
        self.standings[one.standing.value] += 1
        self.attempts[one.attempts] += 1
        self.used |= one.used
        self.busiest_day = max(self.busiest_day, max(one.texts_on.values(), default=0))
        self._add_gaps(one)
        if one.quit_day is not None and one.last_day is not None and one.began:
            first = local_day(one.joined, one.zone)
            for ahead in range((one.last_day - first).days + 1):
                self.present[(first - one.quit_day).days + ahead] += 1
            for day, texts in one.texts_on.items():
                self.dose[(day - one.quit_day).days] += texts

    def plus(self, other: "Tally") -> "Tally":
        """Of two parts of one crowd."""
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _COUNTS:
            getattr(self, name).update(getattr(other, name))
        for name in _HIGHEST:
            setattr(self, name, max(getattr(self, name), getattr(other, name)))
        self.used |= other.used
        return self

    def as_json(self) -> dict[str, Any]:
        """For a job that goes on in another worker; `tally_of` reads it."""
        return {
            "days": self.days,
            **{name: getattr(self, name) for name in (*_SUMS, *_HIGHEST)},
            **{name: list(getattr(self, name).items()) for name in _COUNTS},
            "used": sorted(self.used),
        }

    def _add_gaps(self, one: TallyOfOne) -> None:
        gaps = one.gaps()
        self.with_gap += bool(gaps)
        for before, after in gaps:
            self.longest_gap = max(self.longest_gap, (after - before).days)
            if one.quit_day is not None:
                self.gaps[(before - one.quit_day).days, (after - one.quit_day).days] += 1


def tally_of(kept: Mapping[str, Any]) -> Tally:
    tally = Tally(days=kept["days"], used=set(kept["used"]))
    for name in (*_SUMS, *_HIGHEST):
        setattr(tally, name, kept[name])
    for name in _COUNTS:
        setattr(tally, name, Counter({_key(key): count for key, count in kept[name]}))
    return tally


def _key(kept: Any) -> Any:
    """JSON has no pairs."""
    return tuple(kept) if isinstance(kept, list) else kept


@lru_cache(maxsize=8192)
def _longest(wording: Wording) -> int:
    body = "".join(
        "n" * LONGEST_OWN[part] if place % 2 else part for place, part in enumerate(wording.parts)
    )
    return measure(body).segments


def _segments(content: Content, text_key: str, language: str) -> int:
    """Of the longest it may get, as the linter measures."""
    try:
        return _longest(content.wording(text_key, language))
    except MissingValue:
        return 0
