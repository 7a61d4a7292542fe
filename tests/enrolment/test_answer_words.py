import re
from pathlib import Path

import pytest

from enrolment import answer_words
from enrolment.answer_words import LANGUAGES, BadLanguageFile, parse, words_for, words_of

FOLDER = Path(answer_words.__file__).parent / "languages"
ENGLISH = (FOLDER / "en.toml").read_text(encoding="utf-8")


def test_every_language_has_its_file_and_every_file_its_language() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_file_claims_a_review_that_has_not_been(language: str) -> None:
    words = words_of(language)

    assert not words.reviewed
    assert not words.month_first


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_one_language_means_both_yes_and_no(language: str) -> None:
    words = words_of(language)

    assert not words.yes & words.no
    assert not words.undecided & (words.yes | words.no)
    assert words.yes_begins <= words.yes
    assert words.no_begins <= words.no


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_weekday_and_month_has_words(language: str) -> None:
    words = words_of(language)

    assert set(words.weekdays.values()) == set(range(7))
    assert set(words.months.values()) == set(range(1, 13))
    assert set(words.numbers.values()) == set(range(11))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nb", ["nb", "en"]),
        ("nb-NO", ["nb", "en"]),
        ("no", ["nb", "en"]),
        ("pt_BR", ["pt", "en"]),
        ("en-GB", ["en"]),
        ("sw", ["en"]),
        ("", ["en"]),
    ],
)
def test_own_language_comes_first_and_english_always(language: str, expected: list[str]) -> None:
    assert [words.language for words in words_for(language)] == expected


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("reviewed = false", "reviewed = false\nyess = []", "nothing is called yess"),
        ("reviewed = false", "reviewed = 'no'", "reviewed is true or false"),
        ("reviewed = false", "", "reviewed is missing"),
        ("undecided = [", "undecided = [3, ", "undecided is a list of words"),
        ("undecided = [", "undecided = ['!', ", "undecided is a list of words"),
        ('["zero", "none"], ', "", "numbers needs 11 lists of words"),
        ("[near]", "[near]\nsoon = []", "nothing is called soon"),
        ('ago = ["{days} ago"', 'ago = ["ago"', "each of ago has {days} once"),
        ("[near]", "[near", "en: "),
    ],
)
def test_file_with_something_wrong_in_it_is_refused(
    written: str, instead: str, message: str
) -> None:
    assert written in ENGLISH

    with pytest.raises(BadLanguageFile, match=re.escape(message)):
        parse("en", ENGLISH.replace(written, instead, 1))
