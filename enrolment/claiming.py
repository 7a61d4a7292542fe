"""Enrolments whose time has come, claimed and loaded as State for a whole batch at once.

Few queries however large the batch: claim, anchors, past Decisions (only of those replanning),
what is known of people and what they were sent (only where content asks), the numbers in two
campaigns, calendars. No model instances: at 1000 rows they cost more than the journey itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from psycopg.types.datetime import TimestamptzLoader

from campaigns.calendars import CountryCalendar, calendars_of
from campaigns.compiling import content_of
from campaigns.content import Content
from campaigns.rules import QUIT_DATE_ANCHOR
from campaigns.schedule import Span
from enrolment import histories
from enrolment.histories import Told
from enrolment.load import DAYS, Load
from enrolment.models.participant import Participant
from enrolment.state import AnchorAt, State
from trust import keys

_COLUMNS = """
SELECT e.id, e.attempt, e.seed, e.version_id, e.planned_from, e.planned_through, e.replanning,
       e.profile, e.slips, e.paused_at, e.rest_until, e.heard, e.heard_at,
       e.load_day, e.load, e.last_text_at,
       p.id, p.first_name, p.language, p.time_zone, p.slot, p.hours_start, p.hours_end,
       p.is_shared, p.is_test, p.recipient_id,
       c.organisation_id, c.country, c.sender_id, v.clinical_reviewer <> ''
  FROM enrolment_enrolment e
  JOIN enrolment_participant p ON p.id = e.participant_id
  JOIN campaigns_campaign c ON c.id = e.campaign_id
  JOIN campaigns_campaignversion v ON v.id = e.version_id
"""
_CLAIM = (
    _COLUMNS
    + """
 WHERE e.next_due_at <= %s
 ORDER BY e.next_due_at
 LIMIT %s
   FOR UPDATE OF e SKIP LOCKED
"""
)
_BY_ID = _COLUMNS + " WHERE e.id = ANY(%s) AND e.started_at IS NOT NULL ORDER BY e.id"

_FIRST_NAME = f"{Participant._meta.db_table}.first_name"
_NO_TEXTS = (0,) * DAYS


@dataclass(frozen=True, slots=True)
class Claimed:
    """One enrolment with all that writing its texts needs."""

    state: State
    content: Content
    told: Mapping[str, Told]
    version_id: int
    participant_id: int
    sealed_name: bytes | None
    is_shared: bool
    is_test: bool
    recipient_id: int
    organisation_id: int
    country: str
    sender_id: int
    approved: bool

    @property
    def language(self) -> str:
        return self.state.language

    @property
    def first_name(self) -> str | None:
        """Opened only when a text asks for it."""
        if self.sealed_name is None:
            return None
        return keys.unseal(_FIRST_NAME, self.participant_id, bytes(self.sealed_name))

    @property
    def quit_date(self) -> date | None:
        for anchor in self.state.anchors:
            if anchor.kind == QUIT_DATE_ANCHOR:
                return anchor.day
        return None


def claim(*, now: datetime, limit: int, wary: bool = False) -> list[Claimed]:
    """Locks and loads up to `limit` due enrolments; skips those another tick holds.

    wary: read every enrolment's past Decisions, not only those replanning.
    """
    rows = _fetched(_CLAIM, [now, limit])
    return _loaded(rows, now, wary=wary)


def load_states(enrolment_ids: Sequence[int], now: datetime) -> list[Claimed]:
    """The same of people whose journey has begun, by id and without a lock: for previews,
    forecasts and the audit. Past Decisions are read for all of them."""
    rows = _fetched(_BY_ID, [list(enrolment_ids)])
    return _loaded(rows, now, wary=True)


def _fetched(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        # Django's own loader of times is written in Python; on a thousand rows that is felt.
        cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _loaded(rows: list[tuple[Any, ...]], now: datetime, *, wary: bool) -> list[Claimed]:
    if not rows:
        return []
    anchors = histories.anchors({row[0]: row[1] for row in rows})
    decided = histories.decided([row[0] for row in rows if wary or row[6]])
    contents = {version_id: content_of(version_id) for version_id in {row[3] for row in rows}}
    found = [
        _claimed(row, contents[row[3]], anchors.get(row[0], ()), decided.get(row[0]))
        for row in rows
    ]
    return _with_histories(_with_calendars(found, now))


def _with_calendars(rows: list[Claimed], now: datetime) -> list[Claimed]:
    """Only for content that minds the country's days."""
    places = {(row.organisation_id, row.country) for row in rows if row.content.minds_calendar}
    if not places:
        return rows
    calendars = calendars_of(places, today=now.date())
    return [
        replace(row, state=_in_country(row.state, calendars[row.organisation_id, row.country]))
        if row.content.minds_calendar
        else row
        for row in rows
    ]


def _in_country(state: State, calendar: CountryCalendar) -> State:
    days = tuple(AnchorAt(found.kind, found.edition, day=found.day) for found in calendar.dates)
    return replace(state, anchors=(*state.anchors, *days), days_off=calendar.days_off)


def _with_histories(rows: list[Claimed]) -> list[Claimed]:
    """Attributes and answers where a condition may ask, texts sent where one may be drawn, and
    attributes once more where a text may echo them."""
    curious = [row for row in rows if row.content.needs_facts]
    drawing = [row for row in rows if row.content.draws or row.state.attempt > 1]
    echoing = [row for row in rows if row.content.echoes]
    if not curious and not drawing and not echoing:
        return rows
    values = histories.values([(row.state.enrolment_id, row.participant_id) for row in curious])
    sent = histories.sent([row.state.enrolment_id for row in drawing])
    told = histories.told([row.participant_id for row in echoing])
    return [
        replace(
            row,
            told=told.get(row.participant_id, {}),
            state=replace(
                row.state,
                values=values.get(row.state.enrolment_id, {}),
                sent=sent.get(row.state.enrolment_id, {}),
            ),
        )
        for row in rows
    ]


def _claimed(
    row: tuple[Any, ...],
    content: Content,
    anchors: tuple[AnchorAt, ...],
    decided: frozenset[tuple[str, int]] | None,
) -> Claimed:
    (
        enrolment_id, attempt, seed, version_id, planned_from, planned_through, _replanning,
        profile, slips, paused_at, rest_until, heard, heard_at, load_day, load, last_text_at,
        participant_id, sealed_name, language, zone, slot, hours_start, hours_end,
        is_shared, is_test, recipient_id, organisation_id, country, sender_id, approved,
    ) = row  # fmt: skip
    return Claimed(
        state=State(
            enrolment_id=enrolment_id,
            attempt=attempt,
            seed=seed,
            zone=zone,
            slot=slot,
            planned_from=planned_from,
            planned_through=planned_through,
            anchors=anchors,
            decided=decided or frozenset(),
            profile=profile,
            language=language,
            slips=slips,
            own_hours=_own_hours(hours_start, hours_end),
            load=Load(load_day, tuple(load) or _NO_TEXTS, last_text_at),
            paused_at=paused_at,
            rest_until=rest_until,
            heard=heard,
            heard_at=heard_at,
        ),
        content=content,
        told={},
        version_id=version_id,
        participant_id=participant_id,
        sealed_name=sealed_name,
        is_shared=is_shared,
        is_test=is_test,
        recipient_id=recipient_id,
        organisation_id=organisation_id,
        country=country,
        sender_id=sender_id,
        approved=approved,
    )


def _own_hours(start: time | None, end: time | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)
