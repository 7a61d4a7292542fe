"""The audit of all books, kept as a row, so that a page and a notice can tell of it: an hour's part
of it within a time, or the whole at once. docs/decisions/0020-audit-in-stretches.md says why."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction

from enrolment import audit_stretches, ledger
from enrolment.audit_stretches import Kind
from enrolment.audit_walk import Walk
from enrolment.models.audit_run import AuditRun
from messaging import clock
from messaging import ledger as wire_ledger
from messaging.ledger import Violation

#: The promises there are, as docs/operators.md numbers them.
INVARIANTS = tuple(f"I{number}" for number in range(1, 9))
#: A round should have come to its end within so long.
ROUND_OLD = timedelta(days=2)
_SECONDS = 60.0
_KEPT = 200
#: The whole audit keeps no more to be asked for again.
_MOST_STANDING = 10_000
#: A task that has not ended by then was killed.
_LONGEST = timedelta(seconds=150)
#: Two that end at once: the second finds what the first wrote.
_LOCK = 24239


def is_under_way() -> bool:
    """Whether one has begun that may still run. A worker that is killed leaves its task to another,
    and several at once hold up the queue they share with texts."""
    since = clock.both()[0] - _LONGEST
    return AuditRun.objects.filter(started_at__gt=since, ended_at=None).exists()


def run() -> tuple[AuditRun, list[Violation]]:
    """Everything, however long it takes. Not in one transaction: whoever looks meanwhile sees that
    it runs."""
    now, calendar = clock.both()
    marks = {
        source.name: audit_stretches.settled(source, 0, now=now, calendar=calendar)
        for source in audit_stretches.SOURCES
    }
    kept = AuditRun.objects.create(started_at=now, marks=marks, whole_from=now)
    found = [*wire_ledger.violations(), *ledger.violations(now=calendar)]
    _end(kept, found, is_whole=True)
    return kept, found


def run_hour(*, seconds: float = _SECONDS, timer: Callable[[], float] = time.monotonic) -> AuditRun:
    """What is new, and as much of the rest as the time is enough for; ends by itself."""
    now, calendar = clock.both()
    before = AuditRun.last_ended() or AuditRun()
    began_at = before.round_began_at or now
    kept = AuditRun.objects.create(
        started_at=now,
        round_began_at=began_at,
        whole_from=before.whole_from,
        whole_until=before.whole_until,
    )
    walk = Walk(now, calendar, seconds, timer, marks=before.marks or {}, place=_place(before))
    walk.walk(again=standing(before))
    kept.marks, kept.is_behind = walk.marks, walk.is_behind
    if walk.place:
        kind, after = walk.place
        kept.place = {"of": kind.value, "after": after}
    if walk.is_through:
        kept.round_began_at, kept.whole_from = None, began_at
    _end(kept, walk.found, is_whole=walk.is_through)
    return kept


def standing(run: AuditRun) -> list[Violation]:
    """What a run left to be asked for again."""
    return [Violation(*each) for each in run.standing or ()]


def _place(run: AuditRun) -> tuple[Kind, int] | None:
    return (Kind(run.place["of"]), run.place["after"]) if run.place else None


@transaction.atomic
def _end(kept: AuditRun, found: Iterable[Violation], *, is_whole: bool) -> None:
    """What another found that ended meanwhile stands as well: the next asks for it again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    stands = dict.fromkeys(found)
    ended_at = clock.both()[0]
    if is_whole:
        kept.whole_until = ended_at
    for other in AuditRun.objects.filter(ended_at__gt=kept.started_at):
        stands.update(dict.fromkeys(standing(other)))
        _take_later_round(kept, other)
    kept.found = dict(sorted(Counter(violation.code for violation in stands).items()))
    kept.standing = [[each.code, each.subject, each.detail] for each in stands][:_MOST_STANDING]
    kept.ended_at = ended_at
    kept.save()
    AuditRun.objects.filter(pk__lte=kept.pk - _KEPT).delete()


def _take_later_round(kept: AuditRun, other: AuditRun) -> None:
    mine: datetime | None = kept.whole_until
    if other.whole_until and (mine is None or other.whole_until > mine):
        kept.whole_from, kept.whole_until = other.whole_from, other.whole_until
