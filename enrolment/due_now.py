"""Whether anything at all waits to be planned, sent, answered or told at this moment of the
calendar: one query, asked of what a settle would work on (see pacing)."""

from collections.abc import Sequence

from django.db import connection

from messaging.clock import CALENDAR_NOW

# Each by an index that holds only what waits. A text that its hours or its sender hold back counts
# as well, and a broadcast that another process may have sent to its end: better a settle too many.
_WAITS = """
WITH clock AS MATERIALIZED (SELECT {now} AS now)
SELECT EXISTS (SELECT FROM enrolment_enrolment, clock WHERE next_due_at <= now)
    OR EXISTS (SELECT FROM messaging_message, clock
                WHERE status = 'queued' AND (not_before <= now OR valid_until <= now)
                  AND (retry_at IS NULL OR retry_at <= now OR valid_until <= now))
    OR EXISTS (SELECT FROM messaging_message WHERE status = 'sending')
    OR EXISTS (SELECT FROM messaging_inboundmessage WHERE "end" = 'pending')
    OR EXISTS (SELECT FROM enrolment_page, clock WHERE status = 'pending' AND next_at <= now)
    OR EXISTS (SELECT FROM enrolment_case, clock
                WHERE status IN ('open', 'assigned') AND alarmed_at IS NULL AND due_at < now)
    OR EXISTS (SELECT FROM enrolment_invitation WHERE status = 'pending')
    OR EXISTS (SELECT FROM enrolment_broadcast, clock
                WHERE status = 'sending' OR status = 'scheduled' AND due_at <= now)
    OR EXISTS (SELECT FROM enrolment_setpublishing, clock
                WHERE status = 'waiting' AND due_at <= now)
    OR EXISTS (SELECT FROM enrolment_batchmove WHERE status = 'running')
    OR EXISTS (SELECT FROM campaigns_job
                WHERE status IN ('waiting', 'running') AND kind = ANY(%(kinds)s))
"""


def is_anything_due(*, kinds: Sequence[str]) -> bool:
    """`kinds`: the jobs that count."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITS.format(now=CALENDAR_NOW), {"kinds": list(kinds)})
        found: bool = cursor.fetchone()[0]
    return found
