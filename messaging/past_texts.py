"""Texts of ours that the provider has in its books, found in older books of our own and settled.

A text that was queued when our books ended may have left since, under a token nobody here knows. It
is known by whom it went to and by its words. What the provider has sent to a number in words that
no open text of ours has is told apart: that number got something we do not know of.
"""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from messaging import receipts
from messaging.addresses import is_number
from messaging.clock import CALENDAR_NOW
from messaging.models.attempt import Attempt
from messaging.models.recipient import Recipient
from messaging.models.sender import Sender
from messaging.providers.base import PastText
from messaging.statements import ids, rows
from trust.blind_index import number_indexes
from trust.keys import unseal
from trust.sealing import SealBroken

_OPEN = """
SELECT m.id, m.recipient_id, b.text
  FROM messaging_message m JOIN messaging_messagebody b ON b.message_id = m.id
 WHERE m.recipient_id = ANY(%(recipients)s::bigint[])
   AND m.status IN ('queued', 'sending', 'unknown') AND b.text IS NOT NULL
 ORDER BY m.not_before, m.id
"""

# Where a call of ours was open, that is the one; else one is written that began when the provider
# made the text. A text may now lie before its own time: a step planned anew for tomorrow had gone
# out today.
_SETTLE = f"""
WITH clock AS MATERIALIZED (
    SELECT clock_timestamp() AS machine, {CALENDAR_NOW} AS now
), v AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(found)s::jsonb)
        AS v(message_id bigint, provider_id text, made_at timestamptz, token text)
), held AS MATERIALIZED (
    SELECT m.id FROM messaging_message m
     WHERE m.id = ANY(%(ids)s::bigint[]) AND m.status IN ('queued', 'sending', 'unknown')
     ORDER BY m.id FOR NO KEY UPDATE
), settled AS (
    UPDATE messaging_attempt a
       SET outcome = 'accepted', settled_at = clock.machine, provider = %(alias)s::text,
           provider_message_id = v.provider_id
      FROM held JOIN v ON v.message_id = held.id CROSS JOIN clock
     WHERE a.message_id = held.id AND a.outcome IN ('started', 'unknown')
    RETURNING a.id, a.message_id
), made AS (
    INSERT INTO messaging_attempt
           (message_id, token, provider, outcome, started_at, calendar_at, settled_at,
            provider_message_id, error_code)
    SELECT held.id, v.token, %(alias)s::text, 'accepted', v.made_at,
           v.made_at + (clock.now - clock.machine), clock.machine, v.provider_id, ''
      FROM held JOIN v ON v.message_id = held.id CROSS JOIN clock
     WHERE NOT EXISTS (SELECT 1 FROM messaging_attempt a WHERE a.message_id = held.id
                          AND a.outcome IN ('started', 'unknown', 'accepted'))
    RETURNING id, message_id
), moved AS (
    UPDATE messaging_message m
       SET status = 'accepted', status_reason = '', retry_at = NULL, settled_at = clock.now,
           provider_message_id = v.provider_id,
           not_before = least(m.not_before, v.made_at + (clock.now - clock.machine)),
           valid_until = greatest(m.valid_until,
                                  v.made_at + (clock.now - clock.machine) + interval '1 second')
      FROM v CROSS JOIN clock
     WHERE m.id = v.message_id AND m.id IN (SELECT id FROM held)
)
SELECT id, message_id FROM settled UNION ALL SELECT id, message_id FROM made
"""


@dataclass(slots=True)
class Found:
    """`settled`: open texts that the provider had taken on. `strange`: recipients it had sent
    something else to."""

    settled: int = 0
    strange: set[int] = field(default_factory=set)


def settle(*, alias: str, texts: Sequence[PastText], now: datetime) -> Found:
    """One page of the provider's books. What an attempt of ours names already is passed over, so
    that the same page twice changes nothing. `now` is calendar time."""
    fresh = _unknown(alias, texts)
    behind = _recipients(alias, fresh)
    waiting = _waiting({row for found in behind.values() for row in found})
    matched: dict[int, PastText] = {}
    found = Found()
    for text in sorted(fresh, key=lambda text: text.made_at):
        theirs = behind.get(text.number, ())
        message_id = _take(waiting, theirs, text.text)
        if message_id is None:
            found.strange.update(theirs)
        else:
            matched[message_id] = text
    found.settled = _write(alias, matched, now) if matched else 0
    return found


def _unknown(alias: str, texts: Iterable[PastText]) -> list[PastText]:
    sent = [text for text in texts if not text.came_in and is_number(text.number)]
    named = Attempt.objects.filter(
        provider=alias, provider_message_id__in=[text.provider_message_id for text in sent]
    )
    known = set(named.values_list("provider_message_id", flat=True))
    return [text for text in sent if text.provider_message_id not in known]


def _recipients(alias: str, texts: Sequence[PastText]) -> dict[str, list[int]]:
    """By number; an organisation each, where several send by this provider."""
    organisations = set(
        Sender.objects.filter(provider=alias).values_list("organisation_id", flat=True)
    )
    number_of = {
        (organisation_id, index): number
        for organisation_id in organisations
        for number in {text.number for text in texts}
        for index in number_indexes(organisation_id, number)
    }
    rows_of = Recipient.objects.filter(
        organisation_id__in=organisations, number_index__in=[index for _, index in number_of]
    ).values_list("pk", "organisation_id", "number_index")
    behind: dict[str, list[int]] = defaultdict(list)
    for recipient_id, organisation_id, index in rows_of:
        if number := number_of.get((organisation_id, bytes(index))):
            behind[number].append(recipient_id)
    return behind


def _waiting(recipient_ids: set[int]) -> dict[tuple[int, str], list[int]]:
    """Open texts by recipient and words, the one that was to leave first at the end."""
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    if not recipient_ids:
        return found
    for message_id, recipient_id, sealed in rows(_OPEN, {"recipients": ids(recipient_ids)}):
        try:
            words = unseal("messaging_messagebody.text", message_id, bytes(sealed))
        except SealBroken:
            continue
        found[recipient_id, words].insert(0, message_id)
    return found


def _take(
    waiting: Mapping[tuple[int, str], list[int]], recipient_ids: Iterable[int], words: str
) -> int | None:
    for recipient_id in recipient_ids:
        if words and (left := waiting.get((recipient_id, words))):
            return left.pop()
    return None


@transaction.atomic
def _write(alias: str, matched: Mapping[int, PastText], now: datetime) -> int:
    found = [
        {
            "message_id": message_id,
            "provider_id": text.provider_message_id[:80],
            "made_at": text.made_at.isoformat(),
            "token": secrets.token_urlsafe(16),
        }
        for message_id, text in matched.items()
    ]
    values = {"found": json.dumps(found), "ids": ids(matched), "alias": alias}
    settled = {message_id: attempt_id for attempt_id, message_id in rows(_SETTLE, values)}
    reports = [
        (settled[message_id], text.report)
        for message_id, text in matched.items()
        if message_id in settled and text.report is not None
    ]
    receipts.append_many(reports=reports, now=now)
    return len(settled)
