"""What a calendar of the journey is made of: tiles on days, bands in weeks, weeks in lanes.
Pure."""

from dataclasses import dataclass

from trust.telling import tell

DAYS = 7
#: From here on a row of bars leads to the weeks.
_MANY_WEEKS = 5
TALLEST = 10


@dataclass(frozen=True, slots=True)
class Tile:
    """One planned text. `at`: the time of day its slot begins, or how long after. `turn`: which
    time it is of a repeated one. `text`: the key of its wording; none where it draws on a bank.
    `is_changed`: some wording of it is another than before."""

    key: str
    stage: str
    hue: int
    at: str
    words: str
    kind: str
    turn: str
    is_changed: bool
    text: str


@dataclass(frozen=True, slots=True)
class Band:
    """A stage within one week: the first of its days (1 to 7), and how many."""

    stage: str
    hue: int
    first: int
    days: int


@dataclass(frozen=True, slots=True)
class Day:
    """`column`: 1 to 7. `offset`: days from the anchor."""

    column: int
    offset: int
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """`number`: 0 holds the anchor's own day. `empty_before`: weeks without a text between this one
    and the last."""

    number: int
    empty_before: int
    bands: tuple[Band, ...]
    days: tuple[Day, ...]

    @property
    def title(self) -> str:
        return week_title(self.number)

    @property
    def span(self) -> str:
        first = self.number * DAYS
        return tell("days %(first)s to %(last)s", first=first, last=first + DAYS - 1)

    @property
    def texts(self) -> int:
        return sum(len(day.tiles) for day in self.days)


@dataclass(frozen=True, slots=True)
class Bar:
    """A week at a glance. `height`: 0 for no text, to TALLEST for as many as in the fullest."""

    number: int
    title: str
    label: str
    texts: int
    height: int


@dataclass(frozen=True, slots=True)
class Lane:
    """Everything counted from one anchor: so long after it, and on days."""

    anchor: str
    title: str
    moments: tuple[Tile, ...]
    weeks: tuple[Week, ...]

    @property
    def texts(self) -> int:
        return len(self.moments) + sum(week.texts for week in self.weeks)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """Every week from the first to the last, where they are too many for one look."""
        if len(self.weeks) < _MANY_WEEKS:
            return ()
        counts = {week.number: week.texts for week in self.weeks}
        most = max(counts.values())
        return tuple(
            Bar(
                number,
                week_title(number),
                str(number + 1 if number >= 0 else number),
                counts.get(number, 0),
                -(-TALLEST * counts.get(number, 0) // most),
            )
            for number in range(min(counts), max(counts) + 1)
        )


def week_title(number: int) -> str:
    if number >= 0:
        return tell("Week %(number)s", number=number + 1)
    if number == -1:
        return tell("The week before")
    return tell("%(count)s weeks before", count=-number)
