import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trust.csv_text import as_csv

#: No lone surrogates, which no file can hold.
words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\0"))


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    "cell", ["=1+1", "+44", "-2+3", "@SUM(A1)", "\t=1", " =1", '=HYPERLINK("http://x")']
)
def test_formula_is_made_plain_words(cell: str) -> None:
    assert read(as_csv(["a"], [[cell]]))[1] == [f"'{cell}"]


def test_numbers_stay_numbers_and_nothing_is_empty() -> None:
    assert read(as_csv(["a", "b", "c"], [[-2, 0.5, None]]))[1] == ["-2", "0.5", ""]


@given(words)
def test_any_words_come_back_and_never_run(cell: str) -> None:
    (back,) = read(as_csv(["a"], [[cell]]))[1] or [""]

    assert back.removeprefix("'") == cell.removeprefix("'") or back == cell
    assert not back.lstrip().startswith(("=", "+", "-", "@"))
