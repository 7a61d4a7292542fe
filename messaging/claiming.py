"""Messages whose call may start now: claimed, and their attempts committed, in one transaction.

The order is the promise of I3 and I4: lock the numbers, lock the messages, ask what has opted out,
then stamp each attempt with the clock that judged its window. A STOP either has the number's lock
first and is seen here, or waits and is stamped later.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from messaging.clock import CALENDAR_NOW
from messaging.models.message import Message
from messaging.models.sender import Sender
from messaging.providers.base import Outgoing
from messaging.providers.registry import ProviderMissing, provider
from trust.keys import unseal

_PAST_OPT_OUT = [kind.value for kind in Message.PAST_OPT_OUT]

_IN_HOURS = (
    "(m.hours_start IS NULL OR (timezone(m.zone, {now})::time >= m.hours_start"
    " AND timezone(m.zone, {now})::time < m.hours_end))"
)
_SENDABLE = (
    "m.status = 'queued' AND m.not_before <= {now} AND m.valid_until > {now}"
    " AND (m.retry_at IS NULL OR m.retry_at <= {now}) AND " + _IN_HOURS
)

# A spent budget holds everything back but what answers HELP and STOP; see `messaging.budget`.
_AFFORDABLE = "(s.budget_state <> 'stopped' OR m.kind = ANY(%(past_opt_out)s))"

_CANDIDATES = f"""
WITH clock AS MATERIALIZED (SELECT {CALENDAR_NOW} AS now)
SELECT m.id, m.recipient_id
  FROM messaging_message m JOIN messaging_sender s ON s.id = m.sender_id CROSS JOIN clock
 WHERE s.is_active AND s.provider = ANY(%(aliases)s) AND {_SENDABLE.format(now="clock.now")}
   AND {_AFFORDABLE}
 ORDER BY m.priority, m.not_before, m.id
 LIMIT %(limit)s
"""

_LOCK_RECIPIENTS = """
SELECT id FROM messaging_recipient
 WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""

_LOCK_MESSAGES = """
SELECT id FROM messaging_message
 WHERE id = ANY(%s) AND recipient_id = ANY(%s) AND status = 'queued'
 ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""

_BLOCK = f"""
WITH refused AS (
    SELECT m.id, CASE
               WHEN r.number IS NULL OR b.text IS NULL THEN 'erased'
               WHEN o.id IS NOT NULL AND NOT m.kind = ANY(%(past_opt_out)s) THEN 'opted_out'
               WHEN NOT m.is_approved AND NOT s.provider = ANY(%(fakes)s)
                   THEN 'not_clinically_approved'
           END AS reason
      FROM messaging_message m
      JOIN messaging_recipient r ON r.id = m.recipient_id
      JOIN messaging_sender s ON s.id = m.sender_id
      LEFT JOIN messaging_messagebody b ON b.message_id = m.id
      LEFT JOIN messaging_optout o
        ON o.organisation_id = r.organisation_id AND o.number_index = r.number_index
       AND o.lifted_at IS NULL
     WHERE m.id = ANY(%(ids)s)
)
UPDATE messaging_message m
   SET status = 'blocked', status_reason = refused.reason, settled_at = {CALENDAR_NOW},
       retry_at = NULL
  FROM refused
 WHERE m.id = refused.id AND refused.reason IS NOT NULL
RETURNING m.id
"""

_START = f"""
WITH clock AS MATERIALIZED (
    SELECT machine, machine + coalesce(
               (SELECT o."offset" FROM messaging_calendaroffset o WHERE o.id = 1), '0') AS now
      FROM clock_timestamp() AS machine
), started AS (
    INSERT INTO messaging_attempt
           (message_id, token, provider, outcome, started_at, calendar_at, settled_at,
            provider_message_id, error_code)
    SELECT m.id, t.token, s.provider, 'started', clock.machine, clock.now, NULL, '', ''
      FROM unnest(%(ids)s::bigint[], %(tokens)s::text[]) AS t(id, token)
      JOIN messaging_message m ON m.id = t.id
      JOIN messaging_sender s ON s.id = m.sender_id
     CROSS JOIN clock
     WHERE s.provider = ANY(%(aliases)s) AND {_SENDABLE.format(now="clock.now")}
       AND {_AFFORDABLE}
       AND NOT EXISTS (SELECT 1 FROM messaging_attempt a WHERE a.message_id = m.id
                          AND a.outcome IN ('started', 'unknown', 'accepted'))
    ON CONFLICT DO NOTHING
    RETURNING id, message_id, token, provider
), moved AS (
    UPDATE messaging_message m SET status = 'sending', retry_at = NULL
      FROM started WHERE m.id = started.message_id
    RETURNING m.id
)
SELECT started.id, m.id, m.recipient_id, started.token, started.provider, s.address,
       r.number, b.text, m.valid_until - clock.now
  FROM started
 CROSS JOIN clock
  JOIN moved ON moved.id = started.message_id
  JOIN messaging_message m ON m.id = started.message_id
  JOIN messaging_sender s ON s.id = m.sender_id
  JOIN messaging_recipient r ON r.id = m.recipient_id
  JOIN messaging_messagebody b ON b.message_id = m.id
 ORDER BY array_position(%(ids)s::bigint[], m.id)
"""


@dataclass(frozen=True, slots=True)
class Call:
    """A committed attempt, with its words still sealed."""

    attempt_id: int
    message_id: int
    recipient_id: int
    token: str
    provider: str
    sender_address: str
    sealed_number: bytes = field(repr=False)
    sealed_text: bytes = field(repr=False)
    valid_for: timedelta

    def open(self) -> Outgoing:
        """Raises trust.sealing.SealBroken when a value cannot be read."""
        return Outgoing(
            token=self.token,
            sender_address=self.sender_address,
            number=unseal("messaging_recipient.number", self.recipient_id, self.sealed_number),
            text=unseal("messaging_messagebody.text", self.message_id, self.sealed_text),
            valid_for=self.valid_for,
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """`committing_since` is the monotonic clock just before the attempts were committed: counting
    from there can only make a call's time to leave shorter than promised."""

    calls: Sequence[Call]
    blocked: int
    committing_since: float


def claim(*, limit: int) -> Claim:
    """At most `limit` messages, and one a number, so that a person's texts keep their order.

    Must be the outermost transaction: a call may only follow a committed attempt."""
    with transaction.atomic(durable=True):
        chosen = _lock_candidates(limit)
        blocked = _block(chosen) if chosen else set()
        free = [message_id for message_id in chosen if message_id not in blocked]
        calls = _start(free) if free else []
        committing_since = time.monotonic()
    return Claim(calls, len(blocked), committing_since)


def _lock_candidates(limit: int) -> list[int]:
    """Message ids in the order they should leave, locked, as are their recipients."""
    values: dict[str, Any] = {"aliases": _usable(), "limit": limit, "past_opt_out": _PAST_OPT_OUT}
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, values)
        first_of: dict[int, int] = {}
        for message_id, recipient_id in cursor.fetchall():
            first_of.setdefault(recipient_id, message_id)
        if not first_of:
            return []
        cursor.execute(_LOCK_RECIPIENTS, [list(first_of)])
        recipient_ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(_LOCK_MESSAGES, [list(first_of.values()), recipient_ids])
        locked = {row[0] for row in cursor.fetchall()}
    return [message_id for message_id in first_of.values() if message_id in locked]


def _block(message_ids: list[int]) -> set[int]:
    """Asked in a statement of its own: it must see what was committed while the lock was waited
    for or taken, which the statement that took the lock does not."""
    fakes = [alias for alias in _usable() if provider(alias).capabilities.is_fake]
    values: dict[str, Any] = {
        "ids": message_ids,
        "past_opt_out": _PAST_OPT_OUT,
        "fakes": fakes,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BLOCK, values)
        return {row[0] for row in cursor.fetchall()}


def _start(message_ids: list[int]) -> list[Call]:
    tokens = [secrets.token_urlsafe(16) for _ in message_ids]
    values: dict[str, Any] = {
        "ids": message_ids,
        "tokens": tokens,
        "aliases": _usable(),
        "past_opt_out": _PAST_OPT_OUT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_START, values)
        return [_call(*row) for row in cursor.fetchall()]


def _call(
    attempt_id: int,
    message_id: int,
    recipient_id: int,
    token: str,
    alias: str,
    address: str,
    number: bytes,
    text: bytes,
    valid_for: timedelta,
) -> Call:
    # bytes() because the driver may hand out a memoryview.
    sealed = bytes(number), bytes(text)
    return Call(attempt_id, message_id, recipient_id, token, alias, address, *sealed, valid_for)


def _usable() -> list[str]:
    """The aliases in use that can be called; a sender on another waits, and harms no other."""
    found = []
    in_use = Sender.objects.order_by().values_list("provider", flat=True).distinct()
    for alias in in_use:
        try:
            provider(alias)
        except ProviderMissing:
            continue
        found.append(alias)
    return found
