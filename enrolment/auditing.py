"""The audit of all books, kept as a row, so that a page and a notice can tell of it."""

from collections import Counter
from datetime import timedelta

from enrolment import ledger
from enrolment.models.audit_run import AuditRun
from messaging import clock
from messaging import ledger as wire_ledger
from messaging.ledger import Violation

#: The promises there are, as docs/operators.md numbers them.
INVARIANTS = tuple(f"I{number}" for number in range(1, 9))
_KEPT = 200
#: A task that has not ended by then was killed.
_LONGEST = timedelta(seconds=150)


def is_under_way() -> bool:
    """Whether one has begun that may still run. A worker that is killed leaves its task to another,
    and several at once, reading whole tables, hold up the queue they share with texts."""
    since = clock.both()[0] - _LONGEST
    return AuditRun.objects.filter(started_at__gt=since, ended_at=None).exists()


def run() -> tuple[AuditRun, list[Violation]]:
    """Not in one transaction: whoever looks meanwhile sees that it runs."""
    now, calendar = clock.both()
    kept = AuditRun.objects.create(started_at=now)
    found = [*wire_ledger.violations(), *ledger.violations(now=calendar)]
    kept.found = dict(sorted(Counter(violation.code for violation in found).items()))
    kept.ended_at = clock.both()[0]
    kept.save(update_fields=["found", "ended_at"])
    AuditRun.objects.filter(pk__lte=kept.pk - _KEPT).delete()
    return kept, found
