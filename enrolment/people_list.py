"""The people of some campaigns, newest first, a page at a time, however many there are.

Each campaign and state is looked at from its newest on, by an index that holds just that, so a page
costs the same among a hundred people and among a million. Nothing is counted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from campaigns.rules import QUIT_DATE_ANCHOR
from enrolment.handles import handle_of
from enrolment.models.anchor import Anchor
from enrolment.models.enrolment import Enrolment
from trust.telling import Day, tell

PAGE = 50
#: By the word in the address; what each is called, and what it holds.
STATES: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "in": (tell("In the programme"), Enrolment.OPEN),
    **{status.value: (status.label, (status.value,)) for status in Enrolment.Status},
    "all": (tell("All"), tuple(status.value for status in Enrolment.Status)),
}
USUAL = "in"

_NEWEST = f"""
SELECT found.id
  FROM unnest(%(campaigns)s::bigint[]) AS campaign(id)
 CROSS JOIN unnest(%(statuses)s::text[]) AS state(name)
 CROSS JOIN LATERAL (
       SELECT e.id FROM {Enrolment._meta.db_table} e
        WHERE e.campaign_id = campaign.id AND e.status = state.name
          AND e.id * -1 > %(before)s::bigint * -1
        ORDER BY e.id * -1 LIMIT %(limit)s) AS found
 ORDER BY found.id DESC
 LIMIT %(limit)s
"""
#: Above every id.
_NEWEST_OF_ALL = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class People:
    """`older`: before which enrolment the next page begins; None on the last."""

    rows: Sequence[Enrolment]
    older: int | None = None


def state_of(said: str) -> str:
    return said if said in STATES else USUAL


def newest(
    *,
    campaign_ids: Collection[int],
    statuses: Collection[str],
    before: int | None = None,
    limit: int | None = None,
) -> tuple[list[int], int | None]:
    """Ids of enrolments, and where the next page begins. `campaign_ids`: within the reach of
    whoever looks. `limit`: a page's when not said."""
    limit = limit or PAGE
    values: dict[str, Any] = {
        "campaigns": sorted(campaign_ids),
        "statuses": sorted(statuses),
        "before": before or _NEWEST_OF_ALL,
        "limit": limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, values)
        ids = [row[0] for row in cursor.fetchall()]
    return ids[:limit], ids[limit - 1] if len(ids) > limit else None


def quit_days(rows: Sequence[Enrolment]) -> dict[int, date]:
    """By enrolment, of the attempt that runs."""
    attempts = {row.pk: row.attempt for row in rows}
    found = Anchor.objects.filter(
        enrolment__in=attempts, kind=QUIT_DATE_ANCHOR, replaced_at=None
    ).values_list("enrolment_id", "attempt", "day")
    return {
        enrolment_id: day
        for enrolment_id, attempt, day in found.order_by("pk")
        if day is not None and attempt == attempts[enrolment_id]
    }


@dataclass(frozen=True, slots=True)
class Line:
    enrolment: Enrolment
    handle: str
    quit_day: str


def lines(rows: Sequence[Enrolment]) -> list[Line]:
    days = quit_days(rows)
    return [
        Line(
            row,
            handle_of(row.participant_id),
            Day(days[row.pk], "d MMM y") if row.pk in days else "",
        )
        for row in rows
    ]
