"""Figures in words, as every page and report says them, in the reader's language."""

from datetime import date

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from research.indicators.replies import LONGER
from research.share import Rate, Share
from trust.saying import said
from trust.telling import Day

NOTHING = "\u2013"


def number(count: int) -> str:
    return str(number_format(count, use_l10n=True, force_grouping=True))


def decimal(value: float, places: int) -> str:
    told = number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)
    return str(told)


def per_cent(share: Share) -> str:
    """A dash of nothing."""
    if share.value is None:
        return NOTHING
    # A tenth of a per cent means something of a thousand, not of forty.
    places = 1 if share.denominator >= 1000 else 0
    return f"{decimal(100 * share.value, places)} %"


def whole_per_cent(value: float) -> str:
    return f"{decimal(100 * value, 0)} %"


def rate(found: Rate) -> str:
    if found.value is None:
        return NOTHING
    return decimal(found.value, 1 if found.value >= 1 or not found.events else 2)


def of(part: Share | Rate) -> str:
    parts = (
        (part.events, part.exposure)
        if isinstance(part, Rate)
        else (part.numerator, part.denominator)
    )
    return _("%(part)s of %(whole)s") % {"part": number(parts[0]), "whole": number(parts[1])}


def people(count: int) -> str:
    told = ngettext("%(count)s person", "%(count)s people", count)
    return told % {"count": number(count)}


def uses(count: int) -> str:
    return ngettext("%(count)s use", "%(count)s uses", count) % {"count": number(count)}


def day(when: date) -> str:
    return said(Day(when, "EEE d MMM y"))


def day_of_week(when: date) -> str:
    """Without the year."""
    return said(Day(when, "EEE d MMM"))


def short_day_of_year(when: date) -> str:
    return said(Day(when, "d MMM y"))


def short_day(when: date) -> str:
    return said(Day(when, "d MMM"))


def weekday(place: int) -> str:
    """From Monday 0."""
    return str(WEEKDAYS[place]).capitalize()


def short_weekday(place: int) -> str:
    return str(WEEKDAYS_ABBR[place]).capitalize()


def hour(clock: int) -> str:
    return _("%(hour)s:00") % {"hour": clock}


def seconds(bound: int | None) -> str:
    """A latency, told as the least bound it did not pass."""
    if bound is None:
        return _("no answer yet")
    if bound == LONGER:
        return _("more than two days")
    if bound >= 3600:
        hours = bound // 3600
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    minutes = bound // 60
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def hours(count: int) -> str:
    """Days once they are two and more."""
    if count < 48:
        return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
    days = -(-count // 24)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
