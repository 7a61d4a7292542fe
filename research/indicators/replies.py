"""How many planned questions are answered, and how soon. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from research.counts import Counts, Measure
from research.indicators.definition import Definition
from research.share import Share
from trust.telling import tell

DEFINITION = Definition(
    key="replies",
    title=tell("Reply rate"),
    meaning=tell(
        "Planned questions that got a readable answer, whenever it came; questions asked in a "
        "conversation are not in it. Latency runs from the text's leaving to the first such "
        "answer."
    ),
    numerator=tell("Planned questions with a readable answer."),
    denominator=tell("Planned questions a provider took."),
    unit=tell("questions"),
)
#: Seconds. A latency is told as the least of these it did not pass; beyond the last, as more.
LATENCIES = (60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 172_800)
LONGER = 10**9


@dataclass(frozen=True, slots=True)
class Replies:
    """`median` and `p90`: seconds within which so many of the answers came; None without any."""

    all: Share
    by_step: Mapping[str, Share]
    median: int | None
    p90: int | None
    heard: int


def replies(counts: Counts) -> Replies:
    asked, answered = counts.by_key(Measure.ASKED), counts.by_key(Measure.ANSWERED)
    took = counts.by_number(Measure.LATENCY)
    return Replies(
        all=Share(sum(answered.values()), sum(asked.values())),
        by_step={step: Share(answered[step], asked[step]) for step in sorted(asked)},
        median=_within(took, 0.5),
        p90=_within(took, 0.9),
        heard=counts.total(Measure.HEARD),
    )


def _within(took: Counter[int], share: float) -> int | None:
    """The least bound within which at least this share of the answers came."""
    total, so_far = sum(took.values()), 0
    for bound in sorted(took):
        so_far += took[bound]
        if so_far >= share * total:
            return bound
    return None


def least(bound: int) -> int:
    """What an answer told as `bound` took at least: the bound below."""
    below = [each for each in (0, *LATENCIES) if each < bound]
    return below[-1]
