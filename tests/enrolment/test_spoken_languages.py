import pytest

from enrolment.spoken_languages import first_language, locale_of, read_language

LANGUAGES = ("en", "nb", "nn", "pt-BR", "ar", "xx")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nb", "nb"),
        ("NN", "nn"),
        ("norsk", "nb"),
        ("Norwegian", "nb"),
        ("no", "nb"),
        ("nynorsk", "nn"),
        ("bokm\u00e5l", "nb"),
        ("engelsk", "en"),
        ("norsk nynorsk", "nn"),
        ("english", "en"),
        ("pt-br", "pt-BR"),
        ("pt", "pt-BR"),
        ("portugues", "pt-BR"),
        ("\u0627\u0644\u0639\u0631\u0628\u064a\u0629", "ar"),
        ("xx", "xx"),
        ("klingon", None),
        ("fr", None),
        ("", None),
        ("!!", None),
    ],
)
def test_language_by_code_or_name(text: str, expected: str | None) -> None:
    assert read_language(text, LANGUAGES) == expected


def test_unknown_language_is_written_as_english() -> None:
    assert locale_of("xx").language == "en"
    assert locale_of("pt-BR").territory == "BR"


@pytest.mark.parametrize(
    ("word", "country", "expected"),
    [
        ({"en"}, "NO", "en"),
        ({"nb", "nn"}, "NO", "nb"),
        ({"nb", "nn"}, "GB", "nb"),
        ({"nn"}, "NO", "nn"),
        (set(), "NO", "nb"),
        (set(), "GB", "en"),
        (set(), "BR", "pt-BR"),
        (set(), "JP", "en"),
        (set(), "", "en"),
        ({"fr"}, "", "en"),
    ],
)
def test_first_language_is_that_of_the_word_then_of_the_number(
    word: set[str], country: str, expected: str
) -> None:
    assert first_language(LANGUAGES, "en", word=word, country=country) == expected
