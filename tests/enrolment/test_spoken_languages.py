import pytest

from enrolment.spoken_languages import locale_of, read_language

LANGUAGES = ("en", "nb", "nn", "pt-BR", "ar", "xx")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nb", "nb"),
        ("NN", "nn"),
        ("norsk", "nb"),
        ("Norwegian", "nb"),
        ("no", "nb"),
        ("nynorsk", None),
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
