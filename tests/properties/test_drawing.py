"""The draw: balance that the method promises, and no way to tell the next arm from the history."""

import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from enrolment.drawing import Place, in_blocks, minimised, pick, uniform

SEEDS = st.binary(min_size=32, max_size=32)
RATIOS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.integers(1, 3), min_size=2, max_size=3
)
#: 99.9 % of the chi-square distribution, by degrees of freedom.
_CHI_SQUARE = {1: 10.83, 2: 13.82, 3: 16.27}


def sequence(seed: bytes, ratio: dict[str, int], sizes: list[int], length: int) -> list[Place]:
    name = ("blocks", "dose", 1, "")
    return [
        in_blocks(seed, name, ratio=ratio, sizes=sizes, position=place)
        for place in range(1, length + 1)
    ]


@given(SEEDS, RATIOS)
def test_every_block_holds_each_arm_as_often_as_the_ratio_says(
    seed: bytes, ratio: dict[str, int]
) -> None:
    each = sum(ratio.values())
    places = sequence(seed, ratio, [each, 2 * each], 6 * each)

    for block in range(1, places[-1].block):
        found = Counter(place.arm for place in places if place.block == block)
        times = found.total() // each
        assert times in (1, 2)
        assert found == {arm: weight * times for arm, weight in ratio.items()}


@given(SEEDS, st.integers(1, 60))
def test_imbalance_never_passes_half_the_largest_block(seed: bytes, length: int) -> None:
    arms = Counter(place.arm for place in sequence(seed, {"a": 1, "b": 1}, [4, 6], length))

    assert abs(arms["a"] - arms["b"]) <= 3


@given(SEEDS, st.text(max_size=9), st.text(max_size=9))
def test_draws_lie_in_range_and_no_two_lists_of_words_share_a_name(
    seed: bytes, one: str, two: str
) -> None:
    draw = uniform(seed, one, two)

    assert 0 <= draw < 1
    assert draw == uniform(seed, one, two)
    assert draw != uniform(seed, one + two)
    assert draw != uniform(seed, one, two, "")


@given(st.lists(st.floats(0, 1), min_size=2, max_size=5), st.floats(0, 1, exclude_max=True))
def test_pick_falls_on_an_option_that_may_come(weights: list[float], draw: float) -> None:
    whole = sum(weights)
    probabilities = [weight / whole for weight in weights] if whole > 1e-6 else [1.0, 0.0]

    assert probabilities[pick(probabilities, draw)] > 0


def chi_square(found: Counter[str], expected: dict[str, float]) -> float:
    total = found.total()
    return sum(
        (found[arm] - total * share) ** 2 / (total * share) for arm, share in expected.items()
    )


def test_simple_draws_keep_the_ratio_in_the_long_run() -> None:
    shares = {"a": 0.5, "b": 0.25, "c": 0.25}
    arms = list(shares)
    found = Counter(
        arms[pick(list(shares.values()), uniform(b"k" * 32, "simple", "dose", 1, "", place))]
        for place in range(8000)
    )

    assert chi_square(found, shares) < _CHI_SQUARE[2]


def test_draws_are_uniform() -> None:
    found = Counter(str(int(uniform(b"u" * 32, place) * 4)) for place in range(8000))

    assert chi_square(found, {str(quarter): 0.25 for quarter in range(4)}) < _CHI_SQUARE[3]


def test_simple_draws_can_not_be_guessed_from_the_history() -> None:
    """The best a guesser does who has learnt, over all histories of five, what came next."""
    arms = "".join("ab"[uniform(b"g" * 32, "simple", place) >= 0.5] for place in range(20_000))
    learnt: dict[str, Counter[str]] = {}
    for place in range(5, 10_000):
        learnt.setdefault(arms[place - 5 : place], Counter())[arms[place]] += 1
    right = sum(
        learnt[arms[place - 5 : place]].most_common(1)[0][0] == arms[place]
        for place in range(10_000, 20_000)
    )

    assert abs(right / 10_000 - 0.5) < 3.3 * math.sqrt(0.25 / 10_000)


def test_guessing_in_blocks_of_random_size_is_held_in_bounds() -> None:
    """Who always guesses the arm that is behind is right less often than in known blocks of four,
    where every fourth is certain (Blackwell and Hodges: 17/24)."""
    right, total, behind = 0, 0, 0
    for seed in range(120):
        counts: Counter[str] = Counter()
        for place in sequence(seed.to_bytes(32, "big"), {"a": 1, "b": 1}, [4, 6, 8], 60):
            if counts["a"] != counts["b"]:
                behind += 1
                guess = "a" if counts["a"] < counts["b"] else "b"
                right += guess == place.arm
            else:
                right += 0.5
            counts[place.arm] += 1
            total += 1

    assert behind
    assert 0.5 < right / total < 17 / 24


@given(SEEDS)
def test_another_seed_gives_another_sequence(seed: bytes) -> None:
    other = bytes([seed[0] ^ 1]) + seed[1:]
    ratio = {"a": 1, "b": 1}
    one = [place.draw for place in sequence(seed, ratio, [4, 6], 12)]

    assert one != [place.draw for place in sequence(other, ratio, [4, 6], 12)]


@given(
    RATIOS,
    st.dictionaries(
        st.sampled_from(["sex=f", "sex=m", "old=yes", "old=no"]),
        st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 40)),
    ),
    st.floats(0.55, 0.95),
)
def test_minimisation_gives_odds_that_add_up_and_leave_no_arm_certain(
    ratio: dict[str, int], counts: dict[str, dict[str, int]], coin: float
) -> None:
    odds = minimised(ratio, counts, ["sex=f", "old=no"], coin)

    assert set(odds) == set(ratio)
    assert math.isclose(sum(odds.values()), 1)
    assert all(0 < probability < 1 for probability in odds.values())


def test_minimisation_turns_to_the_arm_that_balances() -> None:
    counts = {"sex=f": {"a": 6, "b": 2}, "old=no": {"a": 3, "b": 3}}

    assert minimised({"a": 1, "b": 1}, counts, ["sex=f", "old=no"], 0.8)["b"] == 0.8


def test_minimisation_balances_margins_that_chance_would_leave_apart() -> None:
    counts: dict[str, Counter[str]] = {}
    ratio = {"a": 1, "b": 1}
    for place in range(300):
        levels = [f"sex={'fm'[place % 3 == 0]}", f"old={place % 5 == 0}", f"site={place % 7}"]
        odds = minimised(ratio, counts, levels, 0.9)
        arm = list(odds)[pick(list(odds.values()), uniform(b"m" * 32, place))]
        for level in levels:
            counts.setdefault(level, Counter())[arm] += 1

    assert all(abs(found["a"] - found["b"]) <= 7 for found in counts.values())
