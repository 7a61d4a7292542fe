"""Who left, and why. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from research.counts import Counts, Measure
from research.indicators.definition import Definition
from research.share import Share
from trust.telling import tell

DEFINITION = Definition(
    key="opt_outs",
    title=tell("Withdrawals"),
    meaning=tell(
        "Every leaving in the time shown, by a word, by silence after being asked, by a "
        "provider's list or by staff; who comes back and leaves again counts twice. The reason "
        "is the digit the person answered, if any."
    ),
    numerator=tell("Withdrawals."),
    denominator=tell("Planned texts sent in the same time, in thousands."),
    unit=tell("withdrawals per 1,000 texts"),
)
REASONS = {
    "quit": tell("has quit"),
    "too_many": tell("too many texts"),
    "not_useful": tell("not useful"),
    "other": tell("another reason"),
    "untold": tell("no reason told"),
    "silence": tell("silence after being asked"),
    "provider": tell("the provider's list"),
    "staff": tell("by staff"),
    "declined": tell("declined"),
    "wrong_number": tell("wrong number"),
}


@dataclass(frozen=True, slots=True)
class OptOuts:
    """`told`: those who said why, of all. `per_thousand` is None where nothing was sent."""

    count: int
    reasons: Mapping[str, int]
    told: Share
    per_thousand: float | None


def opt_outs(counts: Counts, texts_sent: int) -> OptOuts:
    found = counts.by_key(Measure.LEFT)
    count = sum(found.values())
    told = sum(found[reason] for reason in ("quit", "too_many", "not_useful", "other"))
    by_size = dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
    rate = 1000 * count / texts_sent if texts_sent else None
    return OptOuts(count, by_size, Share(told, count), rate)


def said(reason: str) -> str:
    return REASONS.get(reason, reason.replace("_", " "))
