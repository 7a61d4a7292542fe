"""Drawing by a keyed stream, so that nobody without the seed can tell what comes next. Pure.

`hmac-sha256/1`: a draw is the first 53 bits of HMAC-SHA256(seed, its name), read as a number in
[0, 1). The name is a list of words, each with its length before it, so that no two lists make one
name. Whoever is given the seed afterwards computes every draw anew; docs/trials.md says how.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_BITS = 53

Counts = Mapping[str, Mapping[str, int]]


def seed_beside(name: str, *words: str | int) -> bytes:
    """A seed that is no secret: for rehearsals and for test participants, beside the sequence."""
    return hashlib.sha256(_name((name, *words))).digest()


def uniform(seed: bytes, *words: str | int) -> float:
    """In [0, 1), always the same for the same seed and words."""
    digest = hmac.new(seed, _name(words), hashlib.sha256).digest()
    return (int.from_bytes(digest[:8], "big") >> (64 - _BITS)) / (1 << _BITS)


def _name(words: Sequence[str | int]) -> bytes:
    parts = [str(word).encode() for word in words]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def pick(probabilities: Sequence[float], draw: float) -> int:
    """The place of the option on which the draw falls."""
    reached = 0.0
    for place, probability in enumerate(probabilities):
        reached += probability
        if draw < reached:
            return place
    # What rounding has left over belongs to the last that may come at all.
    return max(place for place, probability in enumerate(probabilities) if probability > 0)


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a sequence of permuted blocks. Positions and blocks count from 1."""

    arm: str
    block: int
    draw: float


def in_blocks(
    seed: bytes,
    name: Sequence[str | int],
    *,
    ratio: Mapping[str, int],
    sizes: Sequence[int],
    position: int,
) -> Place:
    """Who takes that place. The size of each block is drawn, then its order: at each place one of
    the letters left in the block, so that a block holds each arm as often as the ratio says."""
    block, begins = 1, 1
    while position >= begins + (size := _size(seed, name, sizes, block)):
        block, begins = block + 1, begins + size
    each = sum(ratio.values())
    left = {arm: weight * (size // each) for arm, weight in ratio.items()}
    arm, draw = "", 0.0
    for place in range(begins, position + 1):
        draw = uniform(seed, *name, block, place - begins)
        total = sum(left.values())
        arms = tuple(left)
        arm = arms[pick([left[each_arm] / total for each_arm in arms], draw)]
        left[arm] -= 1
    return Place(arm, block, draw)


def _size(seed: bytes, name: Sequence[str | int], sizes: Sequence[int], block: int) -> int:
    drawn = uniform(seed, *name, block, "size")
    return sizes[int(drawn * len(sizes))]


def minimised(
    ratio: Mapping[str, int], counts: Counts, levels: Sequence[str], coin: float
) -> dict[str, float]:
    """Pocock and Simon: the probability of each arm, given who is in already.

    counts: level -> arm -> people, of everybody so far. levels: those of the newcomer. An arm's
    imbalance is the sum over her levels of the range of people a unit of the ratio, were she put
    there. The arms that balance best share the coin, the others the rest, each by the ratio; where
    all are alike, the ratio alone decides."""
    weighed = {arm: _imbalance(arm, ratio, counts, levels) for arm in ratio}
    least = min(weighed.values())
    best = {arm for arm, found in weighed.items() if found <= least + 1e-9}
    if len(best) == len(ratio):
        return _shared(ratio, set(ratio), 1.0)
    return _shared(ratio, best, coin) | _shared(ratio, set(ratio) - best, 1 - coin)


def _imbalance(
    chosen: str, ratio: Mapping[str, int], counts: Counts, levels: Sequence[str]
) -> float:
    total = 0.0
    for level in levels:
        there = counts.get(level, {})
        shares = [(there.get(arm, 0) + (arm == chosen)) / weight for arm, weight in ratio.items()]
        total += max(shares) - min(shares)
    return total


def _shared(ratio: Mapping[str, int], arms: set[str], whole: float) -> dict[str, float]:
    each = sum(ratio[arm] for arm in arms)
    return {arm: whole * ratio[arm] / each for arm in ratio if arm in arms}
