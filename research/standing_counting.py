"""Everybody counted as they stand, in place of what was counted before."""

from datetime import datetime
from typing import Any

from django.db import connection

from research import day_sql, outcome_sql, people_sql, words_sql
from research.models import StandingCount
from research.slice_sql import SLICE_EVERYBODY

_COLUMNS = "campaign_id, measure, key, number, by, value, count"
_REPLACE = f"INSERT INTO {StandingCount._meta.db_table} ({_COLUMNS}) "
_SOURCES = (
    people_sql.STANDING,
    people_sql.INVITED,
    outcome_sql.SURVEYS,
    outcome_sql.PROLONGED,
    outcome_sql.ATTEMPTS,
    outcome_sql.SCREENING,
    outcome_sql.SATISFACTION,
    outcome_sql.CALLS,
    words_sql.WORDS,
)


def count_people(*, now: datetime) -> None:
    """In a transaction."""
    values: dict[str, Any] = {"now": now, "no_keyword": list(day_sql.NO_KEYWORD)}
    StandingCount.objects.all().delete()
    with connection.cursor() as cursor:
        # Twice in one transaction, the first one's is there still.
        cursor.execute("DROP TABLE IF EXISTS pg_temp.sliced")
        cursor.execute(SLICE_EVERYBODY)
        # Else the plans are made as for an empty table.
        cursor.execute("ANALYZE sliced")
        for sql in _SOURCES:
            cursor.execute(_REPLACE + sql, values)
