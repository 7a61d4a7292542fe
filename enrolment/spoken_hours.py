"""Hours of a day as people text them: 8-20, 8 to 20, 8am-8pm, 8:30 til 20, 9-5. Pure.

Both ends lie in one day: texts at night are what the hours are there to prevent.
"""

import re
from datetime import time

from campaigns.schedule import Span
from enrolment.spoken_digits import plain

#: Narrower than this, hardly a text would ever find its way in.
NARROWEST_SECONDS = 2 * 3600
_CLOCK = r"(\d{1,2}|\d{4}|\d{1,2}[:.h]\d{2})\s?(am|pm)?"
_HOURS = re.compile(
    rf"(?:from |between )?{_CLOCK}\s?(?:-|\u2013|\u2014|/| |to|til|till|until|and)\s?{_CLOCK}"
)
_HALF = re.compile(r"\b([ap])\.?m\b\.?")
#: "24" is the end of the day; a wall time has no such hour.
_LAST_MINUTE = time(23, 59)


def read_hours(text: str) -> Span | None:
    """The hours meant, at least two of them, or None when no one reading is sure."""
    words = " ".join(plain(text).split()).replace("midnight", "24")
    match = _HOURS.fullmatch(_HALF.sub(r"\1m", words).strip("!?,. "))
    if match is None:
        return None
    start_clock, start_half, end_clock, end_half = match.groups()
    start, end = _minutes(start_clock, start_half), _minutes(end_clock, end_half)
    if start is None or end is None:
        return None
    if end <= start and end_half is None and end <= 12 * 60:
        # "9-5" and "8-8": nobody means a morning that ends before it began.
        end += 12 * 60
    if end * 60 < start * 60 + NARROWEST_SECONDS or end > 24 * 60:
        return None
    return Span(_wall(start), _wall(end))


def _minutes(clock: str, half: str | None) -> int | None:
    """Since midnight; None for no such time. 24 stands only for the end of a day."""
    digits = re.sub(r"[:.h]", "", clock)
    split = len(digits) > 2
    hour, minute = (int(digits[:-2]), int(digits[-2:])) if split else (int(digits), 0)
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return hour * 60 + minute


def _wall(minutes: int) -> time:
    return time(minutes // 60, minutes % 60) if minutes < 24 * 60 else _LAST_MINUTE
