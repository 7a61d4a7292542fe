"""Pages of the research tables, each row once, under the pseudonyms of one campaign."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.backends.utils import CursorWrapper

from campaigns.models import Campaign
from research import api_keys, replica, settling
from research.bundle.columns import Kind
from research.bundle.people import Scope, pseudonym
from research.feed_sql import BY_ENROLMENT, BY_NUMBER, candidates, told
from research.feeds import EVERY_FEED, Feed

LARGEST = 1000
Row = Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class Page:
    """`next`: where the next page begins, also when there is nothing more yet. `more`: there is,
    now. `rows` may be empty while there is more: others' rows lie between."""

    rows: tuple[Row, ...]
    next: int
    more: bool


def read(
    *,
    campaign: Campaign,
    name: str,
    after: int,
    limit: int,
    now: datetime,
    through: int | None = None,
) -> Page:
    """`name`: of a feed. `through`: no row beyond it. Each row of a ledger comes in exactly one
    page of those that follow each other, however late it was committed. Raises KeyError."""
    feed = EVERY_FEED[name]
    model = apps.get_model(feed.of)
    settled = settling.settled(model)
    values: dict[str, Any] = {
        "campaign": campaign.pk,
        "organisation": campaign.organisation_id,
        "after": after,
        "settled": settled if through is None else min(settled, through),
        "limit": limit + 1,
    }
    key = api_keys.key_of(campaign)
    scope = Scope(campaign_id=campaign.pk, key=key, now=now)

    def page(cursor: CursorWrapper) -> Page:
        found = _rows(cursor, candidates(feed, model._meta.db_table), values)
        ready = _before_the_first_that_waits(found)
        shown = ready[:limit]
        return Page(
            rows=tuple(_told(cursor, feed, scope, shown)),
            next=shown[-1][0] if shown else after,
            more=len(ready) > limit,
        )

    return replica.read(page)


def _before_the_first_that_waits(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    waiting = (place for place, (_, _, waits) in enumerate(found) if waits)
    return found[: next(waiting, len(found))]


def _told(
    cursor: CursorWrapper, feed: Feed, scope: Scope, page: list[tuple[Any, ...]]
) -> list[dict[str, Any]]:
    if not page:
        return []
    by = BY_NUMBER if feed.via == "recipient_id" else BY_ENROLMENT
    keys = list({row[1] for row in page})
    people = _rows(cursor, by, {"campaign": scope.campaign_id, "keys": keys})
    if not people:
        return []
    key = scope.key
    rows = _rows(
        cursor,
        told(feed),
        {
            **scope.values,
            "rows": [row[0] for row in page],
            "enrolments": [enrolment for enrolment, _ in people],
            "pids": [pseudonym(key, "p", "person", person) for _, person in people],
            "eids": [pseudonym(key, "e", "enrolment", enrolment) for enrolment, _ in people],
        },
    )
    return [_named(feed, row[1:]) for row in rows]


def _named(feed: Feed, values: tuple[Any, ...]) -> dict[str, Any]:
    return {
        column.name: bool(value) if column.kind is Kind.BOOLEAN and value is not None else value
        for column, value in zip(feed.table.columns, values, strict=True)
    }


def _rows(cursor: CursorWrapper, sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    cursor.execute(sql, values)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
