"""The report of a broadcast: what became of its texts, who was left out and why, who answered, who
left, what it cost. Counted now and then and kept with the broadcast, so that its page counts
nothing."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from enrolment.models.broadcast import Broadcast
from enrolment.models.broadcast_decision import BroadcastDecision
from messaging.models import Message

#: So long after a text a reply, or somebody leaving, is counted as called forth by it.
AFTER = timedelta(hours=48)
#: Between two countings, and how many people make it rarer.
_OFTEN, _RARELY, _MANY = timedelta(seconds=5), timedelta(minutes=2), 20_000
_PAID = (
    Message.Status.ACCEPTED, Message.Status.SENT, Message.Status.DELIVERED,
    Message.Status.UNDELIVERED,
)  # fmt: skip

_TEXTS = """
SELECT m.status, m.status_reason, count(*), sum(m.segments)
  FROM enrolment_broadcastdecision d JOIN messaging_message m ON m.id = d.message_id
 WHERE d.broadcast_id = %(broadcast)s
 GROUP BY m.status, m.status_reason
"""
_AFTERWARDS = """
SELECT count(*) FILTER (WHERE EXISTS (
           SELECT 1 FROM messaging_inboundmessage i
            WHERE i.recipient_id = m.recipient_id
              AND i.received_at BETWEEN m.settled_at AND m.settled_at + %(after)s)),
       count(*) FILTER (WHERE EXISTS (
           SELECT 1 FROM enrolment_withdrawal w
            WHERE w.enrolment_id = d.enrolment_id
              AND w.withdrawn_at BETWEEN m.settled_at AND m.settled_at + %(after)s))
  FROM enrolment_broadcastdecision d JOIN messaging_message m ON m.id = d.message_id
 WHERE d.broadcast_id = %(broadcast)s AND m.status = ANY(%(left_us)s)
"""


def refresh(*, now: datetime) -> int:
    """Of every broadcast that may have changed; how many."""
    moving = Q(status__in=(Broadcast.Status.SENDING, Broadcast.Status.PAUSED)) | Q(
        status__in=Broadcast.ENDED, ended_at__gt=now - AFTER - _RARELY, began_at__isnull=False
    )
    rows = Broadcast.objects.filter(moving).select_related("campaign__sender").order_by("pk")
    due = [row for row in rows if _is_due(row, now)]
    for row in due:
        count(broadcast=row, now=now)
    return len(due)


def count(*, broadcast: Broadcast, now: datetime) -> dict[str, Any]:
    """The figures, as they are kept from now on."""
    values: dict[str, Any] = {
        "broadcast": broadcast.pk,
        "after": AFTER,
        "left_us": [status.value for status in _PAID],
    }
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, values)
        texts = cursor.fetchall()
        cursor.execute(_AFTERWARDS, values)
        replies, left = cursor.fetchone()
    figures = {
        "texts": _by_status(texts),
        "came_to_nothing": _by_reason(texts),
        "segments": sum(segments for status, _, _, segments in texts if status in _PAID),
        "left_out": _left_out(broadcast),
        "replies": replies,
        "left": left,
    }
    Broadcast.objects.filter(pk=broadcast.pk).update(figures=figures, figures_at=now)
    broadcast.figures, broadcast.figures_at = figures, now
    return figures


def _by_status(texts: list[tuple[Any, ...]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for status, _, number, _ in texts:
        found[status] += number
    return dict(found)


def _by_reason(texts: list[tuple[Any, ...]]) -> dict[str, int]:
    """Of those that ended without the wire."""
    found: Counter[str] = Counter()
    for status, reason, number, _ in texts:
        if status in Message.SILENT:
            found[reason] += number
    return dict(found)


def _left_out(broadcast: Broadcast) -> dict[str, int]:
    rows = BroadcastDecision.objects.filter(
        broadcast=broadcast, outcome=BroadcastDecision.Outcome.LEFT_OUT
    ).order_by()
    return dict(rows.values_list("reason").annotate(number=Count("pk")))


def _is_due(broadcast: Broadcast, now: datetime) -> bool:
    if broadcast.figures_at is None:
        return True
    often = _OFTEN if broadcast.looked_at < _MANY else _RARELY
    if broadcast.status in Broadcast.ENDED:
        often = _RARELY
        # The day of its end is counted to its end.
        if broadcast.ended_at is not None and broadcast.figures_at < broadcast.ended_at:
            return True
    return broadcast.figures_at <= now - often
