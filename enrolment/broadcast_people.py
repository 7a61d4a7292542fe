"""The people of a broadcast, a batch at a time: whom it may be for, whether each may be texted at
all, and what is known of them. A few queries however large the batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from campaigns.conditions import compile_condition
from campaigns.consent_scopes import CONSENT_PREFIX
from campaigns.schedule import instant_at
from campaigns.wording import ECHOING
from enrolment import histories
from enrolment.broadcast_deciding import Audience, LeftOut, Words
from enrolment.broadcast_words import compiled_words
from enrolment.claiming import Claimed, load_states, values_of
from enrolment.histories import Told, Value
from enrolment.models.broadcast import Broadcast
from enrolment.models.enrolment import Enrolment
from enrolment.trends import trends

#: Whoever is in the programme, though nothing may be sent just now, is meant too, and told of.
_IN_IT = {Enrolment.Status.ACTIVE: (Enrolment.Status.PAUSED, Enrolment.Status.INVITED)}

_CANDIDATES = """
  FROM enrolment_enrolment e
  JOIN enrolment_participant p ON p.id = e.participant_id
 WHERE e.campaign_id = %(campaign)s AND e.id > %(after)s AND e.id <= %(until)s
   AND (e.status = ANY(%(statuses)s) OR %(by_list)s)
   AND (p.language = ANY(%(languages)s) OR cardinality(%(languages)s::text[]) = 0)
   AND (NOT %(by_list)s OR EXISTS (
        SELECT 1 FROM enrolment_broadcastlisted l
         WHERE l.broadcast_id = %(broadcast)s AND l.enrolment_id = e.id))
"""
_NEXT = f"SELECT e.id {_CANDIDATES} ORDER BY e.id LIMIT %(limit)s"
_COUNT = f"SELECT count(*) {_CANDIDATES}"

# The numbers that others share first, then the enrolments, each by id.
_LOCK_NUMBERS = """
SELECT r.id FROM messaging_recipient r
 WHERE r.id IN (SELECT p.recipient_id FROM enrolment_enrolment e
                  JOIN enrolment_participant p ON p.id = e.participant_id
                 WHERE e.id = ANY(%(ids)s) AND p.is_shared)
 ORDER BY r.id FOR NO KEY UPDATE
"""
_LOCK = "SELECT id FROM enrolment_enrolment WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE"

_STANDINGS = """
SELECT e.id, e.status, e.started_at IS NULL, coalesce(c.is_given, false), o.id IS NOT NULL,
       p.number_lost_at IS NOT NULL OR r.number IS NULL, r.bad_since IS NOT NULL, e.is_test
  FROM enrolment_enrolment e
  JOIN enrolment_participant p ON p.id = e.participant_id
  JOIN messaging_recipient r ON r.id = p.recipient_id
  LEFT JOIN messaging_optout o ON o.organisation_id = r.organisation_id
       AND o.number_index = r.number_index AND o.lifted_at IS NULL
  LEFT JOIN LATERAL (SELECT is_given FROM enrolment_consent
                      WHERE enrolment_id = e.id AND scope = 'service'
                      ORDER BY id DESC LIMIT 1) c ON true
 WHERE e.id = ANY(%(ids)s)
 ORDER BY e.id
"""


@dataclass(frozen=True, slots=True)
class Someone:
    """`why_not`: she may not be texted, whatever the text. `claimed` None: her journey has not
    begun."""

    enrolment_id: int
    why_not: str
    claimed: Claimed | None


def count(broadcast: Broadcast) -> int:
    """Those to look at; a condition or a stage may mean fewer."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _values(broadcast, 0))
        found: int = cursor.fetchone()[0]
        return found


def next_ids(broadcast: Broadcast, after: int, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {**_values(broadcast, after), "limit": limit})
        return [row[0] for row in cursor.fetchall()]


def newest_id(broadcast: Broadcast) -> int:
    """The last who is in the campaign now."""
    enrolments = Enrolment.objects.filter(campaign_id=broadcast.campaign_id).order_by("-pk")
    return enrolments.values_list("pk", flat=True).first() or 0


def lock(ids: Sequence[int]) -> None:
    """Number by id, then enrolment: whoever pauses, leaves or is planned for waits or is seen."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_NUMBERS, {"ids": list(ids)})
        cursor.execute(_LOCK, {"ids": list(ids)})


def load(ids: Sequence[int], audience: Audience, words: Words, now: datetime) -> list[Someone]:
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, {"ids": list(ids)})
        standings = cursor.fetchall()
    states = {row.state.enrolment_id: row for row in _states(ids, audience, words, now)}
    return [
        Someone(enrolment_id, _why_not(*standing), states.get(enrolment_id))
        for enrolment_id, *standing in standings
    ]


def audience_of(broadcast: Broadcast) -> Audience:
    return Audience(compile_condition(broadcast.condition), broadcast.stage)


def words_of(broadcast: Broadcast) -> Words:
    """Raises MissingValue."""
    return compiled_words(
        broadcast.texts,
        broadcast.discreet_texts,
        broadcast.campaign.variables,
        broadcast.default_language,
    )


def wanted_at(broadcast: Broadcast, zone: str, now: datetime) -> datetime:
    """When the text should come to somebody who lives in `zone`."""
    if broadcast.day is None or broadcast.wall is None:
        return now
    if broadcast.zone_of == Broadcast.ZoneOf.CAMPAIGN:
        zone = broadcast.campaign.time_zone
    return instant_at(broadcast.day, broadcast.wall, ZoneInfo(zone))


def _values(broadcast: Broadcast, after: int) -> dict[str, Any]:
    statuses = set(broadcast.statuses)
    for chosen, beside in _IN_IT.items():
        if chosen in statuses:
            statuses |= set(beside)
    until = broadcast.until_enrolment_id
    return {
        "campaign": broadcast.campaign_id,
        "broadcast": broadcast.pk,
        "after": after,
        "until": 2**62 if until is None else until,
        "statuses": sorted(map(str, statuses)),
        "languages": list(broadcast.languages),
        "by_list": broadcast.by_list,
    }


def _why_not(
    status: str, not_begun: bool, agreed: bool, opted_out: bool, lost: bool, bad: bool, test: bool
) -> str:
    found = (
        (status in Enrolment.ENDED, LeftOut.LEFT),
        (not_begun or status == Enrolment.Status.INVITED or not agreed, LeftOut.NO_CONSENT),
        (opted_out, LeftOut.OPTED_OUT),
        (lost, LeftOut.NUMBER_LOST),
        (bad, LeftOut.BAD_NUMBER),
        (test, LeftOut.TEST),
        (status == Enrolment.Status.PAUSED, LeftOut.PAUSED),
    )
    return next((reason.value for holds, reason in found if holds), "")


def _states(ids: Sequence[int], audience: Audience, words: Words, now: datetime) -> list[Claimed]:
    """With what the condition and the words ask for, which the content may not."""
    rows = load_states(ids, now, wary=False)
    names = audience.names
    texts = (*words.usual.values(), *words.discreet.values())
    echoes = any(not ECHOING.isdisjoint(told.wording.fields) for told in texts)
    if not names and not echoes:
        return rows
    told = histories.told([row.participant_id for row in rows])
    answers = histories.answers(ids) if any("." in name for name in names) else {}
    if any(name.startswith(CONSENT_PREFIX) for name in names):
        for enrolment_id, said in histories.consents(ids).items():
            answers[enrolment_id] = {**answers.get(enrolment_id, {}), **said}
    if any(name.startswith("trend.") for name in names):
        for enrolment_id, recent in histories.recent_readings(ids, now).items():
            answers[enrolment_id] = {**answers.get(enrolment_id, {}), **trends(recent, now)}
    return [_knowing(row, told, answers) for row in rows]


def _knowing(
    row: Claimed,
    told: dict[int, Mapping[str, Told]],
    answers: dict[int, Mapping[str, Value]],
) -> Claimed:
    own = told.get(row.participant_id, {})
    values = values_of(own, answers.get(row.state.enrolment_id))
    return row._replace(told=own, state=row.state._replace(values=values))
