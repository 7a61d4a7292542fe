"""Days and moments in the words of the page's language."""

from datetime import date, datetime, tzinfo

from babel.core import Locale
from babel.dates import format_date
from django import template
from django.utils.translation import get_language

from enrolment.spoken_languages import locale_of

register = template.Library()


@register.filter
def spoken_day(day: date) -> str:
    """1 December 2026"""
    return str(format_date(day, "long", locale=_locale()))


@register.filter
def spoken_moment(moment: datetime, zone: tzinfo) -> str:
    """1 Dec 2026, 18:04, on the clock of `zone`."""
    local = moment.astimezone(zone)
    return f"{format_date(local, 'medium', locale=_locale())}, {local:%H:%M}"


def _locale() -> Locale:
    language = get_language() or "en"
    # The day before the month, as in every text.
    return locale_of("en-GB" if language == "en" else language)
