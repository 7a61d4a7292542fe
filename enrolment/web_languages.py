"""The languages of a person's own page. Pure.

Those who get their texts in any other language read the page in English. What is translated and
by whom it was read: docs/languages.md.
"""

from typing import NamedTuple

_WRITTEN = ("en", "nb", "nn", "es", "fr", "pt", "ar", "hi")
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
#: What people call both written forms of Norwegian.
_ALSO = {"no": "nb"}


class PageLanguage(NamedTuple):
    """`code` and `direction` as HTML's lang and dir want them."""

    code: str
    direction: str


def page_language(wanted: str) -> PageLanguage:
    code = _written(wanted) or "en"
    return PageLanguage(code, direction(code))


def browser_language(header: str) -> PageLanguage:
    """Of Accept-Language the first that the page is written in; browsers list the best first."""
    for part in header.split(","):
        found = _written(part.partition(";")[0].strip())
        if found:
            return page_language(found)
    return page_language("en")


def direction(language: str) -> str:
    """How the words of any language run."""
    return "rtl" if _main(language) in _RIGHT_TO_LEFT else "ltr"


def _written(wanted: str) -> str:
    main = _ALSO.get(_main(wanted), _main(wanted))
    return main if main in _WRITTEN else ""


def _main(language: str) -> str:
    return language.replace("_", "-").split("-")[0].casefold()
