"""When people leave: by days in the programme, and after which text. Pure."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from research.counts import Counts, Measure
from research.indicators.definition import Definition, Line
from research.indicators.time_in import person_days
from research.share import Rate
from trust.telling import tell

DEFINITION = Definition(
    key="hazard",
    title=tell("When people leave"),
    meaning=tell(
        "How often people leave while they are in: by days since they enrolled and since the quit "
        "date, over all time; and, in the time shown, by the last planned text a provider took "
        "before they left. A text that many leave after may be the cause, or may come when many "
        "leave anyway. A number out of reach is no leaving here."
    ),
    numerator=tell("People who left; for a text, leavings after it."),
    denominator=tell("Days people were in, all together; for a text, how often it was sent."),
    unit=tell("leavings per 1,000 days, or per 1,000 texts"),
)
#: First days of the bands.
BANDS = (0, 1, 4, 8, 15, 29, 43, 92, 183)
#: A text sent less often says nothing.
LEAST_SENT = 20
ORIGINS = ("enrolment", "quit_date")


@dataclass(frozen=True, slots=True)
class Hazard:
    """`all`: of the time shown, by days and by texts. `by_day` both ways of counting; `by_text`:
    the worst first."""

    all: tuple[Line, ...]
    by_day: tuple[Line, ...]
    by_text: tuple[Line, ...]


def hazard(counts: Counts, *, texts_sent: int, since: date | None, until: date) -> Hazard:
    # Who said no when asked was never in.
    left = counts.total(Measure.LEFT) - counts.total(Measure.LEFT, "declined")
    days = person_days(counts, since, until)
    whole = (
        Line("per_day", tell("All, by days in the programme"), Rate(left, days)),
        Line("per_text", tell("All, by planned texts sent"), Rate(left, texts_sent)),
    )
    by_day = (line for origin in ORIGINS for line in _by_day(counts, origin))
    return Hazard(whole, tuple(by_day), _by_text(counts))


def _by_day(counts: Counts, origin: str) -> list[Line]:
    left = counts.by_number(Measure.GONE, f"{origin}:left")
    ends = left + counts.by_number(Measure.GONE, f"{origin}:unreachable")
    ends += counts.by_number(Measure.SEEN, origin)
    lines = []
    for low, high in zip(BANDS, (*BANDS[1:], None), strict=True):
        exposed = _days_within(ends, low, high)
        if exposed:
            gone = sum(n for day, n in left.items() if low <= day and (high is None or day < high))
            lines.append(Line(f"{origin}.{low}", _title(origin, low, high), Rate(gone, exposed)))
    return lines


def _days_within(ends: Counter[int], low: int, high: int | None) -> int:
    """Days of the band people were watched on, each person's last one counted."""
    total = 0
    for end, people in ends.items():
        last = end if high is None else min(end, high - 1)
        total += people * max(0, last - low + 1)
    return total


def _title(origin: str, low: int, high: int | None) -> str:
    days = f"{low}+" if high is None else f"{low}\u2013{high - 1}"
    if high == low + 1:
        days = str(low)
    if origin == "enrolment":
        return tell("Day %(days)s after enrolling", days=days)
    return tell("Day %(days)s after the quit date", days=days)


def _by_text(counts: Counts) -> tuple[Line, ...]:
    sent, left = counts.by_key(Measure.SENT_STEP), counts.by_key(Measure.LEFT_AFTER)
    rates = {step: Rate(left[step], n) for step, n in sent.items() if n >= LEAST_SENT}
    worst = sorted(rates, key=lambda step: (-(rates[step].value or 0), step))
    return tuple(Line(step, tell("After %(step)s", step=step), rates[step]) for step in worst)
