"""Days counted from the rows themselves and put in place of what was counted before."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, models

from enrolment.models import Decision, Withdrawal
from messaging.models import InboundMessage, Message
from research import day_sql
from research.id_bounds import first_id, last_id
from research.models import DayCount

#: No zone is further from UTC.
_FURTHEST = timedelta(hours=15)
_SOURCES: tuple[tuple[str, type[models.Model], str], ...] = (
    (day_sql.DECISIONS, Decision, "decided_at"),
    (day_sql.OTHER_TEXTS, Message, "created_at"),
    (day_sql.TEXTS_IN, InboundMessage, "received_at"),
    (day_sql.LEAVING, Withdrawal, "withdrawn_at"),
)
_COLUMNS = "campaign_id, day, measure, key, number, by, value, count"
_REPLACE = f"INSERT INTO {DayCount._meta.db_table} AS kept ({_COLUMNS}) "
# Two sources may count of one thing: a question asked out of turn is a text that was due, too.
_ADD = """
ON CONFLICT (campaign_id, by, value, day, measure, key, number)
DO UPDATE SET count = kept.count + excluded.count
"""
_EARLIEST = """
SELECT min(at) FROM (
  (SELECT decided_at AS at FROM enrolment_decision ORDER BY id LIMIT 1) UNION ALL
  (SELECT received_at FROM messaging_inboundmessage ORDER BY id LIMIT 1) UNION ALL
  (SELECT created_at FROM messaging_message ORDER BY id LIMIT 1)) AS first
"""


def count_days(days: Sequence[date]) -> None:
    """Whole days, near each other: what lies between them is read, too. In a transaction."""
    since = datetime.combine(min(days), time.min, UTC) - _FURTHEST
    until = datetime.combine(max(days), time.min, UTC) + timedelta(days=1) + _FURTHEST
    DayCount.objects.filter(day__in=days).delete()
    for sql, model, column in _SOURCES:
        values: dict[str, Any] = {
            "days": list(days),
            "since": since,
            "until": until,
            "first": first_id(model, column, since),
            "last": last_id(model, column, until),
            "not_meant": list(day_sql.NOT_MEANT),
            "no_keyword": list(day_sql.NO_KEYWORD),
        }
        with connection.cursor() as cursor:
            cursor.execute(_REPLACE + sql + _ADD, values)


def first_day() -> date | None:
    """None while nothing has happened."""
    with connection.cursor() as cursor:
        cursor.execute(_EARLIEST)
        earliest: datetime | None = cursor.fetchone()[0]
    return None if earliest is None else (earliest - _FURTHEST).astimezone(UTC).date()
