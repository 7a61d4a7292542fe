"""Texts that came in, written down many at a time, and what STOP asks obeyed with them.

All in the caller's one transaction: what is told to the provider is told of all or of none.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from messaging import advice, optout, outbox
from messaging.clock import CALENDAR_NOW
from messaging.models.message import Message
from messaging.optout import Number
from messaging.statements import blobs, flags, ids, quoted, rows
from trust.keys import sealer

_BODY_PLACE = "messaging_inboundmessage.body"

# An id is drawn for each, as a text is sealed for its own row.
_HOLD = """
WITH held AS MATERIALIZED (
    SELECT a.place, r.id, r.number_index, r.strikes > 0 AS is_struck
      FROM unnest(%(places)s::int[], %(organisations)s::bigint[], %(indexes)s::bytea[])
           AS a(place, organisation_id, number_index)
      JOIN messaging_recipient r
        ON r.organisation_id = a.organisation_id AND r.number_index = a.number_index
     WHERE r.number IS NOT NULL
     ORDER BY r.id FOR NO KEY UPDATE OF r {otherwise}
)
SELECT place, id, number_index, is_struck,
       nextval((SELECT pg_get_serial_sequence('messaging_inboundmessage', 'id')::regclass))
  FROM held ORDER BY id DESC
"""
_HOLD_FREE = _HOLD.format(otherwise="SKIP LOCKED")
_HOLD_ALL = _HOLD.format(otherwise="")

# Begun when the locks are held: nobody else opts these numbers out then, or stores their texts.
_WRITE = f"""
WITH clock AS MATERIALIZED (SELECT {CALENDAR_NOW} AS now)
INSERT INTO messaging_inboundmessage
       (id, organisation_id, sender_id, recipient_id, provider_message_id, body, received_at,
        "end", end_reason, is_stop, opted_out, provider_answered, waited_ms)
SELECT t.id, t.organisation_id, t.sender_id, t.recipient_id, t.provider_message_id, t.body,
       clock.now, 'pending', '', t.is_stop,
       t.is_stop AND NOT EXISTS (
         SELECT FROM messaging_optout o
          WHERE o.organisation_id = t.organisation_id AND o.number_index = t.number_index
            AND o.lifted_at IS NULL),
       t.provider_answered, nullif(t.waited_ms, -1)
  FROM unnest(%(ids)s::bigint[], %(organisations)s::bigint[], %(senders)s::bigint[],
              %(recipients)s::bigint[], %(indexes)s::bytea[], %(provider_ids)s::text[],
              %(bodies)s::bytea[], %(stops)s::bool[], %(answered)s::bool[],
              %(waited)s::int[])
       AS t(id, organisation_id, sender_id, recipient_id, number_index, provider_message_id, body,
            is_stop, provider_answered, waited_ms)
 CROSS JOIN clock
ON CONFLICT (sender_id, provider_message_id) DO NOTHING
RETURNING id, recipient_id, received_at, stored_at, opted_out
"""


@dataclass(frozen=True, slots=True)
class Text:
    """`number_indexes`: of the number it came from, under every key version. `called_at`: as
    InboundText has it."""

    organisation_id: int
    sender_id: int
    number_indexes: Sequence[bytes]
    provider_message_id: str
    body: str = field(repr=False)
    is_stop: bool
    provider_answered: bool
    called_at: float | None = None

    def waited_ms(self, now: float) -> int:
        """-1 where no call brought it: an array literal of ours holds no NULL."""
        return -1 if self.called_at is None else round((now - self.called_at) * 1000)


class Held(NamedTuple):
    """A number whose lock is ours."""

    recipient_id: int
    number_index: bytes
    is_struck: bool
    inbound_id: int


class Written(NamedTuple):
    inbound_id: int
    recipient_id: int
    received_at: datetime
    stored_at: datetime
    opted_out: bool


def write_down(*, texts: Sequence[Text], wait: bool) -> dict[int, Written | None]:
    """By the text's place; None for one the provider had sent before. Left out are those whose
    number is not known yet, and without `wait` those whose number somebody else holds. Each must
    come from a number of its own."""
    held = _hold(texts, wait=wait)
    if not held:
        return {}
    written = {found.inbound_id: found for found in _write(texts, held)}
    _obey(texts, held, written)
    return {place: written.get(number.inbound_id) for place, number in held.items()}


def _hold(asked: Sequence[Text], *, wait: bool) -> dict[int, Held]:
    """A number that has two rows, under two key versions, goes by the older one."""
    keys = [
        (place, text.organisation_id, index)
        for place, text in enumerate(asked)
        for index in text.number_indexes
    ]
    values = {
        "places": ids(place for place, _, _ in keys),
        "organisations": ids(organisation_id for _, organisation_id, _ in keys),
        "indexes": blobs(index for _, _, index in keys),
    }
    found = rows(_HOLD_ALL if wait else _HOLD_FREE, values)
    return {
        place: Held(recipient_id, bytes(index), is_struck, inbound_id)
        for place, recipient_id, index, is_struck, inbound_id in found
    }


def _write(asked: Sequence[Text], held: Mapping[int, Held]) -> list[Written]:
    found = [(asked[place], number) for place, number in held.items()]
    now = time.monotonic()
    values: dict[str, Any] = {
        "ids": ids(number.inbound_id for _, number in found),
        "organisations": ids(text.organisation_id for text, _ in found),
        "senders": ids(text.sender_id for text, _ in found),
        "recipients": ids(number.recipient_id for _, number in found),
        "indexes": blobs(number.number_index for _, number in found),
        "provider_ids": quoted(text.provider_message_id for text, _ in found),
        "bodies": blobs(
            sealer(text.organisation_id).seal(_BODY_PLACE, number.inbound_id, text.body)
            for text, number in found
        ),
        "stops": flags(text.is_stop for text, _ in found),
        "answered": flags(text.provider_answered for text, _ in found),
        "waited": ids(text.waited_ms(now) for text, _ in found),
    }
    return [Written(*row) for row in rows(_WRITE, values)]


def _obey(asked: Sequence[Text], held: Mapping[int, Held], written: Mapping[int, Written]) -> None:
    """A STOP cancels also when the number had opted out before: nothing may be left over."""
    stored = [
        (asked[place], number) for place, number in held.items() if number.inbound_id in written
    ]
    struck = [number.recipient_id for _, number in stored if number.is_struck]
    if struck:
        advice.forget_strikes(recipient_ids=struck)
    stops = [(text, number) for text, number in stored if text.is_stop]
    if not stops:
        return
    now = written[stops[0][1].inbound_id].received_at
    numbers = [
        Number(text.organisation_id, number.recipient_id, number.number_index)
        for text, number in stops
        if written[number.inbound_id].opted_out
    ]
    optout.opt_out_each(numbers=numbers, source="sms", now=now)
    outbox.cancel_recipients(
        recipient_ids=[number.recipient_id for _, number in stops],
        reason="opted_out",
        now=now,
        keep_kinds=Message.PAST_OPT_OUT,
    )
