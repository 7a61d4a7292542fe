"""Who came to the end without leaving. Pure."""

from research.counts import Counts, Measure
from research.indicators.definition import Definition, Line
from research.share import Share
from trust.telling import tell

DEFINITION = Definition(
    key="completion",
    title=tell("Completion"),
    meaning=tell(
        "People who got the last step and have not left, of two wholes side by side: those who "
        "reached their quit date, and all who enrolled. Who is still on the way counts in both "
        "wholes and in neither part, so the shares are low while many have joined lately; a cohort "
        "week that is over tells the truth."
    ),
    numerator=tell("People who came to the end and have not left."),
    denominator=tell("People who reached their quit date; and, beside it, people who enrolled."),
    unit=tell("share of people"),
)


def completion(counts: Counts) -> tuple[Line, ...]:
    found = counts.by_key(Measure.FUNNEL)
    lines = []
    if found["quit"]:
        share = Share(found["quit_completed"], found["quit"])
        lines.append(Line("of_quit", tell("Of those who reached their quit date"), share))
    if found["enrolled"]:
        share = Share(found["completed"], found["enrolled"])
        lines.append(Line("of_enrolled", tell("Of all who enrolled"), share, is_second=bool(lines)))
    return tuple(lines)
