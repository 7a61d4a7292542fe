"""What grows is seen to grow; what only wavers is not."""

import random

import pytest

from tests.chaos import slope

#: Three hundred seconds, one sample each five.
SECONDS = [5.0 * place for place in range(60)]


def samples(an_hour: float, noise: float, seed: int = 1) -> list[tuple[float, float]]:
    draw = random.Random(seed)
    return [(at, 100 + an_hour * at / 3600 + draw.gauss(0, noise)) for at in SECONDS]


def test_line_without_noise_is_found_without_doubt() -> None:
    found = slope.of(samples(12, 0))

    assert found.an_hour == pytest.approx(12)
    assert found.doubt == pytest.approx(0, abs=1e-6)
    assert found.rises_more_than(11.9)
    assert not found.rises_more_than(12.1)


def test_growth_within_the_noise_is_not_called_one() -> None:
    wrong = sum(slope.of(samples(0, 1, seed)).rises_more_than(0) for seed in range(200))

    # One in forty lies beyond the doubt on this side.
    assert wrong <= 15


def test_growth_beyond_the_noise_is_seen() -> None:
    assert all(slope.of(samples(60, 0.5, seed)).rises_more_than(1) for seed in range(50))


def test_steps_are_doubted_more_than_a_line_through_all_samples_would() -> None:
    """Neighbours are alike: memory stays for a while, then takes a step up or down."""
    draw = random.Random(2)
    wrong = 0
    for _ in range(100):
        level, found = 100.0, []
        for place, at in enumerate(SECONDS):
            level = 100 + draw.gauss(0, 2) if place % 8 == 0 else level
            found.append((at, level))
        wrong += slope.of(found).rises_more_than(0)

    assert wrong <= 8


def test_bytes_are_told_in_megabytes() -> None:
    assert slope.megabytes([(at, 1e6 * at / 3600) for at in SECONDS]).words == "+1.0 ± 0.0"
