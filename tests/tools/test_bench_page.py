"""The table of figures says what was printed, and leaves all else as it was."""

import pytest

from benchmarks import page
from tests.tools.wording import ROOT

BEFORE = (
    '{"figure": "machine_busy_before", "value": 0.25, "benchmark": "day", "options": "--runs 3"}'
)
TEXT = f"words\n{page.BEGIN}\n{page.END}\nmore words\n"


def rows(*lines: str) -> dict[str, str]:
    return page.rows_of([BEFORE, *lines, "a warning"], about="2026-11-30 | 0f0f0f0f | 2 cores")


def test_row_tells_runs_and_bound_and_what_was_asked_for() -> None:
    found = rows('{"figure": "tick_over_limit", "value": 0.651, "floor": 0.6, "runs": [0.6, 0.7]}')

    assert found == {
        "tick_over_limit": "| `tick_over_limit` | 0.651 | 2: 0.6 - 0.7 | 0.6 or more | 0.75 |"
        " --runs 3 | 0.25 | 2026-11-30 | 0f0f0f0f | 2 cores |"
    }


def test_figure_that_misses_its_bound_says_so() -> None:
    low = rows('{"figure": "a", "value": 0.5, "floor": 0.6}')["a"]
    high = rows('{"figure": "b", "value": 3000.4, "ceiling": 2}')["b"]

    assert "| 0.5, **below its floor** |" in low
    assert "| 3,000, **above its ceiling** |" in high


def test_row_of_the_same_figure_is_replaced_and_others_stay() -> None:
    first = page.with_rows(TEXT, rows('{"figure": "a", "value": 1}', '{"figure": "b", "value": 2}'))

    second = page.with_rows(first, rows('{"figure": "a", "value": 9}'))

    assert second == first.replace("| `a` | 1 |", "| `a` | 9 |")
    assert second.startswith("words\n")
    assert second.endswith(f"{page.END}\nmore words\n")


def test_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lost its marks"):
        page.with_rows("words", {})


def test_page_of_the_docs_has_its_marks() -> None:
    text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")

    assert text.index(page.BEGIN) < text.index(page.END)
