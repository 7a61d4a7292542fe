import pytest

from enrolment.web_languages import PageLanguage, browser_language, direction, page_language


@pytest.mark.parametrize(
    ("wanted", "code"),
    [("en", "en"), ("en-GB", "en"), ("nb", "nb"), ("nn_NO", "nn"), ("no", "nb"), ("es", "es"),
     ("fr-CM", "fr"), ("pt_BR", "pt"), ("hi", "hi"), ("sw", "en"), ("", "en")],
)  # fmt: skip
def test_page_is_in_the_persons_language_where_it_is_written(wanted: str, code: str) -> None:
    assert page_language(wanted) == PageLanguage(code, "ltr")


@pytest.mark.parametrize("wanted", ["ar", "ar-EG"])
def test_page_in_arabic_runs_from_right_to_left(wanted: str) -> None:
    assert page_language(wanted) == PageLanguage("ar", "rtl")


@pytest.mark.parametrize(
    ("header", "code"),
    [("nn-NO,nn;q=0.9,en;q=0.8", "nn"), ("sw, no;q=0.5", "nb"), ("*", "en"), ("", "en"),
     ("ar-EG,en;q=0.1", "ar"), (";;,,=", "en")],
)  # fmt: skip
def test_browsers_first_language_that_is_written_counts(header: str, code: str) -> None:
    assert browser_language(header).code == code


def test_arabic_runs_from_right_to_left() -> None:
    assert [direction(language) for language in ("ar", "ar-EG", "en", "hi")] == [
        "rtl",
        "rtl",
        "ltr",
        "ltr",
    ]
