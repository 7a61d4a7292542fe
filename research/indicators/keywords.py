"""Which words people text, when in the week, and how soon after the quit date. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from research.counts import Counts, Measure
from research.indicators.definition import Definition
from research.indicators.time_in import person_days
from research.share import Rate, Share
from trust.telling import tell

DEFINITION = Definition(
    key="keywords",
    title=tell("Keyword use"),
    meaning=tell(
        "Words a campaign knows, texted by people in it, by hour and weekday in the campaign's "
        "zone. JOIN and STOP are counted elsewhere. A week is seven days of anybody's in the "
        "programme. The first use of a word is counted in whole hours from the beginning of the "
        "first quit date, after two weeks in whole days; who never texted it has no time."
    ),
    numerator=tell("People who texted at least one of them, ever; uses in the time shown."),
    denominator=tell("People who enrolled; weeks people were in, all together."),
    unit=tell("people; uses; uses per week in the programme"),
    version=2,
)
#: Hours that are counted one by one; later ones as whole days.
FINE_HOURS = 336
#: Of these the first use is told.
FIRSTS = ("crave", "slip")


@dataclass(frozen=True, slots=True)
class First:
    """`half` and `most`: hours within which half, and nine of ten, of the firsts came."""

    word: str
    users: Share
    half: int
    most: int


@dataclass(frozen=True, slots=True)
class Keywords:
    """`cells`: (weekday from Monday 0, hour) -> uses. `weekly`: uses per week in the programme."""

    uses: int
    users: Share
    weekly: Rate
    by_word: Mapping[str, int]
    cells: Mapping[tuple[int, int], int]
    firsts: tuple[First, ...]


def keywords(counts: Counts, enrolled: int, *, since: date | None, until: date) -> Keywords:
    cells: dict[tuple[int, int], int] = {}
    for row in counts.of(Measure.KEYWORD):
        if row.day is not None:
            cell = (row.day.weekday(), row.number)
            cells[cell] = cells.get(cell, 0) + row.total
    by_word = counts.by_key(Measure.KEYWORD)
    uses = sum(by_word.values())
    # Somebody may have joined between the two countings.
    people = counts.total(Measure.USED, "any")
    return Keywords(
        uses=uses,
        users=Share(min(people, enrolled), enrolled),
        weekly=Rate(uses, person_days(counts, since, until), per=7),
        by_word=dict(sorted(by_word.items(), key=lambda pair: (-pair[1], pair[0]))),
        cells=cells,
        firsts=_firsts(counts),
    )


def _firsts(counts: Counts) -> tuple[First, ...]:
    reached = counts.total(Measure.FUNNEL, "quit")
    found = []
    for word in FIRSTS:
        hours = counts.by_number(Measure.FIRST_WORD, word)
        people = sum(hours.values())
        if people:
            whole = Share(people, max(people, reached))
            found.append(First(word, whole, _within(hours, 0.5), _within(hours, 0.9)))
    return tuple(found)


def _within(hours: Counter[int], share: float) -> int:
    """A first in the third hour came within three; a later day's, within that day."""
    total, so_far, last = sum(hours.values()), 0, 0
    for last in sorted(hours):
        so_far += hours[last]
        if so_far >= share * total:
            break
    return last + (1 if last < FINE_HOURS else 24)
