"""Messages whose call may start now: claimed, and their attempts committed, in one transaction.

The order is the promise of I3 and I4: lock the numbers, lock the messages, ask what has opted out,
then stamp each attempt with the clock that judged its window. A STOP either has the number's lock
first and is seen here, or waits and is stamped later.
"""

import secrets
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import DataError, transaction

from messaging import bucket, departures, failpoints, refusing, senders, zones
from messaging.bucket import Allowance
from messaging.callback_tokens import callback_url
from messaging.clock import CALENDAR_NOW, calendar_now
from messaging.holding import NOT_HELD
from messaging.models.message import Message
from messaging.providers.base import Outgoing
from messaging.refusing import PAST_OPT_OUT, Found
from messaging.routing import Candidate, Choice, Purse, Route, allowed, choose
from messaging.statements import ids, rows, words
from trust.keys import unseal

_URGENT = words((*Message.PAST_OPT_OUT, Message.Kind.REPLY, Message.Kind.STAFF))

_IN_HOURS = (
    "(m.hours_start IS NULL OR (timezone(m.zone, {now})::time >= m.hours_start"
    " AND timezone(m.zone, {now})::time < m.hours_end))"
)
SENDABLE = (
    "m.status = 'queued' AND m.not_before <= {now} AND m.valid_until > {now}"
    " AND (m.retry_at IS NULL OR m.retry_at <= {now}) AND " + _IN_HOURS
)

# Texts to one number follow each other; the next waits until the call before it is answered.
_NONE_UNDER_WAY = (
    "NOT EXISTS (SELECT 1 FROM messaging_message w"
    " WHERE w.recipient_id = m.recipient_id AND w.status = 'sending')"
)

# A spent budget holds everything back but what answers HELP and STOP; see `messaging.budget`.
AFFORDABLE = "(s.budget_state <> 'stopped' OR m.kind = ANY(%(past_opt_out)s::text[]))"

# Sender by sender, and no more than it may send, so that one that must wait does not stand before
# the others' texts.
_CANDIDATES = f"""
WITH clock AS MATERIALIZED (SELECT {CALENDAR_NOW} AS now)
SELECT c.id, c.recipient_id, s.id, s.group_id, c.segments, c.kind = ANY(%(urgent)s::text[]),
       c.kind = ANY(%(past_opt_out)s::text[])
  FROM unnest(%(senders)s::bigint[], %(most)s::int[]) AS a(sender_id, most)
  JOIN messaging_sender s ON s.id = a.sender_id
 CROSS JOIN clock
 CROSS JOIN LATERAL (
       SELECT m.id, m.recipient_id, m.segments, m.kind, m.priority, m.not_before
         FROM messaging_message m
        WHERE m.sender_id = s.id AND {SENDABLE.format(now="clock.now")} AND {AFFORDABLE}
          AND {_NONE_UNDER_WAY}
        ORDER BY m.priority, m.not_before, m.id
        LIMIT a.most) c
 ORDER BY c.priority, c.not_before, c.id
 LIMIT %(limit)s::int
"""

# The numbers first, all of them, as the texts are sorted after that.
_LOCK = """
WITH numbers AS MATERIALIZED (
    SELECT id FROM messaging_recipient
     WHERE id = ANY(%(recipients)s::bigint[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
)
SELECT m.id FROM messaging_message m JOIN numbers ON numbers.id = m.recipient_id
 WHERE m.id = ANY(%(ids)s::bigint[]) AND m.status = 'queued'
 ORDER BY m.id FOR NO KEY UPDATE OF m SKIP LOCKED
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
      FROM unnest(%(ids)s::bigint[], %(senders)s::bigint[], %(tokens)s::text[])
           AS t(id, sender_id, token)
      JOIN messaging_message m ON m.id = t.id
      JOIN messaging_sender s ON s.id = t.sender_id AND s.is_active
     CROSS JOIN clock
     WHERE {SENDABLE.format(now="clock.now")} AND {AFFORDABLE} AND {_NONE_UNDER_WAY}
       AND {NOT_HELD}
       AND NOT EXISTS (SELECT 1 FROM messaging_attempt a WHERE a.message_id = m.id
                          AND a.outcome IN ('started', 'unknown', 'accepted'))
    ON CONFLICT DO NOTHING
    RETURNING id, message_id, token, provider
), moved AS (
    UPDATE messaging_message m SET status = 'sending', retry_at = NULL, sender_id = t.sender_id
      FROM started
      JOIN unnest(%(ids)s::bigint[], %(senders)s::bigint[]) AS t(id, sender_id)
        ON t.id = started.message_id
     WHERE m.id = started.message_id
    RETURNING m.id, m.recipient_id, m.sender_id, m.valid_until
)
SELECT started.id, moved.id, moved.recipient_id, moved.sender_id, started.token, started.provider,
       s.address, moved.valid_until - clock.now
  FROM started
 CROSS JOIN clock
  JOIN moved ON moved.id = started.message_id
  JOIN messaging_sender s ON s.id = moved.sender_id
"""


@dataclass(frozen=True, slots=True)
class Call:
    """A committed attempt, with its words still sealed."""

    attempt_id: int
    message_id: int
    recipient_id: int
    sender_id: int
    token: str
    provider: str
    sender_address: str
    sealed_number: bytes = field(repr=False)
    sealed_text: bytes = field(repr=False)
    valid_for: timedelta
    probing: bool = False

    def open(self) -> Outgoing:
        """Raises trust.sealing.SealBroken when a value cannot be read."""
        return Outgoing(
            token=self.token,
            sender_address=self.sender_address,
            number=unseal("messaging_recipient.number", self.recipient_id, self.sealed_number),
            text=unseal("messaging_messagebody.text", self.message_id, self.sealed_text),
            valid_for=self.valid_for,
            callback_url=callback_url(self.provider, self.token),
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """`committing_since` is the monotonic clock just before the attempts were committed: counting
    from there can only make a call's time to leave shorter than promised. `paced`: there was more,
    which waits for its sender's bucket."""

    calls: Sequence[Call] = ()
    blocked: int = 0
    paced: bool = False
    committing_since: float = 0.0


def claim(*, limit: int) -> Claim:
    """At most `limit` messages, and one a number, so that a person's texts keep their order.

    Must be the outermost transaction: a call may only follow a committed attempt."""
    due, routes = senders.due(now_sql=CALENDAR_NOW)
    if not routes:
        return Claim()
    taken = bucket.take(sender_ids=list(routes), want=limit)
    used: Counter[int] = Counter()
    try:
        return _claim(due, routes, taken, used, limit)
    except DataError:
        # One text in a zone that is no more would hold up all others.
        blocked = zones.block_unknown(now=calendar_now())
        if not blocked:
            raise
        return Claim(blocked=blocked)
    finally:
        bucket.give_back(taken=taken, used=used)


def _claim(
    due: Mapping[int, int | None],
    routes: Mapping[int, Route],
    taken: Mapping[int, Allowance],
    used: Counter[int],
    limit: int,
) -> Claim:
    """`used` is filled with the segments of what was started, by sender."""
    purses = {sender_id: _purse(taken[sender_id], route) for sender_id, route in routes.items()}
    with transaction.atomic(durable=True):
        most, paced = allowed(due, routes, purses, limit)
        choices, waiting = choose(_candidates(most, limit), routes, purses)
        held = _lock(choices)
        found = refusing.read(message_ids=[choice.message_id for choice in held])
        blocked = _block(held, found, routes)
        free = [choice for choice in held if choice.message_id not in blocked]
        calls = _start(free, found, routes) if free else []
        departures.promised(call.token for call in calls)
        failpoints.reached("attempt.before_commit")
        committing_since = time.monotonic()
    failpoints.reached("attempt.after_commit")
    segments = {choice.message_id: choice.segments for choice in free}
    for call in calls:
        used[call.sender_id] += segments[call.message_id]
    return Claim(calls, len(blocked), paced or waiting, committing_since)


def _purse(allowance: Allowance, route: Route) -> Purse:
    return Purse(allowance.urgent, allowance.ordinary, texts=1 if route.probing else None)


def _candidates(most: Mapping[int, int], limit: int) -> list[Candidate]:
    values = {
        "senders": ids(most),
        "most": ids(most.values()),
        "limit": limit,
        "past_opt_out": PAST_OPT_OUT,
        "urgent": _URGENT,
    }
    return [Candidate(*row) for row in rows(_CANDIDATES, values)]


def _lock(choices: Sequence[Choice]) -> list[Choice]:
    """Those whose number and row nobody else holds, in the order they should leave."""
    if not choices:
        return []
    values = {
        "recipients": ids(choice.recipient_id for choice in choices),
        "ids": ids(choice.message_id for choice in choices),
    }
    locked = {row[0] for row in rows(_LOCK, values)}
    return [choice for choice in choices if choice.message_id in locked]


def _block(
    choices: Sequence[Choice], found: Mapping[int, Found], routes: Mapping[int, Route]
) -> set[int]:
    fakes = set(senders.fakes(list(routes.values())))
    reasons = {
        choice.message_id: found[choice.message_id].refusal(fake=choice.sender_id in fakes)
        for choice in choices
    }
    refused = {message_id: reason for message_id, reason in reasons.items() if reason}
    refusing.block(reasons=refused)
    return set(refused)


def _start(
    choices: Sequence[Choice], found: Mapping[int, Found], routes: Mapping[int, Route]
) -> list[Call]:
    values = {
        "ids": ids(choice.message_id for choice in choices),
        "senders": ids(choice.sender_id for choice in choices),
        "tokens": words(secrets.token_urlsafe(16) for _ in choices),
        "past_opt_out": PAST_OPT_OUT,
    }
    started = {row[1]: row for row in rows(_START, values)}
    return [
        _call(started[choice.message_id], found[choice.message_id], routes)
        for choice in choices
        if choice.message_id in started
    ]


def _call(row: tuple[Any, ...], found: Found, routes: Mapping[int, Route]) -> Call:
    attempt_id, message_id, recipient_id, sender_id, token, alias, address, valid_for = row
    assert found.number is not None
    assert found.text is not None
    # bytes() because the driver may hand out a memoryview.
    return Call(
        attempt_id, message_id, recipient_id, sender_id, token, alias, address,
        bytes(found.number), bytes(found.text), valid_for, routes[sender_id].probing,
    )  # fmt: skip
