"""What is to be sent: queued once a cause, cancelled until its call is committed.

The only writer of a Message before the wire. Callers hold the recipient's row lock where a STOP
could come between; `dispatch` asks again under that lock in any case.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from django.db import connection, transaction

from messaging import zones
from messaging.models.message import Message
from messaging.models.sender import Sender
from messaging.optout import opted_out_among
from messaging.outgoing import COLUMNS, FIELDS, Outline, Packing, body_row, row_of
from messaging.providers.registry import is_fake
from messaging.segments import measure
from messaging.statements import ids, quoted, rows, words
from trust import copying
from trust.ids import draw_ids
from trust.keys import sealer
from trust.sealing import Sealer

_PLACES = ", ".join(["%s"] * FIELDS)
_BODY_PLACE = "messaging_messagebody.text"

_INSERT = (
    f"INSERT INTO messaging_message ({COLUMNS}) VALUES ({_PLACES}) "
    "ON CONFLICT (cause_kind, cause_key) DO NOTHING RETURNING id"
)
_INSERT_BODY = "INSERT INTO messaging_messagebody (message_id, text) VALUES (%s, %s)"
_COPY = f"COPY messaging_message ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
_COPY_BODIES = "COPY messaging_messagebody (message_id, text) FROM STDIN (FORMAT BINARY)"

# One statement: a row that settle moves back to queued meanwhile is read again, not missed. What
# is on the wire keeps its status and bears the reason, so that it is never queued again. Locked by
# id, as settle does: two that met in another order would wait for each other.
_CANCEL = """
WITH held AS MATERIALIZED (
    SELECT m.id FROM messaging_message m
     WHERE m.status IN ('queued', 'sending', 'unknown') AND {rows}
     ORDER BY m.id FOR NO KEY UPDATE
)
UPDATE messaging_message m
   SET status = CASE m.status WHEN 'queued' THEN 'cancelled' ELSE m.status END,
       status_reason = CASE m.status WHEN 'queued' THEN %(reason)s::text ELSE m.status_reason END,
       settled_at = CASE m.status WHEN 'queued' THEN %(now)s::timestamptz END,
       retry_at = NULL,
       cancel_reason = %(reason)s::text
  FROM held
 WHERE m.id = held.id AND m.status IN ('queued', 'sending', 'unknown')
RETURNING m.status
"""

# One statement: a message whose call begins meanwhile keeps the words it goes out with.
_REWORD = """
WITH waiting AS (
    UPDATE messaging_message
       SET segments = %(segments)s, encoding = %(encoding)s, is_approved = %(approved)s
     WHERE id = %(id)s AND status = 'queued'
    RETURNING id
)
UPDATE messaging_messagebody b SET text = %(text)s FROM waiting WHERE b.message_id = waiting.id
"""
_CANCEL_CAUSE = _CANCEL.format(
    rows="m.cause_kind = %(cause_kind)s AND m.cause_key = ANY(%(cause_keys)s::text[])"
)
_CANCEL_RECIPIENTS = _CANCEL.format(
    rows="m.recipient_id = ANY(%(recipients)s::bigint[])"
    " AND NOT m.kind = ANY(%(keep_kinds)s::text[])"
)
# A retry that is due only when its time is over never comes; by that it is known when released.
_HOLD = """
WITH held AS MATERIALIZED (
    SELECT m.id FROM messaging_message m
     WHERE m.status = 'queued' AND m.cause_kind = %(cause_kind)s::text
       AND m.cause_key = ANY(%(cause_keys)s::text[])
     ORDER BY m.id FOR NO KEY UPDATE
)
UPDATE messaging_message m SET retry_at = {retry_at}
  FROM held WHERE m.id = held.id AND m.status = 'queued' AND {which}
RETURNING m.id
"""
_HOLD_BACK = _HOLD.format(retry_at="m.valid_until", which="true")
_RELEASE = _HOLD.format(retry_at="NULL", which="m.retry_at = m.valid_until")
# What is on the wire has a number already.
_READDRESS = """
UPDATE messaging_message m SET recipient_id = %(recipient_id)s
 WHERE m.status = 'queued' AND m.cause_kind = %(cause_kind)s AND m.cause_key = ANY(%(cause_keys)s)
"""


@transaction.atomic
def queue(
    *,
    organisation_id: int,
    sender_id: int,
    recipient_id: int,
    kind: str,
    cause_kind: str,
    cause_key: str,
    text: str,
    not_before: datetime,
    valid_until: datetime,
    hours: tuple[time, time] | None,
    zone: str,
    priority: int,
    is_test: bool,
    approved: bool,
    now: datetime,
) -> int | None:
    """The message's id, or None when this cause was queued before. The fields are Outline's.

    A message that may not go is written all the same, blocked with its reason: `opted_out`,
    `not_clinically_approved` or `unknown_zone`."""
    outline = Outline(
        message_id=draw_ids(Message, 1)[0],
        organisation_id=organisation_id,
        sender_id=sender_id,
        recipient_id=recipient_id,
        kind=kind,
        cause_kind=cause_kind,
        cause_key=cause_key,
        text=text,
        not_before=not_before,
        valid_until=valid_until,
        hours=hours,
        zone=zone,
        priority=priority,
        is_test=is_test,
        approved=approved,
    )
    outline = _normalised(outline)
    refusal = _Refusals([outline]).reason(outline)
    sealed = sealer(organisation_id).seal(_BODY_PLACE, outline.message_id, outline.text)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, row_of(outline, refusal, now))
        if cursor.fetchone() is None:
            return None
        cursor.execute(_INSERT_BODY, (outline.message_id, sealed))
    return outline.message_id


@transaction.atomic(savepoint=False)
def queue_many(*, outlines: Sequence[Outline], now: datetime) -> None:
    """Like `queue`, for a batch whose ids were drawn from Message. A cause that was queued before
    raises IntegrityError and nothing of the batch is written."""
    if not outlines:
        return
    outlines = [_normalised(outline) for outline in outlines]
    reason = _Refusals(outlines).reason
    refusals = [reason(outline) for outline in outlines]
    seals = {found: sealer(found) for found in {outline.organisation_id for outline in outlines}}
    # Django translates the errors of `execute`, not those of a COPY that is being closed.
    with connection.wrap_database_errors, connection.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            for piece in copying.pieces(map(Packing(now).row, outlines, refusals)):
                copy.write(piece)
            # Sealed while the server still takes in the last of the messages.
            bodies = [_packed_body(outline, seals) for outline in outlines]
        with cursor.copy(_COPY_BODIES) as copy:
            copy.write(b"".join(copying.pieces(bodies)))


def resend_if_unknown(*, message_ids: Sequence[int]) -> None:
    """Rather two texts than none, for messages just queued; see `messaging.reconcile`."""
    Message.objects.filter(pk__in=message_ids).update(resend_unknown=True)


@transaction.atomic
def cancel(*, cause_kind: str, cause_keys: Iterable[str], reason: str, now: datetime) -> int:
    """How many queued messages were cancelled. One whose call is on the wire cannot be recalled,
    but if the call fails it is cancelled instead of being queued again."""
    values: dict[str, Any] = {
        "cause_kind": str(cause_kind),
        "cause_keys": quoted(map(str, cause_keys)),
    }
    return _cancel(_CANCEL_CAUSE, values, reason, now)


@transaction.atomic
def hold(*, cause_kind: str, cause_keys: Iterable[str]) -> int:
    """Queued messages that wait until they are released, or their time is over; how many. One on
    the wire leaves, also when its call fails and is made again."""
    return _held(_HOLD_BACK, cause_kind, cause_keys)


@transaction.atomic
def release(*, cause_kind: str, cause_keys: Iterable[str]) -> int:
    """How many go on."""
    return _held(_RELEASE, cause_kind, cause_keys)


@transaction.atomic
def reword(*, cause_kind: str, cause_key: str, text: str, approved: bool) -> bool:
    """New words for a message that still waits; False when it does not wait any more.

    The caller holds the recipient's row lock, so that no call begins meanwhile. `approved` is the
    new words' own, as in Outline."""
    waiting = Message.objects.filter(
        cause_kind=str(cause_kind), cause_key=cause_key, status=Message.Status.QUEUED
    )
    found = waiting.values_list("pk", "organisation_id").first()
    if found is None:
        return False
    message_id, organisation_id = found
    clean = unicodedata.normalize("NFC", text)
    size = measure(clean)
    with connection.cursor() as cursor:
        cursor.execute(
            _REWORD,
            {
                "id": message_id,
                "segments": size.segments,
                "encoding": size.encoding,
                "approved": approved,
                "text": sealer(organisation_id).seal(_BODY_PLACE, message_id, clean),
            },
        )
        return bool(cursor.rowcount)


@transaction.atomic
def readdress(*, cause_kind: str, cause_keys: Iterable[str], recipient_id: int) -> int:
    """Queued messages to another number, which must not have opted out; how many. The caller holds
    the row locks of both numbers, so that no call begins meanwhile."""
    values: dict[str, Any] = {
        "cause_kind": str(cause_kind),
        "cause_keys": [str(key) for key in cause_keys],
        "recipient_id": recipient_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_READDRESS, values)
        return int(cursor.rowcount)


def cancel_recipient(
    *, recipient_id: int, reason: str, now: datetime, keep_kinds: Sequence[str] = ()
) -> int:
    """As `cancel`, for all that a number still has coming but the kinds to keep."""
    one = [recipient_id]
    return cancel_recipients(recipient_ids=one, reason=reason, now=now, keep_kinds=keep_kinds)


@transaction.atomic(savepoint=False)
def cancel_recipients(
    *, recipient_ids: Sequence[int], reason: str, now: datetime, keep_kinds: Sequence[str] = ()
) -> int:
    """The same for many numbers."""
    values: dict[str, Any] = {
        "recipients": ids(recipient_ids),
        "keep_kinds": words(str(kind) for kind in keep_kinds),
    }
    return _cancel(_CANCEL_RECIPIENTS, values, reason, now)


def _held(sql: str, cause_kind: str, cause_keys: Iterable[str]) -> int:
    keys = quoted(cause_keys)
    return len(rows(sql, {"cause_kind": str(cause_kind), "cause_keys": keys}))


def _cancel(sql: str, values: dict[str, Any], reason: str, now: datetime) -> int:
    found = rows(sql, {**values, "reason": reason, "now": now})
    return sum(status == Message.Status.CANCELLED for (status,) in found)


def _packed_body(outline: Outline, seals: Mapping[int, Sealer]) -> bytes:
    seal = seals[outline.organisation_id].seal
    return body_row(outline.message_id, seal(_BODY_PLACE, outline.message_id, outline.text))


def _normalised(outline: Outline) -> Outline:
    """Decomposed letters would make a GSM-7 text UCS-2, at more than twice the price."""
    if outline.text.isascii():
        return outline
    return replace(outline, text=unicodedata.normalize("NFC", outline.text))


class _Refusals:
    """Why a message of this batch may not go, asked of the database once for all of them."""

    def __init__(self, outlines: Sequence[Outline]) -> None:
        self.opted_out = opted_out_among({outline.recipient_id for outline in outlines})
        wary = {outline.sender_id for outline in outlines if not outline.approved}
        senders = Sender.objects.filter(pk__in=wary) if wary else Sender.objects.none()
        providers = senders.values_list("pk", "provider")
        self.fake_senders = {pk for pk, provider in providers if is_fake(provider)}

    def reason(self, outline: Outline) -> str:
        if outline.recipient_id in self.opted_out and outline.kind not in Message.PAST_OPT_OUT:
            return "opted_out"
        if not outline.approved and outline.sender_id not in self.fake_senders:
            return "not_clinically_approved"
        if not zones.is_known(outline.zone):
            return "unknown_zone"
        return ""
