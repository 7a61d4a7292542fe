import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.proximal_effects import Point, option_of, proximal_effect
from research.share import Share

OPTIONS = ("text", "nothing")


def point(person: int = 1, **changes: object) -> Point:
    usual = Point(person, "", OPTIONS, (0.5, 0.5), 0.1, 3, True, True)
    return usual._replace(**changes)  # type: ignore[arg-type]


def test_every_point_is_used_or_told_why_not() -> None:
    points = [
        point(),
        point(drawn=0.7, happened=False),
        point(unavailable="paused", drawn=None, options=(), probabilities=()),
        point(unavailable="paused", drawn=None, options=(), probabilities=()),
        point(is_over=False),
        point(probabilities=(1.0, 0.0)),
        point(options=("text", "other")),
    ]

    found = proximal_effect("nudge", OPTIONS, points)

    assert found.decided == 7
    assert found.unavailable == {"paused": 2}
    assert (found.not_over, found.not_random, found.used) == (1, 2, 2)
    assert found.shares == {"nothing": Share(0, 1), "text": Share(1, 1)}


def test_doing_nothing_is_the_reference_wherever_it_stands() -> None:
    assert proximal_effect("nudge", ("text", "nothing"), []).reference == "nothing"
    assert proximal_effect("nudge", ("warm", "plain"), []).reference == "warm"


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 99))
def test_option_is_the_part_the_draw_fell_in(drawn: float, hundredths: int) -> None:
    odds = (hundredths / 100, 1 - hundredths / 100)

    found = option_of(point(drawn=drawn, probabilities=odds))

    assert found == ("text" if drawn < odds[0] else "nothing")


def test_a_draw_beyond_what_rounding_left_is_the_last_that_may_come() -> None:
    rounded = point(options=("a", "b", "c"), probabilities=(0.7, 0.3 - 1e-12, 0.0), drawn=1 - 1e-13)

    assert option_of(rounded) == "b"


def test_effect_of_a_text_is_found_with_odds_that_change() -> None:
    """A text makes a reply likelier by 20 points; it is likelier to come on hard days, on which
    fewer reply."""
    draw = random.Random(8)
    points = []
    for person in range(300):
        for day in range(20):
            hard = draw.random() < 0.4
            chance = 0.7 if hard else 0.3
            drawn = draw.random()
            reply = (0.2 if hard else 0.5) + (0.2 if drawn < chance else 0)
            points.append(
                point(
                    person,
                    probabilities=(chance, 1 - chance),
                    drawn=drawn,
                    day=day,
                    happened=draw.random() < reply,
                )
            )

    found = proximal_effect("nudge", OPTIONS, points)

    assert found.fit is not None
    effect = found.fit.effects[0].estimate
    assert effect.low < 0.2 < effect.high
    assert effect.value == pytest.approx(0.2, abs=0.03)
    # As they are, without weights, the shares mislead.
    raw = (found.shares["text"].value or 0) - (found.shares["nothing"].value or 0)
    assert raw < 0.15


def test_too_little_to_tell_has_no_fit() -> None:
    assert proximal_effect("nudge", OPTIONS, []).fit is None
    assert proximal_effect("nudge", OPTIONS, [point(), point(2, drawn=0.9)]).fit is None
