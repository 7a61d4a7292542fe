"""Dates as people text them in English: tomorrow, in 5 days, friday, 12.4, 12/4, 12 april.

Day comes before month, as in every campaign country so far. A date without a year means the next
such day on or after today; where a day in the past may be meant, the nearest that may. Library
parsers were tried in mind and refused: they read "soon" or a lone "may" as a date, and a wrong
quit date is worse than a kind question.
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
_DAYS_AGO = re.compile(r"(\d{1,3}) days? ago")
_NEARBY = {
    "today": 0, "now": 0, "tonight": 0, "tomorrow": 1, "in a week": 7, "next week": 7,
    "yesterday": -1, "last night": -1, "a day ago": -1, "a week ago": -7,
}  # fmt: skip
_FOR = re.compile(r"(?:for )?(?:(\d{1,3})|an?|one|two|three) ?(day|week|month|d|w)?s?")
_COUNTS = {"two": 2, "three": 3}
_DAYS = {"w": 7, "week": 7, "month": 30}


def read_days(text: str, *, today: date) -> int | None:
    """How many days from today are meant: 7, 10 days, for 2 weeks, until friday. None: unsure."""
    words = " ".join(text.casefold().split()).strip("!?,. ")
    if match := _FOR.fullmatch(words):
        count = (
            int(match[1])
            if match[1]
            else next((count for word, count in _COUNTS.items() if word in words), 1)
        )
        if match[1] or match[2]:
            return count * _DAYS.get(match[2] or "", 1)
    day = read_date(text, today=today)
    # "Pause today" means the rest of the day.
    return None if day is None else max(1, (day - today).days)


def read_date(
    text: str, *, today: date, earliest_day: int = 0, latest_day: int | None = None
) -> date | None:
    """The date meant, or None when no one reading is sure. The days from today it may be help to
    choose the year and the week; the caller judges whether it lies among them."""
    words = re.sub(r"\s+", " ", text.strip().casefold()).strip("!?, ")
    words = re.sub(r"^(?:on|from|until|till|since) ", "", words)
    if words in _NEARBY:
        return today + timedelta(days=_NEARBY[words])
    if match := _IN_DAYS.fullmatch(words):
        return today + timedelta(days=int(match[1]))
    if match := _DAYS_AGO.fullmatch(words):
        return today - timedelta(days=int(match[1]))
    if weekday := _weekday(words, today, latest_day):
        return weekday
    if match := _ISO.fullmatch(words):
        return _real(int(match[1]), int(match[2]), int(match[3]))
    spoken = _day_and_month(words)
    if spoken is None:
        return None
    day, month, year = spoken
    if year is not None:
        return _real(int(year) + (2000 if len(year) == 2 else 0), month, day)
    return _nearest(day, month, today, earliest_day, latest_day)


def _day_and_month(words: str) -> tuple[int, int, str | None] | None:
    if match := _NUMERIC.fullmatch(words):
        return int(match[1]), int(match[2]), match[3]
    if match := _DAY_MONTH.fullmatch(words):
        return int(match[1]), _month(match[2]), match[3]
    if match := _MONTH_DAY.fullmatch(words):
        return int(match[2]), _month(match[1]), match[3]
    return None


def _weekday(words: str, today: date, latest_day: int | None) -> date | None:
    name = words.removeprefix("next ").removeprefix("this ").removeprefix("last ")
    for place, weekday in enumerate(_WEEKDAYS):
        if name in (weekday, weekday[:3]):
            # "friday" said on a Friday means the coming one: nobody says it of today.
            ahead = (place - today.weekday() - 1) % 7 + 1
            past = words.startswith("last ") or (latest_day is not None and latest_day <= 0)
            return today + timedelta(days=ahead - 7 - 7 * (ahead == 7) if past else ahead)
    return None


def _month(name: str) -> int:
    for place, month in enumerate(_MONTHS, start=1):
        if name in (month, month[:3]) or (place == 9 and name == "sept"):
            return place
    return 0


def _nearest(
    day: int, month: int, today: date, earliest_day: int, latest_day: int | None
) -> date | None:
    """Of the years about now, the one that brings the day nearest to today within its bounds."""
    found = [
        (abs(ahead), spoken)
        for year in (today.year - 1, today.year, today.year + 1)
        if (spoken := _real(year, month, day)) is not None
        and earliest_day <= (ahead := (spoken - today).days)
        and (latest_day is None or ahead <= latest_day)
    ]
    return min(found)[1] if found else None


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
