from pathlib import Path

import pytest

from campaigns.lint import lint
from campaigns.lint_reading import FEWEST_WORDS, HARDEST, lix
from campaigns.pack import read_pack

CURRICULA = Path(__file__).resolve().parents[2] / "curricula"
PLAIN = "Put on your shoes and go out. Ten minutes will do."
#: Eleven words and two of seven letters or more in one sentence.
KNOWN = "The minister considered that a new tax would not be good."


def test_figure_is_words_a_sentence_and_long_words_in_a_hundred() -> None:
    assert lix([KNOWN] * 10) == pytest.approx(11 + 100 * 2 / 11)


def test_text_without_a_full_stop_is_a_sentence() -> None:
    assert lix([KNOWN.rstrip(".")] * 10) == lix([KNOWN] * 10)


def test_long_sentences_and_long_words_are_harder() -> None:
    plain = lix([PLAIN] * 10) or 0.0

    assert plain < (lix([PLAIN.replace(". ", " and ")] * 10) or 0.0)
    assert plain < (lix([PLAIN.replace("shoes", "trainingshoes")] * 10) or 0.0)


def test_few_words_tell_nothing() -> None:
    assert lix(["Go out."] * (FEWEST_WORDS // 2 - 1)) is None
    assert lix([]) is None


def test_name_that_is_filled_in_is_a_short_word() -> None:
    assert lix(["{{ emergency_number }} it is."] * 30) == lix(["Kim it is."] * 30)


@pytest.mark.parametrize("curriculum", ["mcessation", "mdiabetes", "mwellness"])
def test_shipped_texts_are_plain(curriculum: str) -> None:
    found = lint(read_pack(CURRICULA / curriculum))

    assert [each for each in found if each.rule == "hard_reading"] == [], HARDEST
