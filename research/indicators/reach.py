"""From being handed in to being enrolled: how many of whom, and what one enrolled cost. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from research.counts import Counts, Measure
from research.indicators.definition import Definition, Line
from research.share import Share
from trust.telling import tell

DEFINITION = Definition(
    key="reach",
    title=tell("Reach"),
    meaning=tell(
        "How many of those handed in by others were asked, how many of all who texted in or were "
        "asked said something, and how far they came. Whoever texts the joining word agrees by it, "
        "so agreeing comes before the first question. Adverts, posters and texts of other systems "
        "are not known here."
    ),
    numerator=tell("People who came as far as the step."),
    denominator=tell(
        "Those handed in; all who texted in or were asked; after that, those who said something."
    ),
    unit=tell("people"),
)


@dataclass(frozen=True, slots=True)
class Reach:
    """`each`: what one enrolled cost; None without a price or without anybody enrolled."""

    lines: tuple[Line, ...]
    enrolled: Share
    money: Decimal | None
    each: Decimal | None
    currency: str


def reach(counts: Counts, *, money: Decimal | None, currency: str) -> Reach:
    """`money`: all that was paid in the time shown."""
    steps, handed = counts.by_key(Measure.FUNNEL), counts.by_key(Measure.INVITED)
    handed_in = sum(handed.values())
    everybody, touch = steps["began"], steps["in_touch"]
    agreed, enrolled = steps["consented"], steps["enrolled"]
    answered = steps["answered"]
    lines = (
        Line("asked", tell("Asked, of those handed in"), Share(handed["asked"], handed_in)),
        Line("in_touch", tell("Said something, of all who texted in or were asked"),
             Share(touch, everybody)),
        Line("agreed", tell("Agreed, of those who said something"), Share(agreed, touch)),
        Line("answered", tell("Answered a first question, of those who said something"),
             Share(answered, touch)),
        Line("enrolled", tell("Enrolled, of those who said something"),
             Share(enrolled, touch)),
    )  # fmt: skip
    each = None if money is None or not enrolled else money / enrolled
    shown = lines if handed_in else lines[1:]
    return Reach(shown, Share(enrolled, everybody), money, each, currency)
