"""When somebody who was not reached is tried again. Pure."""

from datetime import datetime, timedelta

#: After the first try, and twice that after each more.
_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(minutes=5)
#: About an hour and a half.
MOST_TRIES = 20


def next_try(*, attempts: int, now: datetime, longest: timedelta = _LONGEST_WAIT) -> datetime:
    """`attempts`: how many there are with the one that is about to be made."""
    # Doubled no further: a wait of years is no wait.
    wait: timedelta = _FIRST_WAIT * 2 ** min(attempts - 1, 20)
    return now + min(longest, wait)
