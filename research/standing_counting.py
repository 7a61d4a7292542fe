"""Everybody counted as they stand, in place of what was counted before."""

from datetime import datetime
from typing import Any

from django.db import connection

from research import day_sql, people_sql
from research.models import StandingCount

_COLUMNS = "campaign_id, measure, key, number, language, region, dose, count"
_REPLACE = f"INSERT INTO {StandingCount._meta.db_table} ({_COLUMNS}) "


def count_people(*, now: datetime) -> None:
    """In a transaction."""
    values: dict[str, Any] = {"now": now, "no_keyword": list(day_sql.NO_KEYWORD)}
    StandingCount.objects.all().delete()
    with connection.cursor() as cursor:
        for sql in (people_sql.STANDING, people_sql.SURVEYS, people_sql.WORDS):
            cursor.execute(_REPLACE + sql, values)
