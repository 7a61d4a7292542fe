"""What was told by modules without Django, in the viewer's language."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import escape
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, gettext, ngettext

from trust.telling import Day, Told, said_by


class _Viewer:
    """Speaks the language that is active."""

    @property
    def language(self) -> str:
        return get_language() or "en"

    def one(self, words: str) -> str:
        return gettext(words)

    def many(self, one: str, many: str, count: int) -> str:
        return ngettext(one, many, count)


_VIEWER = _Viewer()


def said(words: Any) -> str:
    return said_by(_VIEWER, words)


def said_within(value: Any) -> Any:
    """The same dicts and lists with everything told said, as for a script."""
    if isinstance(value, Told | Day):
        return said(value)
    if isinstance(value, Mapping):
        return {key: said_within(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [said_within(each) for each in value]
    return value


def written(words: Told | Day) -> str:
    """On a page: escaped."""
    return str(escape(said(words)))


def moment(at: date, pattern: str = "d MMM y, HH:mm") -> str:
    """On the viewer's own clock; a day without a clock is a day everywhere."""
    local = at.astimezone(get_current_timezone()) if isinstance(at, datetime) else at
    return said(Day(local, pattern))


def two_clocks(at: datetime, zone: str) -> str:
    """The viewer's clock, and where it shows another time the participant's beside it with its
    zone: "1 Dec 2026, 18:04 (23:34 in Asia/Kolkata)"."""
    here = at.astimezone(get_current_timezone())
    there = at.astimezone(ZoneInfo(zone))
    if here.utcoffset() == there.utcoffset():
        return moment(at)
    pattern = "HH:mm" if here.date() == there.date() else "EEE d MMM HH:mm"
    return gettext("%(here)s (%(there)s in %(zone)s)") % {
        "here": moment(at),
        "there": said(Day(there, pattern)),
        "zone": zone.replace("_", " "),
    }
