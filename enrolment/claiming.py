"""Enrolments whose time has come, claimed and loaded as State for a whole batch at once.

Few queries however large the batch: claim, anchors, past Decisions (only of those replanning),
what is known of people and what they were sent (only where content asks), the numbers in two
campaigns, calendars. No model instances: at 1000 rows they cost more than the journey itself.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.db import connection
from psycopg.types.datetime import TimestamptzLoader

from campaigns.calendars import CountryCalendar, calendars_of
from campaigns.compiling import content_of
from campaigns.content import Content
from campaigns.rules import QUIT_DATE_ANCHOR
from campaigns.schedule import DaysOff, Span
from enrolment import histories
from enrolment.addressing import USUAL, Manner
from enrolment.allocations import Trials, trials_of
from enrolment.histories import Told, Value
from enrolment.load import NO_LOAD, Load
from enrolment.models.participant import Participant
from enrolment.state import USUAL_WEEK, AnchorAt, State
from enrolment.trends import trends
from trust import keys

_COLUMNS = """
SELECT e.id, e.attempt, e.seed, e.version_id, e.planned_from, e.planned_through, e.replanning,
       e.profile, e.slips, e.paused_at, e.rest_until, e.heard, e.heard_at,
       e.load_day, e.load, e.last_text_at,
       p.id, p.first_name, p.language, p.time_zone, p.slot, p.hours_start, p.hours_end,
       p.is_shared, e.is_test, p.recipient_id,
       c.organisation_id, c.country, c.sender_id, v.clinical_reviewer <> '',
       e.question, e.asked_at, p.is_discreet, p.is_cared_for, p.has_company, e.arms, e.begins_at
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
_NO_STEPS: frozenset[tuple[str, int]] = frozenset()
_NOTHING: Mapping[str, Value] = {}
_NOTHING_TOLD: Mapping[str, Told] = {}
_NONE_SENT: Mapping[str, int] = {}


class Claimed(NamedTuple):
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
    manner: Manner = USUAL

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


def load_states(enrolment_ids: Sequence[int], now: datetime, *, wary: bool = True) -> list[Claimed]:
    """The same of people whose journey has begun, by id and without a lock: for previews,
    forecasts, the audit and broadcasts. Past Decisions are read for all of them, where wary."""
    rows = _fetched(_BY_ID, [list(enrolment_ids)])
    return _loaded(rows, now, wary=wary)


def _fetched(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        # Django's own loader of times is written in Python; on a thousand rows that is felt.
        cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@dataclass(frozen=True, slots=True)
class _Histories:
    """What lies in other tables, by enrolment, participant or place; only where content asks."""

    contents: Mapping[int, Content]
    anchors: Mapping[int, tuple[AnchorAt, ...]]
    decided: Mapping[int, frozenset[tuple[str, int]]]
    told: Mapping[int, Mapping[str, Told]]
    answers: Mapping[int, Mapping[str, Value]]
    sent: Mapping[int, Mapping[str, int]]
    calendars: Mapping[tuple[int, str], CountryCalendar]
    trials: Trials
    in_need: frozenset[int]


def _loaded(rows: list[tuple[Any, ...]], now: datetime, *, wary: bool) -> list[Claimed]:
    if not rows:
        return []
    contents = {version_id: content_of(version_id) for version_id in {row[3] for row in rows}}
    curious, drawing = list[tuple[Any, ...]](), list[int]()
    places = set[tuple[int, str]]()
    for row in rows:
        content = contents[row[3]]
        if content.needs_facts or content.echoes or row[35]:
            curious.append(row)
        if row[1] > 1 or content.profile(row[7]) in content.draws:
            drawing.append(row[0])
        if content.minds_calendar:
            places.add((row[26], row[27]))
    in_trials = [row for row in rows if row[35] or contents[row[3]].randomises]
    found = _Histories(
        contents=contents,
        anchors=histories.anchors({row[0]: row[1] for row in rows}),
        decided=histories.decided([row[0] for row in rows if wary or row[6]]),
        told=histories.told([row[16] for row in curious]),
        answers=_answers(curious, contents, now),
        sent=histories.sent(drawing),
        calendars=calendars_of(places, today=now.date()) if places else {},
        trials=trials_of(contents[row[3]].campaign_id for row in in_trials),
        in_need=histories.in_need([row[0] for row in in_trials]),
    )
    return [_claimed(row, found) for row in rows]


def _answers(
    curious: Sequence[tuple[Any, ...]], contents: Mapping[int, Content], now: datetime
) -> Mapping[int, Mapping[str, Value]]:
    """Answers, consents, readings and their trends, of those whose content asks for them."""
    # The rules of a trial may ask for any of them.
    drawn = {row[0] for row in curious if row[35] or contents[row[3]].randomises}
    told = {row[0] for row in curious if contents[row[3]].asks_answers} | drawn
    answers = histories.answers(sorted(told))
    agreeing = {row[0] for row in curious if contents[row[3]].asks_consents} | drawn
    agreed = histories.consents(sorted(agreeing))
    for enrolment_id, said in agreed.items():
        answers[enrolment_id] = {**answers.get(enrolment_id, {}), **said}
    wanted = [row[0] for row in curious if contents[row[3]].asks_trends]
    recent = histories.recent_readings(wanted, now)
    changed = {found: {**answers[found], **trends(read, now)} for found, read in recent.items()}
    return {**answers, **changed}


def values_of(told: Mapping[str, Told], answers: Mapping[str, Value] | None) -> Mapping[str, Value]:
    """Attributes and answers as conditions see them. Sealed words are known to be there, and no
    more."""
    if not told and not answers:
        return _NOTHING
    values: dict[str, Value] = {name: found.value or "given" for name, found in told.items()}
    return {**values, **answers} if answers else values


def _claimed(row: tuple[Any, ...], found: _Histories) -> Claimed:
    (
        enrolment_id, attempt, seed, version_id, planned_from, planned_through, _replanning,
        profile, slips, paused_at, rest_until, heard, heard_at, load_day, load, last_text_at,
        participant_id, sealed_name, language, zone, slot, hours_start, hours_end, is_shared,
        is_test, recipient_id, organisation_id, country, sender_id, approved, question, asked_at,
        is_discreet, is_cared_for, has_company, held, begins_at,
    ) = row  # fmt: skip
    content, told = found.contents[version_id], found.told.get(participant_id, _NOTHING_TOLD)
    anchors, days_off = found.anchors.get(enrolment_id, ()), USUAL_WEEK
    if content.minds_calendar:
        anchors, days_off = _in_country(anchors, found.calendars[organisation_id, country])
    values = values_of(told, found.answers.get(enrolment_id))
    trials, campaign_id = found.trials, content.campaign_id
    arms = trials.arms(campaign_id, json.loads(held) if held else None)
    state = State(
        enrolment_id=enrolment_id,
        attempt=attempt,
        seed=seed,
        zone=zone,
        slot=slot,
        planned_from=planned_from,
        planned_through=planned_through,
        anchors=anchors,
        decided=found.decided.get(enrolment_id, _NO_STEPS),
        profile=profile,
        language=language,
        slips=slips,
        own_hours=_own_hours(hours_start, hours_end),
        load=Load(load_day, tuple(load), last_text_at) if load_day else NO_LOAD,
        paused_at=paused_at,
        rest_until=rest_until,
        heard=heard,
        heard_at=heard_at,
        days_off=days_off,
        values={**values, **arms.values} if arms.values else values,
        sent=found.sent.get(enrolment_id, _NONE_SENT),
        question=question,
        asked_at=asked_at,
        discreet=is_discreet,
        arms=arms.rules,
        begins_at=begins_at,
        trials=trials.rules(campaign_id, enrolment_id, is_test=is_test),
        in_need=enrolment_id in found.in_need,
    )
    return Claimed(
        state, content, told, version_id, participant_id, sealed_name, is_shared, is_test,
        recipient_id, organisation_id, country, sender_id, approved,
        _manner(is_discreet, is_cared_for, has_company),
    )  # fmt: skip


def _in_country(
    anchors: tuple[AnchorAt, ...], calendar: CountryCalendar
) -> tuple[tuple[AnchorAt, ...], DaysOff]:
    days = (AnchorAt(day.kind, day.edition, day=day.day) for day in calendar.dates)
    return (*anchors, *days), calendar.days_off


def _manner(discreet: bool, cared_for: bool, company: bool) -> Manner:
    return Manner(discreet, cared_for, company) if discreet or cared_for or company else USUAL


def _own_hours(start: time | None, end: time | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)
