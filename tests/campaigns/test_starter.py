"""The starter: whole in eight languages, each word heard, and a new campaign in any of them."""

from functools import cache

import pytest

from campaigns.pack import read_pack
from campaigns.pack_languages import STARTER_LANGUAGES, in_languages, spoken_in
from campaigns.pack_values import Pack
from campaigns.wording import worst_case
from campaigns.workbook import read_workbook
from campaigns.workbook_writing import write_workbook
from messaging.folding import fold
from messaging.segments import is_gsm7
from messaging.stopwords import graded
from tests.workbooks import STARTER

OWN_SCRIPT = ("ar", "hi")
READ_ME = (STARTER / "README.md").read_text(encoding="utf-8")


@cache
def pack() -> Pack:
    return read_pack(STARTER)


def test_every_language_has_every_text_and_every_word() -> None:
    assert pack().languages == tuple(STARTER_LANGUAGES)
    for language in pack().languages:
        assert set(pack().texts[language]) == set(pack().texts["en"])
        for keyword in pack().keywords:
            assert keyword.words[language], (language, keyword.action)


@pytest.mark.parametrize("language", STARTER_LANGUAGES)
def test_a_text_is_one_segment_or_two_of_its_own_script(language: str) -> None:
    for key, text in pack().texts[language].items():
        assert worst_case(text).segments <= (2 if language in OWN_SCRIPT else 1), key
        assert is_gsm7(text) is (language not in OWN_SCRIPT), key


def test_no_word_is_heard_as_leaving_or_help() -> None:
    words = {word for each in pack().keywords for said in each.words.values() for word in said}

    assert {word for word in words if graded(word)} == set()


@pytest.mark.parametrize("language", STARTER_LANGUAGES)
def test_a_text_that_asks_for_a_word_names_one_that_is_heard(language: str) -> None:
    texts = pack().texts[language]
    words = {
        keyword.action: [fold(word) for word in keyword.words[language]]
        for keyword in pack().keywords
    }
    for action, key in (
        ("join", "system.declined"),
        ("join", "system.erased"),
        ("resume", "system.paused"),
        ("pause", "system.not_paused"),
        ("pause", "system.web_limit"),
        ("time", "system.time_unclear"),
        ("language", "system.language_unclear"),
        ("web", "system.data"),
        ("erase", "system.data"),
        ("erase", "system.erase_confirm"),
    ):
        said = f" {fold(texts[key])} "
        assert any(f" {word} " in said for word in words[action]), (action, key)


def test_only_english_needs_no_review_of_the_language() -> None:
    for language, name in STARTER_LANGUAGES.items():
        if "unreviewed" in name:
            text = (STARTER / f"texts.{language}.yaml").read_text(encoding="utf-8")
            assert text.startswith("# Not reviewed by anybody who speaks the language.")
    assert "**es, fr, pt, ar and hi are unreviewed**" in READ_ME
    assert READ_ME.count("**no**") == sum(
        "unreviewed" in each for each in STARTER_LANGUAGES.values()
    )


@pytest.mark.parametrize("wanted", [("fr",), ("ar", "en"), ("nn", "nb"), ("pt", "es", "hi")])
def test_new_campaign_in_some_languages_holds_together(wanted: tuple[str, ...]) -> None:
    made = in_languages(pack(), wanted)

    assert set(made.languages) == set(wanted) == set(made.texts)
    assert made.default_language == ("en" if "en" in wanted else made.languages[0])
    assert any(each.action == "language" for each in made.keywords) is (len(wanted) > 1)
    assert read_workbook(write_workbook(made)) == made


def test_unwanted_languages_leave_all_where_none_is_wanted() -> None:
    assert in_languages(pack(), ()) == pack()


@pytest.mark.parametrize(
    ("country", "languages"),
    [
        ("NO", ("en", "nb", "nn")),
        ("GB", ("en",)),
        ("SN", ("en", "fr")),
        ("IN", ("en", "hi")),
        ("JP", ("en",)),
    ],
)
def test_a_country_begins_in_english_and_its_own(country: str, languages: tuple[str, ...]) -> None:
    assert spoken_in(country, STARTER_LANGUAGES) == languages
