"""What the texts cost. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from research.counts import Counts, Measure
from research.indicators.definition import Definition
from trust.telling import tell

DEFINITION = Definition(
    key="cost",
    title=tell("Cost"),
    meaning=tell(
        "Segments a provider took, whatever became of them, at the sender's price of today. "
        "Replies and staff's texts go to the campaign the number was in; texts to strangers are "
        "in no campaign's cost."
    ),
    numerator=tell("Segments, and segments times the price of one."),
    denominator=tell("People who enrolled."),
    unit=tell("segments; money"),
)

KINDS = {
    "due": tell("Planned texts"),
    "reply": tell("Replies"),
    "help": tell("Replies to HELP"),
    "stop_confirmation": tell("Replies to STOP"),
    "crisis": tell("Replies to words of need"),
    "broadcast": tell("Broadcasts"),
    "staff": tell("Staff's own texts"),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """`money` and `each` are None without a price; `each`, too, while nobody is enrolled."""

    segments: int
    by_kind: Mapping[str, int]
    money: Decimal | None
    each: Decimal | None
    currency: str


def cost(counts: Counts, *, price: Decimal | None, currency: str, enrolled: int) -> Cost:
    by_kind = counts.by_key(Measure.SEGMENTS)
    segments = sum(by_kind.values())
    money = None if price is None else segments * price
    each = None if money is None or not enrolled else money / enrolled
    return Cost(segments, dict(by_kind), money, each, currency)


def said(kind: str) -> str:
    return KINDS.get(kind, kind.replace("_", " "))
