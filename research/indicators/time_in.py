"""How long people were in the programme, all together. Pure."""

from datetime import date

from research.counts import Counts, Measure

_FIRST = date(1970, 1, 1)


def person_days(counts: Counts, since: date | None, until: date) -> int:
    """From the day each enrolled to the day she left, or got the last text; both counted, and only
    the days from `since` to `until`."""
    came, went = counts.by_number(Measure.CAME), counts.by_number(Measure.WENT)
    if not came:
        return 0
    first = min(came) if since is None else (since - _FIRST).days
    last = (until - _FIRST).days

    def days_from(day: int) -> int:
        return max(0, last - max(day, first) + 1)

    there = sum(count * days_from(day) for day, count in came.items())
    return there - sum(count * days_from(day + 1) for day, count in went.items())
