from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.flow_drawing import Box, Drawing, Placed, narrow, wide

words = st.text(st.characters(categories=["L", "N", "Z"]), min_size=1, max_size=90).filter(
    str.strip
)
boxes = st.builds(Box, words, st.lists(words, max_size=6).map(tuple))
arms = st.integers(0, 5).flatmap(
    lambda count: st.lists(st.lists(boxes, min_size=3, max_size=3), min_size=count, max_size=count)
)
DRAWN = pytest.mark.parametrize("draw", [wide, narrow])


def overlap(one: Placed, other: Placed) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.end
        and other.y < one.end
    )


@DRAWN
@given(first=boxes, aside=boxes, second=boxes, below=arms)
def test_boxes_lie_in_the_picture_and_on_no_other(
    draw: object, first: Box, aside: Box, second: Box, below: list[list[Box]]
) -> None:
    drawing: Drawing = draw(first, aside, second, below)  # type: ignore[operator]

    assert len(drawing.boxes) == 3 + sum(map(len, below))
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.x + box.width <= drawing.width
        assert box.y >= 0
        assert box.end <= drawing.height
        for line in box.words:
            assert box.y < line.y < box.end
    assert not any(overlap(one, other) for one, other in combinations(drawing.boxes, 2))


@DRAWN
def test_every_word_is_in_the_picture(draw: object) -> None:
    arm = [Box("Usual texts, with a rather long name that wraps", ("40 allocated",)), Box("x")]
    drawing: Drawing = draw(Box("Assessed: 90"), Box("Left out: 10"), Box("80"), [arm, arm])  # type: ignore[operator]

    told = " ".join(line.text for box in drawing.boxes for line in box.words)
    assert told.count("Usual texts, with a rather long name that wraps") == 2
    assert "Left out: 10" in told


def test_arms_stand_level_beside_each_other_or_below() -> None:
    small, big = [Box("A"), Box("B")], [Box("A", ("more", "still more")), Box("B")]
    beside = wide(Box("1"), Box("2"), Box("3"), [small, big]).boxes[3:]
    below = narrow(Box("1"), Box("2"), Box("3"), [small, big]).boxes[3:]

    assert beside[0].y == beside[1].y
    assert beside[0].height == beside[1].height
    assert beside[2].y == beside[3].y
    assert sorted(box.y for box in below) == [box.y for box in below]
    assert len({box.x for box in below}) == 1
