"""Keeps the roll-ups true: which days may have changed, and a few of them counted at a time.

Safe late, twice and on two machines: a day is counted whole under one row's lock, and whoever finds
it taken leaves the counting to the other. Days change by
what happens in them, by a text of theirs that still waits, by a receipt and by an answer, however
late; those days are noted before they are counted, so that a crash forgets none.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from math import inf
from time import monotonic

from django.db import connection, transaction

from enrolment.models import Answer
from messaging.models import Receipt
from research.counts import Measure
from research.day_counting import count_days, first_day
from research.models import Counting, DayCount
from research.standing_counting import count_people

#: Always counted again: a text in, a reply or a reason told may come in so late.
RECENT_DAYS = 4
#: Counted in one transaction, at most; further apart than that they are counted apart.
_AT_ONCE = 7
#: Counting everybody may take a fiftieth of the time, and is done once a minute at most.
_OFTEN, _SHARE = timedelta(minutes=1), 50
_ONE_DAY = timedelta(days=1)

# A row that is not committed yet may have a lower id than one that is: the last minutes' rows are
# looked at again.
_SEEN = """
SELECT coalesce(max(id), %(seen)s) FROM {table}
 WHERE id > %(seen)s AND {column} < %(before)s
"""
_OF_RECEIPTS = """
SELECT DISTINCT (d.decided_at AT TIME ZONE c.time_zone)::date
  FROM messaging_receipt r
  JOIN messaging_attempt a ON a.id = r.attempt_id
  JOIN messaging_message m ON m.id = a.message_id AND m.cause_kind = 'decision'
  JOIN enrolment_decision d
    ON d.id = CASE WHEN m.cause_kind = 'decision' THEN m.cause_key::bigint END
  JOIN enrolment_enrolment e ON e.id = d.enrolment_id
  JOIN campaigns_campaign c ON c.id = e.campaign_id
 WHERE r.id > %s
"""
_OF_ANSWERS = """
SELECT DISTINCT (n.asked_at AT TIME ZONE c.time_zone)::date
  FROM enrolment_answer n
  JOIN enrolment_enrolment e ON e.id = n.enrolment_id
  JOIN campaigns_campaign c ON c.id = e.campaign_id
 WHERE n.id > %s
"""


def count_all(*, now: datetime, anew: bool) -> int:
    """Days, then everybody, without a limit of time, for whoever waits for it: how many days were
    counted. `anew`: from the first day on."""
    if anew:
        _forget()
    counted = refresh_days(now=now, seconds=inf)
    count_everybody(now=now, at_once=True)
    return counted


def refresh_days(*, now: datetime, seconds: float = 15) -> int:
    """How many were counted before the time was up; the rest stays noted for the next."""
    until, counted = monotonic() + seconds, 0
    note_days(now=now)
    while monotonic() < until and (done := count_some()):
        counted += done
    return counted


@transaction.atomic
def note_days(*, now: datetime) -> None:
    """Writes down the days that may have changed since this was last asked."""
    counting = _locked()
    if counting is None:
        return
    today = now.astimezone(UTC).date()
    days = set(counting.pending)
    if counting.counted_at is None:
        days |= set(_between(first_day() or today, today + _ONE_DAY))
    else:
        since = counting.counted_at.astimezone(UTC).date() - RECENT_DAYS * _ONE_DAY
        days |= set(_between(since, today + _ONE_DAY))
        days |= set(_found(_OF_RECEIPTS, [counting.receipt_id]))
        days |= set(_found(_OF_ANSWERS, [counting.answer_id]))
        waiting = DayCount.objects.filter(measure=Measure.TEXT, key="waiting", by="")
        days |= set(waiting.order_by().values_list("day", flat=True).distinct())
    counting.pending = sorted(days)
    counting.receipt_id = _seen(Receipt._meta.db_table, "received_at", counting.receipt_id)
    counting.answer_id = _seen(Answer._meta.db_table, "answered_at", counting.answer_id, now)
    counting.counted_at = now
    counting.save()


@transaction.atomic
def count_some() -> int:
    """The newest of the noted days; how many."""
    counting = _locked()
    if counting is None or not counting.pending:
        return 0
    newest = max(counting.pending)
    days = [day for day in counting.pending if day > newest - _AT_ONCE * _ONE_DAY]
    count_days(days)
    counting.pending = [day for day in counting.pending if day not in days]
    counting.save(update_fields=["pending"])
    return len(days)


@transaction.atomic
def count_everybody(*, now: datetime, at_once: bool = False) -> bool:
    """Whether it was time to, unless it is wanted at once."""
    counting = _locked()
    if counting is None:
        return False
    pause = max(_OFTEN, timedelta(milliseconds=_SHARE * counting.people_ms))
    is_early = counting.people_at is not None and now - counting.people_at < pause
    if is_early and not at_once:
        return False
    begun = monotonic()
    count_people(now=now)
    counting.people_at, counting.people_ms = now, int(1000 * (monotonic() - begun))
    counting.save(update_fields=["people_at", "people_ms"])
    return True


@transaction.atomic
def _forget() -> None:
    """The next look notes every day from the first."""
    Counting.objects.update(counted_at=None, pending=[], receipt_id=0, answer_id=0)


def _locked() -> Counting | None:
    """None while somebody else counts."""
    Counting.objects.get_or_create(pk=1)
    return Counting.objects.select_for_update(skip_locked=True).filter(pk=1).first()


def _between(first: date, last: date) -> Iterable[date]:
    return (first + n * _ONE_DAY for n in range((last - first).days + 1))


def _found(sql: str, values: list[int]) -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def _seen(table: str, column: str, seen: int, now: datetime | None = None) -> int:
    """The last row that no later commit can come before. `now`: of the calendar, where the column
    is of it."""
    before = (now or datetime.now(UTC)) - timedelta(minutes=5)
    with connection.cursor() as cursor:
        cursor.execute(_SEEN.format(table=table, column=column), {"seen": seen, "before": before})
        return int(cursor.fetchone()[0])
