"""A language by its name, in the viewer's own."""

from babel.core import Locale, UnknownLocaleError
from django.utils.translation import get_language


def language_name(code: str) -> str:
    """As in the middle of a sentence; the code where nobody knows its name."""
    here = (get_language() or "en").split("-")[0]
    try:
        return str(Locale.parse(code).get_display_name(here))
    except (UnknownLocaleError, ValueError):
        return code
