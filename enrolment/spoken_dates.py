"""Dates as people text them in English: tomorrow, in 5 days, friday, 12.4, 12/4, 12 april.

Day comes before month, as in every campaign country so far. A date without a year means the next
such day on or after today. Library parsers were tried in mind and refused: they read "soon" or a
lone "may" as a date, and a wrong quit date is worse than a kind question.
"""

import re
from datetime import date, timedelta

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july",
    "august", "september", "october", "november", "december",
)  # fmt: skip
_NUMERIC = re.compile(r"(\d{1,2})[./\- ](\d{1,2})(?:[./\- ](\d{4}|\d{2}))?\.?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_MONTH = re.compile(
    r"(?:the )?(\d{1,2})(?:st|nd|rd|th|\.)?(?: of)? ([a-z]{3,9})\.?(?: (\d{4}))?"
)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? (?:the )?(\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_IN_DAYS = re.compile(r"in (\d{1,3}) days?")
_NEARBY = {"today": 0, "now": 0, "tonight": 0, "tomorrow": 1, "in a week": 7, "next week": 7}


def read_date(text: str, *, today: date) -> date | None:
    """The date meant, or None when no one reading is sure. The caller judges how far off it is."""
    words = re.sub(r"\s+", " ", text.strip().casefold()).strip("!?, ")
    words = re.sub(r"^(?:on|from) ", "", words)
    if words in _NEARBY:
        return today + timedelta(days=_NEARBY[words])
    if match := _IN_DAYS.fullmatch(words):
        return today + timedelta(days=int(match[1]))
    if weekday := _weekday(words, today):
        return weekday
    if match := _ISO.fullmatch(words):
        return _real(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMERIC.fullmatch(words):
        return _coming(int(match[1]), int(match[2]), match[3], today)
    if match := _DAY_MONTH.fullmatch(words):
        return _coming(int(match[1]), _month(match[2]), match[3], today)
    if match := _MONTH_DAY.fullmatch(words):
        return _coming(int(match[2]), _month(match[1]), match[3], today)
    return None


def _weekday(words: str, today: date) -> date | None:
    name = words.removeprefix("next ").removeprefix("this ")
    for place, weekday in enumerate(_WEEKDAYS):
        if name in (weekday, weekday[:3]):
            # "friday" said on a Friday means the coming one: nobody says it of today.
            ahead = (place - today.weekday() - 1) % 7 + 1
            return today + timedelta(days=ahead)
    return None


def _month(name: str) -> int:
    for place, month in enumerate(_MONTHS, start=1):
        if name in (month, month[:3]) or (place == 9 and name == "sept"):
            return place
    return 0


def _coming(day: int, month: int, year: str | None, today: date) -> date | None:
    if year is not None:
        return _real(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = _real(today.year, month, day)
    if this_year is not None and this_year >= today:
        return this_year
    return _real(today.year + 1, month, day)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
