"""Weight moved away from a sender of a group that is slow or fails, and back when it is well.

In small steps with time between, never all at once: the others would be flooded, and a sender that
gets no texts could not show that it has recovered. After GOV.UK Notify's account of its own routing
("How GOV.UK Notify reliably sends text messages", 2020): ten points, when 15 % took longer than
five minutes in the last quarter of an hour and no other is slow too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction

from messaging.models.sender import Sender
from messaging.models.sender_group import SenderGroup

log = structlog.get_logger(__name__)

STEP = 10
#: No sender of a group falls below this while its weight is more than nothing.
LEAST = 5
#: Between two steps of a group.
EVERY = timedelta(minutes=5)
#: Without trouble for this long, weight comes back.
HEALS_AFTER = timedelta(hours=1)
#: Judged by what was sent in this time, and not by fewer texts than this.
LOOK_BACK = timedelta(minutes=15)
SLOW_AFTER = timedelta(minutes=5)
SLOW_SHARE = 0.15
FAILING_SHARE = 0.25
FEWEST = 20

# Attempts are found by time; only those old enough to be slow count as such. A text that moved on
# to another sender says nothing of that one by what its first provider did.
_RECENT = """
SELECT m.sender_id, count(*),
       count(*) FILTER (WHERE EXISTS (SELECT 1 FROM messaging_receipt r
                                       WHERE r.attempt_id = a.id)),
       count(*) FILTER (WHERE a.outcome = 'unknown'
                           OR a.outcome = 'rejected_retryable' OR m.status = 'failed'),
       count(*) FILTER (WHERE a.started_at < clock_timestamp() - %(slow)s::interval
                          AND NOT EXISTS (SELECT 1 FROM messaging_receipt r
                                           WHERE r.attempt_id = a.id
                                             AND r.received_at < a.started_at + %(slow)s::interval
                                             AND r.status IN ('delivered', 'undelivered')))
  FROM messaging_attempt a JOIN messaging_message m ON m.id = a.message_id
  JOIN messaging_sender s ON s.id = m.sender_id AND s.provider = a.provider
 WHERE a.started_at > clock_timestamp() - %(back)s::interval
   AND m.sender_id = ANY(%(senders)s)
 GROUP BY m.sender_id
"""


@dataclass(frozen=True, slots=True)
class Health:
    """A sender's last quarter of an hour; too few texts say nothing."""

    sent: int = 0
    reported: int = 0
    failed: int = 0
    late: int = 0

    @property
    def fails(self) -> bool:
        return self.sent >= FEWEST and self.failed >= self.sent * FAILING_SHARE

    @property
    def slow(self) -> bool:
        """A provider that reports nothing cannot be told from a slow one, and is let be."""
        return self.reported > 0 and self.sent >= FEWEST and self.late >= self.sent * SLOW_SHARE


def rebalance(*, now: datetime) -> int:
    """How many groups changed. Safe twice at once: each under its row's lock. `now` is calendar
    time."""
    groups = SenderGroup.objects.filter(senders__is_active=True).distinct().order_by("pk")
    return sum(_rebalance(group_id, now) for group_id in groups.values_list("pk", flat=True))


@transaction.atomic
def _rebalance(group_id: int, now: datetime) -> bool:
    group = SenderGroup.objects.select_for_update().get(pk=group_id)
    changed = group.rebalanced_at
    if changed is not None and now < changed + EVERY:
        return False
    senders = list(Sender.objects.filter(group=group, is_active=True).order_by("pk"))
    if len(senders) < 2:
        return False
    own = {sender.pk: sender.weight for sender in senders}
    weights = moved(
        {sender.pk: (sender.weight, _now(sender)) for sender in senders},
        _health([sender.pk for sender in senders]),
        heals=changed is None or now >= changed + HEALS_AFTER,
    )
    if not weights:
        return False
    for sender_id, weight in weights.items():
        # Back at staff's own weight it follows that again, also when it is raised.
        kept = None if weight == own[sender_id] else weight
        Sender.objects.filter(pk=sender_id).update(weight_now=kept)
        log.warning("sender_weight", sender_id=sender_id, count=weight)
    SenderGroup.objects.filter(pk=group_id).update(rebalanced_at=now)
    return True


def moved(
    weights: Mapping[int, tuple[int, int]], health: Mapping[int, Health], *, heals: bool
) -> dict[int, int]:
    """The senders whose weight changes, and to what. `weights` are the staff's and the present one,
    by sender."""
    ill = {sender for sender in weights if health.get(sender, Health()).fails}
    if not ill:
        ill = {sender for sender in weights if health.get(sender, Health()).slow}
    if ill and len(ill) < len(weights):
        wanted = {
            sender: max(min(LEAST, weights[sender][1]), weights[sender][1] - STEP) for sender in ill
        }
    elif not ill and heals:
        wanted = {sender: min(own, present + STEP) for sender, (own, present) in weights.items()}
    else:
        wanted = {}
    return {sender: weight for sender, weight in wanted.items() if weight != weights[sender][1]}


def _now(sender: Sender) -> int:
    return sender.weight if sender.weight_now is None else min(sender.weight_now, sender.weight)


def _health(sender_ids: Sequence[int]) -> dict[int, Health]:
    values: dict[str, Any] = {
        "slow": SLOW_AFTER,
        "back": LOOK_BACK,
        "senders": list(sender_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, values)
        return {sender_id: Health(*counts) for sender_id, *counts in cursor.fetchall()}
