"""Figures of the whole house for Prometheus, read anew at each look: no name, number or word of a
person, and no label but the names of queues, senders' ids, kinds and codes.

Gauges alone: every process answers with the same rows, so it does not matter which one is asked.
docs/operate.md says what each should be; deploy/prometheus/sendwell.rules.yml is its alarms.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from enrolment.models.audit_run import AuditRun
from enrolment.operations import QUEUES
from enrolment.standing_work import waiting
from messaging import heartbeats, holding
from messaging.backlog import backlogs
from messaging.budget import standing
from messaging.heartbeats import pulses
from messaging.models import Sender
from trust import key_standing

# Attempts by time, in blocks, as they lie together; texts in and decisions have no index by time,
# so no more than the newest are looked at.
_LATELY = """
SELECT 'calls', provider, outcome, count(*)::float8 FROM messaging_attempt
 WHERE started_at > %(now)s - interval '5 minutes' AND started_at <= %(now)s
 GROUP BY provider, outcome
UNION ALL
SELECT unnest(ARRAY['inbound_seconds', 'stop_seconds']), '', '', unnest(ARRAY[
       coalesce(max(extract(epoch FROM ended_at - received_at)), 0)::float8,
       coalesce(max(waited_ms) FILTER (WHERE is_stop), 0)::float8 / 1000])
  FROM (SELECT * FROM messaging_inboundmessage ORDER BY id DESC LIMIT 5000) AS i
 WHERE stored_at > %(now)s - interval '5 minutes'
UNION ALL
SELECT 'report_seconds', a.provider, '', percentile_cont(0.5) WITHIN GROUP (
       ORDER BY extract(epoch FROM r.received_at - a.started_at))::float8
  FROM (SELECT * FROM messaging_receipt ORDER BY id DESC LIMIT 5000) AS r
  JOIN messaging_attempt a ON a.id = r.attempt_id
 WHERE r.received_at > %(now)s - interval '5 minutes' AND r.status = 'delivered'
 GROUP BY a.provider
UNION ALL
SELECT 'alarms', '', kind, count(*)::float8 FROM messaging_alarm
 WHERE cleared_at IS NULL GROUP BY kind
UNION ALL
SELECT 'unknown', '', '', count(*)::float8 FROM messaging_attempt WHERE outcome = 'unknown'
UNION ALL
SELECT 'unknown_seconds', '', '',
       coalesce(extract(epoch FROM %(now)s - min(started_at)), 0)::float8
  FROM messaging_attempt WHERE outcome = 'unknown'
UNION ALL
SELECT 'silent', '', outcome || ':' || reason, count(*)::float8
  FROM (SELECT outcome, reason, decided_at FROM enrolment_decision
         ORDER BY id DESC LIMIT 20000) AS d
 WHERE decided_at > %(calendar)s - interval '1 hour' AND outcome IN ('expired', 'suppressed')
 GROUP BY outcome, reason
UNION ALL
SELECT 'offset', '', '', extract(epoch FROM %(calendar)s - %(now)s)::float8
"""
_TOLD: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "calls": ("calls_5m", "Calls begun in five minutes.", ("provider", "outcome")),
    "inbound_seconds": ("inbound_slowest_5m_seconds", "From stored to answered, the slowest.", ()),
    "stop_seconds": ("stop_slowest_5m_seconds", "From a STOP's call to its row, the slowest.", ()),
    "report_seconds": (
        "report_lag_5m_seconds",
        "From call to report of delivery, half take longer.",
        ("provider",),
    ),
    "alarms": ("sender_alarms", "Senders held by an alarm.", ("kind",)),
    "unknown": ("unknown_calls", "Calls of which nobody knows what they came to.", ()),
    "unknown_seconds": ("unknown_oldest_seconds", "Age of the oldest of them.", ()),
    "silent": ("silent_steps_1h", "Steps of an hour that sent nothing.", ("reason",)),
    "offset": ("calendar_offset_seconds", "The calendar is ahead by so much.", ()),
}


@dataclass(frozen=True, slots=True)
class House(Collector):
    """`now` is machine time."""

    now: datetime
    calendar: datetime

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._work()
        yield from self._parts()
        yield from self._wire()
        yield from self._audit()
        yield from self._keys()

    def _work(self) -> Iterator[GaugeMetricFamily]:
        age = _gauge("oldest_due_seconds", "How late the oldest work of a queue is.", "queue")
        rows = _gauge("waiting_rows", "Rows a queue's tasks will find; counted to 1001.", "queue")
        found = waiting(now=self.now, calendar=self.calendar)
        for queue in QUEUES:
            mine = [each for each in found if each.queue == queue]
            late = max((each.age.total_seconds() for each in mine if each.age), default=0.0)
            age.add_metric([queue], late)
            rows.add_metric([queue], sum(each.rows for each in mine))
        yield age
        yield rows
        texts = _gauge("oldest_text_seconds", "How long a sender's oldest text waits.", "sender")
        for backlog in backlogs(calendar=self.calendar):
            texts.add_metric(
                [str(backlog.sender_id)], (self.calendar - backlog.oldest).total_seconds()
            )
        yield texts

    def _parts(self) -> Iterator[GaugeMetricFamily]:
        """A part that was never seen has the age of the epoch: that is an alarm, not a gap."""
        seen = _gauge("heartbeat_age_seconds", "Since a part of the house was last seen.", "part")
        found = pulses(now=self.now)
        names = (heartbeats.BEAT, heartbeats.WATCH, *(heartbeats.QUEUE + each for each in QUEUES))
        for name in names:
            pulse = found.get(name)
            at = pulse.seen_at.timestamp() if pulse and pulse.seen_at else 0.0
            seen.add_metric([name], self.now.timestamp() - at)
        yield seen
        held = _gauge("sending_held", "1 while nothing leaves, after a restore.")
        held.add_metric([], float(holding.held_since() is not None))
        yield held

    def _wire(self) -> Iterator[GaugeMetricFamily]:
        families = {
            what: _gauge(name, told, *labels) for what, (name, told, labels) in _TOLD.items()
        }
        with connection.cursor() as cursor:
            cursor.execute(_LATELY, {"now": self.now, "calendar": self.calendar})
            for what, provider, kind, value in cursor.fetchall():
                names = [each for each in (provider, kind) if each]
                families[what].add_metric(names, value)
        yield from families.values()
        spent = _gauge("budget_spent_share", "Of a sender's month; 1 is all of it.", "sender")
        for sender in Sender.objects.filter(monthly_budget__isnull=False).order_by("pk"):
            share = standing(sender=sender, now=self.calendar).share
            if share is not None:
                spent.add_metric([str(sender.pk)], float(share))
        yield spent

    def _audit(self) -> Iterator[GaugeMetricFamily]:
        found = _gauge(
            "audit_findings",
            "Broken promises that stood at the end of the last audit.",
            "invariant",
        )
        age = _gauge("audit_age_seconds", "Since an audit came to its end.")
        through = _gauge(
            "audit_round_age_seconds", "Since the audit was through all the books, or began to be."
        )
        last = AuditRun.last_ended()
        if last is not None and last.ended_at is not None:
            age.add_metric([], (self.now - last.ended_at).total_seconds())
            for code, number in sorted(last.found.items()):
                found.add_metric([code], number)
            if last.waits_since is not None:
                through.add_metric([], (self.now - last.waits_since).total_seconds())
        yield found
        yield age
        yield through

    def _keys(self) -> Iterator[GaugeMetricFamily]:
        behind = _gauge("keys_behind", "Keys and second factors that need an older master key.")
        behind.add_metric([], key_standing.standing(now=self.now).behind_count)
        yield behind


def exposition(*, now: datetime, calendar: datetime) -> bytes:
    """In the text format of Prometheus, version 0.0.4."""
    registry = CollectorRegistry()
    registry.register(House(now, calendar))
    return generate_latest(registry)


def _gauge(name: str, told: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"sendwell_{name}", told, labels=labels)
