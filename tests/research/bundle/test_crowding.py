"""k, who is alone, and which cells are too small; against counting by hand."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from research.bundle.crowding import crowding
from research.bundle.small_cells import SMALLEST_CELL, Cell, suppressed

PEOPLE = st.lists(st.tuples(*(st.sampled_from("abc") for _ in range(3))), max_size=60)
CELLS = st.lists(
    st.integers(0, 40).flatmap(
        lambda people: st.builds(Cell, st.integers(0, people), st.just(people), st.just(people))
    ),
    max_size=8,
)


def test_nobody_is_in_no_class() -> None:
    found = crowding(("a", "b"), {})

    assert (found.people, found.k, found.unique, found.is_thin) == (0, 0, 0, False)


def test_who_is_alone_by_what() -> None:
    found = crowding(("language", "region"), {("en", "n"): 6, ("nb", "n"): 1, ("en", "s"): 5})

    assert (found.k, found.unique, found.few, found.is_thin) == (1, 1, 1, True)
    language, region = found.columns
    assert (language.values, language.smallest, language.alone_by_it) == (2, 1, 1)
    # Without the region the one who reads Norwegian would be alone all the same.
    assert (region.smallest, region.alone_by_it) == (5, 0)


@given(PEOPLE)
def test_figures_are_those_of_counting_people(people: list[tuple[str, ...]]) -> None:
    classes = Counter(people)
    found = crowding(("x", "y", "z"), classes)

    assert found.people == len(people)
    assert found.k == min(classes.values(), default=0)
    assert found.unique == sum(classes[one] == 1 for one in people)
    assert found.few == sum(classes[one] < 5 for one in people)


@given(CELLS)
def test_no_cell_that_is_left_out_can_be_reckoned_back(cells: list[Cell]) -> None:
    out = suppressed(cells)

    assert {place for place, cell in enumerate(cells) if cell.is_small} <= out
    assert len(out) != 1 or len(cells) == 1


def test_small_is_few_people_or_few_of_them() -> None:
    assert Cell(4, 4, 4).is_small
    assert Cell(1, 100, 100).is_small
    assert Cell(99, 100, 100).is_small
    assert not Cell(0, 0, 0).is_small
    assert not Cell(0, 100, 100).is_small
    assert not Cell(SMALLEST_CELL, 2 * SMALLEST_CELL, 10).is_small
