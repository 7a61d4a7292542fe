from research import trial_saying as told
from research.estimators.estimate import Estimate
from research.estimators.means import Sample
from research.share import Share


def test_figures_are_said_with_their_intervals() -> None:
    assert told.share(Share(104, 400)) == "26.0 % (104 of 400)"
    assert told.points(Estimate(0.08, -0.0226, 0.1368)) == "8.0 (\u22122.3 to 13.7)"
    assert told.ratio(Estimate(1.4444, 1.1064, 1.8858)) == "1.44 (1.11 to 1.89)"
    assert told.number(Estimate(-0.001, -1.5, 1.5)) == "0.00 (\u22121.50 to 1.50)"
    assert told.mean(Sample(200, 12.4, 9.0)) == "12.40 (SD 3.00, n 200)"
    assert told.standardised(-0.2) == "\u22120.20"


def test_p_is_never_nought() -> None:
    assert told.chance(0.00031) == "< 0.001"
    assert told.chance(0.0499) == "0.050"


def test_what_has_no_answer_is_a_dash() -> None:
    dash = "\u2013"

    assert told.share(Share(0, 0)) == dash
    assert told.points(None) == told.ratio(None) == told.number(None) == dash
    assert told.chance(None) == told.standardised(None) == dash
    assert told.mean(Sample(0, 0.0, 0.0)) == dash
