"""How many of those who were asked came how far. Pure."""

from dataclasses import dataclass

from research.counts import Counts, Measure
from research.indicators.definition import Definition
from research.share import Share
from trust.telling import tell

DEFINITION = Definition(
    key="funnel",
    title=tell("Enrolment funnel"),
    meaning=tell("How far people came: each step holds only those who were in the step before."),
    numerator=tell("Enrolments that reached the step."),
    denominator=tell("Enrolments in the step before; and all that began."),
    unit=tell("enrolments"),
)
#: In order; a campaign without quit dates has no fifth.
STEPS = {
    "began": tell("Texted in, or were asked"),
    "consented": tell("Agreed to the texts"),
    "eligible": tell("Were not screened out"),
    "enrolled": tell("Enrolled"),
    "quit": tell("Reached their quit date"),
    "completed": tell("Came to the end"),
}


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    title: str
    of_before: Share
    of_all: Share

    @property
    def count(self) -> int:
        return self.of_all.numerator


def funnel(counts: Counts) -> tuple[Step, ...]:
    found = counts.by_key(Measure.FUNNEL)
    steps, before, everybody = [], found["began"], found["began"]
    for key, title in STEPS.items():
        if key == "quit" and key not in found:
            continue
        count = found[key]
        steps.append(Step(key, title, Share(count, before), Share(count, everybody)))
        # Who completes need not have had a quit date, so the end is held against the enrolled.
        before = before if key == "quit" else count
    return tuple(steps)


def enrolled(counts: Counts) -> int:
    return counts.total(Measure.FUNNEL, "enrolled")
