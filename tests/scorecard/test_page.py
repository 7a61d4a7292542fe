"""What the page says of lines that passed, failed, were not run, and are not built."""

from tests.scorecard.lines import Line
from tests.scorecard.page import page
from tests.scorecard.running import Result

LINES = (
    Line("R1", "kills", "lost 0", ("tests/x.py",)),
    Line("R2", "points", "lost 0", ("tests/y.py",), short_of="half of it"),
    Line("R3", "a burst", "none lost", ("tests/z.py",)),
    Line("R4", "a drill", "doubled 0"),
)
ABOUT = {"date": "2026-11-30", "commit": "0f0f0f0f", "machine": "2 cores"}


def result(key: str, state: str, *, because: str = "", **figures: object) -> Result:
    return Result(
        key=key, size="ci", commit="0f0f0f0f", at="", busy=1.5, seconds=7,
        command="CHAOS=ci pytest", state=state, figures=figures, because=because,
    )  # fmt: skip


def told(*results: Result) -> dict[str, str]:
    text = page(LINES, {each.key: each for each in results}, size="ci", **ABOUT)
    return {line.split(" | ")[0].strip("| "): line for line in text.splitlines() if "|" in line}


def test_line_that_passed_tells_its_figures() -> None:
    rows = told(result("R1", "passed", people=10_000, ends={"sent": 3}, at_once=[1, 2]))

    assert rows["R1"] == (
        "| R1 | kills | lost 0 | passed | people 10,000; ends (sent 3); at once (1, 2) | 7 "
        "| 0f0f0f0f |  |"
    )


def test_line_that_failed_is_bold_and_says_why() -> None:
    rows = told(result("R2", "failed", because="test_a|b"))

    assert "| **failed**: test a/b |" in rows["R2"]
    assert rows["R2"].endswith("| half of it |")


def test_line_without_a_result_was_not_run_and_one_without_a_proof_is_not_built() -> None:
    rows = told(result("R1", "passed"), result("R2", "failed"))

    assert "| not run |" in rows["R3"]
    assert "| not built |" in rows["R4"]
    assert rows["Lines"] == "| Lines | 1 passed, 1 failed, 1 not run, 1 not built |"
