"""Dates as people text them: tomorrow, in 5 days, friday, 12.4, 12/4, 12 april, i overmorgen. Pure.

The words are the person's language's and English's (`answer_words`), the rules are the same in all.
Day comes before month unless the language's file says otherwise. A date without a year means the
next such day on or after today; where a day in the past may be meant, the nearest that may. Library
parsers were tried in mind and refused: they read "soon" or a lone "may" as a date, and a wrong
quit date is worse than a kind question.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from enrolment.answer_words import AnswerWords, words_for
from enrolment.spoken_digits import plain
from messaging.folding import fold

_NUMERIC = re.compile(r"(\d{1,2})[./\- ](\d{1,2})(?:[./\- ](\d{4}|\d{2}))?\.?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
#: "12. 4." and "12 / 4".
_BLANKS = re.compile(r"(?<=\d)\s*([./\-\u2013])\s*(?=\d)")
_NUMBER = re.compile(r"\d{1,3}")
#: A day or a week is no month: "in a month" is a date nobody can be held to.
_LONGEST_UNIT = 7


def read_days(text: str, *, today: date, language: str = "en") -> int | None:
    """How many days from today are meant: 7, 10 days, for 2 weeks, until friday. None: unsure."""
    if text.strip().startswith("-"):
        return None
    folded = fold(plain(text))
    for words in words_for(language):
        for lead, tail in words.lasting:
            within = _within(folded, lead, tail)
            if within is None:
                continue
            days = int(within) if _NUMBER.fullmatch(within) else _span(within, words)
            if days is not None:
                return days
    day = read_date(text, today=today, language=language)
    # "Pause today" means the rest of the day.
    return None if day is None else max(1, (day - today).days)


def read_date(
    text: str,
    *,
    today: date,
    earliest_day: int = 0,
    latest_day: int | None = None,
    language: str = "en",
) -> date | None:
    """The date meant, or None when no one reading is sure. The days from today it may be help to
    choose the year and the week; the caller judges whether it lies among them."""
    spoken = words_for(language)
    return date_in(spoken, text, today=today, earliest_day=earliest_day, latest_day=latest_day)


def date_in(
    spoken: Sequence[AnswerWords],
    text: str,
    *,
    today: date,
    earliest_day: int = 0,
    latest_day: int | None = None,
) -> date | None:
    """The same in the words given, the first language that knows it."""
    written = _BLANKS.sub(r"\1", " ".join(plain(text).split()).strip("!?,\u061f\u060c\u0964 "))
    for words in spoken:
        day = _read(written, words, today, earliest_day, latest_day)
        if day is not None:
            return day
    return None


def _read(
    written: str, words: AnswerWords, today: date, earliest_day: int, latest_day: int | None
) -> date | None:
    parts = _parts(written, words)
    for folded in map(fold, parts):
        ahead = _nearby(folded, words, earliest_day, latest_day)
        if ahead is not None:
            return today + timedelta(days=ahead)
        if weekday := _weekday(folded, words, today, latest_day):
            return weekday
    core = parts[-1]
    if match := _ISO.fullmatch(core):
        return _real(int(match[1]), int(match[2]), int(match[3]))
    spoken = _numeric(core, words) or _worded(fold(core), words)
    if spoken is None:
        return None
    day, month, year = spoken
    if year is not None:
        return _real(int(year) + (2000 if len(year) == 2 else 0), month, day)
    return _nearest(day, month, today, earliest_day, latest_day)


def _parts(written: str, words: AnswerWords) -> list[str]:
    """The text, and the same without "on", "until" and their like, a word at a time."""
    parts = [written]
    while (shorter := _shorter(parts[-1].split(" "), words)) is not None:
        parts.append(shorter)
    return parts


def _shorter(said: list[str], words: AnswerWords) -> str | None:
    for phrase in words.before:
        count = phrase.count(" ") + 1
        if len(said) > count and fold(" ".join(said[:count])) == phrase:
            return " ".join(said[count:])
    for phrase in words.after:
        count = phrase.count(" ") + 1
        if len(said) > count and fold(" ".join(said[-count:])) == phrase:
            return " ".join(said[:-count])
    return None


def _nearby(
    folded: str, words: AnswerWords, earliest_day: int, latest_day: int | None
) -> int | None:
    """Days from today, of words that name them. One word may mean two days (Hindi `kal`); then the
    days in question tell which, or nobody can."""
    meant = words.near.get(folded, frozenset())
    if len(meant) > 1:
        within = (ahead for ahead in meant if latest_day is None or ahead <= latest_day)
        meant = frozenset(ahead for ahead in within if earliest_day <= ahead)
    if len(meant) == 1:
        return next(iter(meant))
    for templates, sign in ((words.ahead, 1), (words.ago, -1)):
        for lead, tail in templates:
            within_days = _within(folded, lead, tail)
            days = None if within_days is None else _span(within_days, words, _LONGEST_UNIT)
            if days is not None:
                return sign * days
    return None


def _within(folded: str, lead: str, tail: str) -> str | None:
    """What stands between the two, which are words of their own."""
    before, after = f"{lead} " if lead else "", f" {tail}" if tail else ""
    if not folded.startswith(before) or not folded.endswith(after):
        return None
    return folded[len(before) : len(folded) - len(after)]


def _span(said: str, words: AnswerWords, longest_unit: int = 30) -> int | None:
    """Three days, a week, and in languages that have it the dual."""
    match = words.span.fullmatch(said)
    if match is None:
        return None
    if match["pair"]:
        days = words.pairs[match["pair"]]
        return days if days <= 2 * longest_unit else None
    days = words.units[match["unit"]]
    if days > longest_unit:
        return None
    if match["count"] is None:
        # "w" alone is a slip of the thumb.
        return days if len(said) > 1 else None
    count = match["count"]
    return days * (int(count) if count.isdigit() else words.counts[count])


def _weekday(folded: str, words: AnswerWords, today: date, latest_day: int | None) -> date | None:
    match = words.weekday.fullmatch(folded)
    if match is None:
        return None
    # "friday" said on a Friday means the coming one: nobody says it of today.
    ahead = (words.weekdays[match["day"]] - today.weekday() - 1) % 7 + 1
    is_past = not words.past.isdisjoint((match["lead"], match["tail"]))
    if is_past or (latest_day is not None and latest_day <= 0):
        ahead -= 7 + 7 * (ahead == 7)
    return today + timedelta(days=ahead)


def _numeric(written: str, words: AnswerWords) -> tuple[int, int, str | None] | None:
    match = _NUMERIC.fullmatch(written)
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    return (second, first, match[3]) if words.month_first else (first, second, match[3])


def _worded(folded: str, words: AnswerWords) -> tuple[int, int, str | None] | None:
    for pattern in words.dated:
        if match := pattern.fullmatch(folded):
            day = 1 if match["first"] else int(match["day"])
            return day, words.months[match["month"]], match["year"]
    return None


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
