"""What waits in each queue: the rows that its tasks will find, their oldest, and how many there
are, counted no further than anybody needs to know. The rows are the queue, of the whole house."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop

from messaging.backlog import MOST
from trust.telling import tell

#: Older than this is slow, and than that stuck.
SLOW = timedelta(minutes=5)
STUCK = timedelta(minutes=15)

# Each by an index that holds only what waits. Long work is no later for having begun long ago.
_WAITS: tuple[tuple[str, str, str, str], ...] = (
    ("stop_inbound", gettext_noop("%(count)s texts in, to be answered"), "machine", """
        SELECT stored_at AS at FROM messaging_inboundmessage
         WHERE "end" = 'pending' ORDER BY id"""),
    ("due", gettext_noop("%(count)s people whose next step is due"), "calendar", """
        SELECT next_due_at AS at FROM enrolment_enrolment
         WHERE next_due_at <= %(calendar)s ORDER BY next_due_at"""),
    ("bulk", gettext_noop("%(count)s moves of people to another version"), "", """
        SELECT started_at AS at FROM enrolment_batchmove WHERE status = 'running'"""),
    ("bulk", gettext_noop("%(count)s pieces of long work, such as lists of people"), "", """
        SELECT created_at AS at FROM campaigns_job WHERE status IN ('waiting', 'running')"""),
    ("callbacks", gettext_noop("%(count)s delivery reports"), "machine", """
        SELECT try_at AS at FROM messaging_report WHERE try_at <= %(now)s ORDER BY try_at"""),
    ("callbacks", gettext_noop("%(count)s pages to staff"), "calendar", """
        SELECT next_at AS at FROM enrolment_page
         WHERE status = 'pending' AND next_at <= %(calendar)s ORDER BY next_at"""),
    ("callbacks", gettext_noop("%(count)s calls to a provider that nobody settled"), "machine", """
        SELECT started_at + %(lease)s::interval AS at FROM messaging_attempt
         WHERE outcome = 'started' AND started_at < %(now)s - %(lease)s::interval
         ORDER BY started_at"""),
)  # fmt: skip
_SQL = "\nUNION ALL\n".join(
    f"SELECT {place}, min(at), count(*) FROM ({sql} LIMIT %(most)s) AS w{place}"
    for place, (_, _, _, sql) in enumerate(_WAITS)
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """`rows` stops at MOST + 1; `age` is how late the oldest is, None where nothing can be late."""

    queue: str
    what: str
    age: timedelta | None
    rows: int

    def told(self, count: str) -> str:
        return tell(self.what, count=count)


def waiting(*, now: datetime, calendar: datetime) -> list[Waiting]:
    """`now` is machine time."""
    values: dict[str, Any] = {
        "now": now,
        "calendar": calendar,
        "lease": timedelta(seconds=settings.ATTEMPT_LEASE_SECONDS),
        "most": MOST + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        found = {place: (oldest, rows) for place, oldest, rows in cursor.fetchall()}
    clocks = {"machine": now, "calendar": calendar}
    return [
        Waiting(queue, what, _age(found[place][0], clocks.get(clock)), found[place][1])
        for place, (queue, what, clock, _) in enumerate(_WAITS)
    ]


def _age(oldest: datetime | None, at: datetime | None) -> timedelta | None:
    return max(timedelta(0), at - oldest) if oldest is not None and at is not None else None
