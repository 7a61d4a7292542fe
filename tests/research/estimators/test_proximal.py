import numpy as np
import pytest
import statsmodels.api as sm

from research.estimators import proximal
from research.estimators.proximal import Points
from tests.research.estimators.simulated import HIGHEST, LOWEST, RUNS, SEED, record

PEOPLE, TIMES = 60, 25
#: Of the simulation: what a text does when a person is at ease, and how much more under stress.
AT_EASE, MORE = 0.3, 0.6
STRESSED = 0.4
TRUTH = AT_EASE + MORE * STRESSED


def trial(draw: np.random.Generator, people: int = PEOPLE, times: int = TIMES) -> Points:
    """Under stress texts are likelier and do more, the outcome is worse, and one person's points
    are alike; the controls know nothing of stress."""
    who = np.repeat(np.arange(people), times)
    stress = (draw.random(people * times) < STRESSED).astype(float)
    chance = np.where(stress == 1, 0.7, 0.3)
    drawn = (draw.random(people * times) < chance).astype(float)
    day = np.tile(np.arange(times) / times, people)
    own = np.repeat(draw.normal(0, 0.7, people), times)
    outcome = 1 + 0.5 * day**2 - 0.8 * stress + own + drawn * (AT_EASE + MORE * stress)
    outcome += draw.normal(0, 1, people * times)
    return proximal.marginal(who, outcome, drawn[:, None], chance[:, None], day[:, None])


def test_equal_to_statsmodels_when_the_correction_is_off() -> None:
    points = trial(np.random.default_rng(SEED))
    share = points.probabilities.mean()
    taken = np.where(
        points.drawn[:, 0] == 1, points.probabilities[:, 0], 1 - points.probabilities[:, 0]
    )
    weights = np.where(points.drawn[:, 0] == 1, share, 1 - share) / taken
    design = np.column_stack([points.controls, points.drawn[:, 0] - share])
    theirs = sm.WLS(points.outcome, design, weights=weights).fit(
        cov_type="cluster", cov_kwds={"groups": points.people, "use_correction": False}
    )
    found = proximal.fit(points, corrected=False)
    assert found is not None

    assert found.effects[0].estimate.value == pytest.approx(theirs.params[2], abs=1e-10)
    assert found.alpha == pytest.approx(tuple(theirs.params[:2]), abs=1e-10)
    assert found.effects[0].error == pytest.approx(theirs.bse[2], rel=1e-9)
    assert (found.people, found.points, found.degrees) == (60, 1500, 57)


def test_correction_equal_to_statsmodels_where_nothing_is_weighted() -> None:
    draw = np.random.default_rng(SEED)
    people, times = 20, 8
    who = np.repeat(np.arange(people), times)
    drawn = (draw.random(people * times) < 0.5).astype(float)
    outcome = np.repeat(draw.normal(size=people), times) + drawn + draw.normal(size=people * times)
    half = np.full((people * times, 1), 0.5)
    found = proximal.fit(proximal.marginal(who, outcome, drawn[:, None], half, [[]] * len(who)))
    assert found is not None

    theirs = sm.GEE(outcome, np.column_stack([np.ones(len(who)), drawn - 0.5]), groups=who).fit(
        cov_type="bias_reduced"
    )
    assert found.effects[0].estimate.value == pytest.approx(theirs.params[1], abs=1e-10)
    assert found.effects[0].error == pytest.approx(theirs.bse[1], rel=1e-8)


def test_on_simulated_trials_unbiased_and_covering() -> None:
    draw = np.random.default_rng(SEED)

    fits = [proximal.fit(trial(draw)) for _ in range(RUNS)]

    found = record([fit and fit.effects[0].estimate for fit in fits], TRUTH)
    assert found.is_unbiased, found
    assert LOWEST <= found.covered <= HIGHEST, found


def test_without_weights_the_same_trials_mislead() -> None:
    """What the weights are for; and that the test above can fail."""
    draw = np.random.default_rng(SEED)

    def plain(points: Points) -> Points:
        half = np.full_like(points.probabilities, points.drawn.mean())
        return Points(
            points.people,
            points.outcome,
            points.drawn,
            half,
            points.controls,
            points.moderators,
        )

    fits = [proximal.fit(plain(trial(draw))) for _ in range(100)]
    found = [fit.effects[0].estimate for fit in fits if fit]
    assert abs(np.mean([each.value for each in found]) - TRUTH) > 0.05


def test_three_options_are_told_apart() -> None:
    draw = np.random.default_rng(SEED)
    people, times = 400, 20
    who = np.repeat(np.arange(people), times)
    chances = np.tile([0.25, 0.35], (people * times, 1))
    pick = draw.random(people * times)
    drawn = np.column_stack([pick < 0.25, (pick >= 0.25) & (pick < 0.6)]).astype(float)
    outcome = drawn @ [0.5, -0.2] + draw.normal(size=people * times)

    found = proximal.fit(proximal.marginal(who, outcome, drawn, chances, [[]] * len(who)))

    assert found is not None
    assert [each.estimate.value for each in found.effects] == pytest.approx([0.5, -0.2], abs=0.08)


def test_effect_that_grows_is_seen_by_its_moderator() -> None:
    draw = np.random.default_rng(SEED)
    people, times = 300, 20
    who = np.repeat(np.arange(people), times)
    week = np.tile(np.arange(times) / 7, people)
    drawn = (draw.random(people * times) < 0.5).astype(float)
    outcome = drawn * (0.2 + 0.3 * week) + draw.normal(size=people * times)
    ones = np.ones_like(week)
    form = np.column_stack([ones, week])
    points = Points(who, outcome, drawn[:, None], np.full((len(who), 1), 0.5), form, form)

    found = proximal.fit(points)

    assert found is not None
    start, growth = (each.estimate for each in found.effects)
    assert start.low <= 0.2 <= start.high
    assert growth.low <= 0.3 <= growth.high


def test_too_few_people_have_no_answer() -> None:
    draw = np.random.default_rng(SEED)

    assert proximal.fit(trial(draw, people=3)) is None
    everybody = trial(draw, people=10)
    none = Points(
        everybody.people,
        everybody.outcome,
        np.zeros_like(everybody.drawn),
        everybody.probabilities,
        everybody.controls,
        everybody.moderators,
    )
    assert proximal.fit(none) is None
