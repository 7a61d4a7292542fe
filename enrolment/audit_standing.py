"""What the operations page shows of the audit: what stands, how it went, when all was looked at."""

from datetime import datetime, timedelta
from typing import Any

from enrolment.auditing import INVARIANTS, ROUND_OLD
from enrolment.house_words import Standing, said
from enrolment.models.audit_run import AuditRun
from trust.telling import tell, tell_count

#: Half a day without an audit is long: it comes every hour.
_AUDIT_OLD = timedelta(hours=12)
_AUDIT_LONG = timedelta(minutes=5)
_AUDITS = 20


def audit(*, now: datetime) -> dict[str, Any]:
    """`now` is machine time."""
    # In one query, and without the findings, which may be many.
    runs = list(AuditRun.objects.defer("standing")[:_AUDITS])
    ended = [(run.ended_at, run.pk, run) for run in runs if run.ended_at is not None]
    if not ended:
        words = tell("No audit has come to its end yet; one begins every hour.")
        return {"standing": Standing("slow", words), "rows": []}
    ended_at, _, last = max(ended)
    return {
        "standing": _audited(last, now, ended_at),
        "last": last,
        "took": said(ended_at - last.started_at),
        "unfinished": runs[0].ended_at is None and now - runs[0].started_at > _AUDIT_LONG,
        "rows": [(code, last.found.get(code, 0)) for code in INVARIANTS],
    }


def _audited(last: AuditRun, now: datetime, ended_at: datetime) -> Standing:
    ago = said(now - ended_at)
    if last.findings:
        words = tell_count(
            "%(count)s finding, %(time)s ago",
            "%(count)s findings, %(time)s ago",
            last.findings,
            time=ago,
        )
        return Standing("stuck", words)
    if now - ended_at > _AUDIT_OLD:
        return Standing("slow", tell("In order, but that was %(time)s ago", time=ago))
    if last.waits_since and now - last.waits_since > ROUND_OLD:
        words = tell("In order, %(time)s ago, but not everything was looked at", time=ago)
        return Standing("slow", words)
    return Standing("well", tell("In order, %(time)s ago", time=ago))
