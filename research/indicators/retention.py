"""Who is still in the programme so many days after the quit date. Pure."""

from dataclasses import dataclass

from research.counts import Counts, Measure
from research.indicators.definition import Definition
from research.survival import Point, kaplan_meier, staying_at

DEFINITION = Definition(
    key="retention",
    title="Retention",
    meaning="The share still in the programme by days from the first quit date, as Kaplan and "
    "Meier estimate it, with a 95 % band (Greenwood, log minus log). Leaving by any way is the "
    "event, a number that no text reaches any more counts as leaving; who is still there, also at "
    "the programme's end, is seen up to today. Who left before the quit date is not in it.",
    numerator="People who did not leave by that day.",
    denominator="People whose quit date has come, as long as they were watched.",
    unit="share of people",
)
#: Days told in words.
MARKS = (7, 28, 91, 182)


@dataclass(frozen=True, slots=True)
class Mark:
    """`point` is None before anybody left or was lost from sight: all are there."""

    day: int
    point: Point | None


@dataclass(frozen=True, slots=True)
class Retention:
    people: int
    left: int
    last_day: int
    points: tuple[Point, ...]
    marks: tuple[Mark, ...]


def retention(counts: Counts) -> Retention:
    gone, seen = counts.by_number(Measure.GONE), counts.by_number(Measure.SEEN)
    points = kaplan_meier(gone, seen)
    last = points[-1].day if points else 0
    marks = tuple(Mark(day, staying_at(points, day)) for day in MARKS if points and day <= last)
    left = sum(gone.values())
    return Retention(left + sum(seen.values()), left, last, points, marks)
