"""Who is still in the programme so many days after they enrolled, or after the quit date. Pure."""

from dataclasses import dataclass

from research.counts import Counts, Measure
from research.indicators.definition import Definition
from research.survival import Point, kaplan_meier, staying_at
from trust.telling import tell

DEFINITION = Definition(
    key="retention",
    title=tell("Staying"),
    meaning=tell(
        "The share still in the programme by days from enrolling, and by days from the first quit "
        "date, as Kaplan and Meier estimate it, with a 95 % band (Greenwood, log minus log). "
        "Leaving by any way is the event, a number that no text reaches any more counts as "
        "leaving; who is still there, also at the programme's end, is seen up to today. Who left "
        "before the quit date is only in the first."
    ),
    numerator=tell("People who did not leave by that day."),
    denominator=tell(
        "People who enrolled, or whose quit date has come, as long as they were watched."
    ),
    unit=tell("share of people"),
    version=2,
)
ORIGINS = ("enrolment", "quit_date")
#: Days told in words.
MARKS = (7, 28, 91, 182)


@dataclass(frozen=True, slots=True)
class Mark:
    """`point` is None before anybody left or was lost from sight: all are there."""

    day: int
    point: Point | None


@dataclass(frozen=True, slots=True)
class Retention:
    """`unreachable`: of those that left, whose number no text reaches."""

    origin: str
    people: int
    left: int
    unreachable: int
    last_day: int
    points: tuple[Point, ...]
    marks: tuple[Mark, ...]


def retention(counts: Counts, origin: str = "quit_date") -> Retention:
    lost = counts.by_number(Measure.GONE, f"{origin}:unreachable")
    gone = counts.by_number(Measure.GONE, f"{origin}:left") + lost
    seen = counts.by_number(Measure.SEEN, origin)
    points = kaplan_meier(gone, seen)
    last = points[-1].day if points else 0
    marks = tuple(Mark(day, staying_at(points, day)) for day in MARKS if points and day <= last)
    left = sum(gone.values())
    people = left + sum(seen.values())
    return Retention(origin, people, left, sum(lost.values()), last, points, marks)
