"""The books audited in the shortest stretches there are, and an hour of the audit by a test's own
timer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from enrolment import audit_stretches, auditing
from enrolment.audit_stretches import Kind
from enrolment.models import AuditRun
from messaging import ledger as wire_ledger
from messaging.ledger import Violation


def row_by_row(now: datetime) -> Iterator[Violation]:
    yield from wire_ledger.forgotten()
    for kind in Kind:
        after = 0
        while ids := audit_stretches.following(kind, after):
            after = ids[-1]
            for row_id in ids:
                yield from audit_stretches.ask(kind, [row_id], calendar=now)


def hour() -> AuditRun:
    """With all the time it wants."""
    return auditing.run_hour(timer=lambda: 0.0)


def short_hour() -> AuditRun:
    """Its time is up whenever it asks: one turn of what is new, one stretch of the round."""
    ticks = count(step=1000.0)
    return auditing.run_hour(timer=lambda: next(ticks))


def long_ago(run: AuditRun, by: timedelta) -> None:
    """As if it had been run so long before."""
    times = ("started_at", "ended_at", "round_began_at", "whole_from", "whole_until")
    moved = {name: at - by for name in times if (at := getattr(run, name)) is not None}
    AuditRun.objects.filter(pk=run.pk).update(**moved)
