"""Which words people text, and when in the week. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from research.counts import Counts, Measure
from research.indicators.definition import Definition
from research.share import Share

DEFINITION = Definition(
    key="keywords",
    title="Keyword use",
    meaning="Words a campaign knows, texted by people in it, by hour and weekday in the campaign's "
    "zone. JOIN and STOP are counted elsewhere.",
    numerator="People who texted at least one of them, ever; uses in the time shown.",
    denominator="People who enrolled.",
    unit="people; uses",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Keywords:
    """`cells`: (weekday from Monday 0, hour) -> uses."""

    uses: int
    users: Share
    by_word: Mapping[str, int]
    cells: Mapping[tuple[int, int], int]


def keywords(counts: Counts, enrolled: int) -> Keywords:
    cells: dict[tuple[int, int], int] = {}
    for row in counts.of(Measure.KEYWORD):
        if row.day is not None:
            cell = (row.day.weekday(), row.number)
            cells[cell] = cells.get(cell, 0) + row.total
    by_word = counts.by_key(Measure.KEYWORD)
    # Somebody may have joined between the two countings.
    people = counts.total(Measure.USED, "any")
    return Keywords(
        uses=sum(by_word.values()),
        users=Share(min(people, enrolled), enrolled),
        by_word=dict(sorted(by_word.items(), key=lambda pair: (-pair[1], pair[0]))),
        cells=cells,
    )
