"""Prolonged abstinence after the Russell Standard, as far as texts allow. Pure."""

from research.counts import Counts, Measure
from research.indicators.definition import Definition, Line
from research.share import Share
from trust.telling import tell

DEFINITION = Definition(
    key="prolonged",
    title=tell("Prolonged abstinence (Russell Standard, adapted)"),
    meaning=tell(
        "No more than five cigarettes since the first quit date, told to the outcome survey at 182 "
        "and 365 days by the question `since_quit`. More than five told at any time, or a new quit "
        "date set, is smoking. Adapted: reported by text or call, no breath or saliva was tested, "
        "nobody was blind to the programme, and whoever could not be found is not left out but "
        "counted as smoking."
    ),
    numerator=tell("People who report at most five cigarettes since the first quit date."),
    denominator=tell(
        "People whose survey is due and its time over, also those who left; and, beside it, those "
        "of them who answered."
    ),
    unit=tell("share of people"),
)
#: Days after the first quit date.
LONG_TIMES = (182, 365)
#: Answers to `since_quit` that are not more than five.
FEW = ("none", "one_to_five")


def prolonged(counts: Counts) -> tuple[Line, ...]:
    """Only times at which somebody's survey is due."""
    due = counts.by_number(Measure.PROLONGED, "due")
    kept = counts.by_number(Measure.PROLONGED, "kept")
    told = counts.by_number(Measure.PROLONGED, "told")
    lines = []
    for time in LONG_TIMES:
        if due[time]:
            lines += [
                Line(f"d{time}.of_due", tell("Day %(day)s, of all due", day=time),
                     Share(kept[time], due[time])),
                Line(f"d{time}.of_answers", tell("Day %(day)s, of those who answered", day=time),
                     Share(kept[time], told[time]), is_second=True),
            ]  # fmt: skip
    return tuple(lines)
