"""What the roll-ups hold, as plain values: so many of this, on that day. Pure.

Every indicator is arithmetic on these; what each measure counts is written in the SQL of
`day_counting` and `standing_counting`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Measure(StrEnum):
    """Of one day, then of all people as they stand. In brackets: key, number."""

    #: Decisions (fate, or `suppressed:` and `not_meant:` with the reason).
    TEXT = "text"
    #: Planned questions a provider took (step).
    ASKED = "asked"
    #: Those that got a readable answer (step).
    ANSWERED = "answered"
    #: The same by how long it took (-, seconds: the least bound of LATENCIES not passed).
    LATENCY = "latency"
    #: Texts that came in.
    HEARD = "heard"
    #: Keywords texted (word, local hour).
    KEYWORD = "keyword"
    #: Withdrawals (the reason told, else `untold`, `silence`, `staff` and the like).
    LEFT = "left"
    #: Billed segments (kind of text).
    SEGMENTS = "segments"

    #: Texts a provider took, by step (step); of everybody and by arm alone.
    SENT_STEP = "sent_step"
    #: Withdrawals by the last text before them (step); likewise.
    LEFT_AFTER = "left_after"

    #: People handed in by others (`asked` or `not_asked`).
    INVITED = "invited"
    #: Steps of the funnel (step).
    FUNNEL = "funnel"
    #: Enrolments by status (status).
    STATUS = "status"
    #: Who left (origin:`left` or `unreachable`, days from it); origins: `enrolment`, `quit_date`.
    GONE = "gone"
    #: Who is there still, or lost from sight (origin, days from it).
    SEEN = "seen"
    #: People by the day they enrolled on, and by their last day in it (-, days since 1970).
    CAME = "came"
    WENT = "went"
    #: Enrolled, and turned away, by what they said of their tobacco when they joined (`uses`, ...).
    SCREENED = "screened"
    TURNED_AWAY = "turned_away"
    #: Surveys on smoking that are due (-, days after the quit date).
    SURVEYED = "surveyed"
    #: Answers to them (`7` or `30` days, days after the quit date).
    REPORTED = "reported"
    #: Those who have not smoked for so long (`7` or `30` days, days after the quit date).
    ABSTINENT = "abstinent"
    #: Surveys answered, by `sms` or `call` (mode, days after the quit date).
    REACHED = "reached"
    #: Prolonged abstinence (`due`, `told` or `kept`, days after the first quit date).
    PROLONGED = "prolonged"
    #: Attempts to quit (`due`, `told` or `tried`).
    TRIED = "tried"
    #: People by the newest answer on how they like it (question:value).
    LIKED = "liked"
    #: Follow-up calls (`listed`, `tried` or `reached`; which try).
    CALLED = "called"
    #: People who ever texted it (word, or `any`).
    USED = "used"
    #: Hours from the quit date to the first of a word (word, hours).
    FIRST_WORD = "first_word"


class Count(NamedTuple):
    measure: str
    key: str
    number: int
    total: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    rows: tuple[Count, ...] = ()
    _by_measure: Mapping[str, tuple[Count, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found: dict[str, list[Count]] = {}
        for row in self.rows:
            found.setdefault(row.measure, []).append(row)
        frozen = {measure: tuple(rows) for measure, rows in found.items()}
        object.__setattr__(self, "_by_measure", frozen)

    def of(self, measure: Measure) -> tuple[Count, ...]:
        return self._by_measure.get(measure.value, ())

    def total(self, measure: Measure, key: str | None = None) -> int:
        return sum(row.total for row in self.of(measure) if key is None or row.key == key)

    def by_key(self, measure: Measure) -> Counter[str]:
        return _summed((row.key, row.total) for row in self.of(measure))

    def by_number(self, measure: Measure, key: str | None = None) -> Counter[int]:
        rows = self.of(measure)
        return _summed((row.number, row.total) for row in rows if key is None or row.key == key)

    def on(self, day: date) -> "Counts":
        return Counts(tuple(row for row in self.rows if row.day == day))


def _summed(pairs: Iterable[tuple[T, int]]) -> Counter[T]:
    found: Counter[T] = Counter()
    for key, count in pairs:
        found[key] += count
    return found
