"""Who has not smoked of late, by report. Pure."""

from dataclasses import dataclass

from research.counts import Counts, Measure
from research.indicators.definition import Definition
from research.share import Share
from trust.telling import tell

DEFINITION = Definition(
    key="abstinence",
    title=tell("Abstinence"),
    meaning=tell(
        "No smoking in the last 7 or 30 days, as reported to the outcome survey at 30, 91, 182 "
        "and 365 days from the quit date in force. Nobody checks it by breath or saliva. Two "
        "denominators, always side by side: everybody whose survey is due, with no answer taken "
        "as smoking; and those who answered."
    ),
    numerator=tell("People who report no smoking."),
    denominator=tell(
        "People whose survey is due and its time over, also those who left; and, beside it, "
        "those of them who answered."
    ),
    unit=tell("share of people"),
)
#: Days after the quit date, and how long before and after the survey's answer may be asked for.
TIMES = (30, 91, 182, 365)
BEFORE_DAYS, AFTER_DAYS = 3, 14
WINDOWS = (7, 30)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`of_due`: missing is smoking. `of_answers`: respondents only."""

    time: int
    window: int
    of_due: Share
    of_answers: Share


def abstinence(counts: Counts) -> tuple[Outcome, ...]:
    """By time and window; only times at which somebody's survey is due."""
    due = counts.by_number(Measure.SURVEYED)
    found = []
    for time in TIMES:
        for window in WINDOWS if due[time] else ():
            free = counts.by_number(Measure.ABSTINENT, str(window))[time]
            answers = counts.by_number(Measure.REPORTED, str(window))[time]
            found.append(Outcome(time, window, Share(free, due[time]), Share(free, answers)))
    return tuple(found)
