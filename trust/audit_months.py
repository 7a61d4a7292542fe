"""The audit lies in a part for each month, so that a month past everybody's years goes in one
piece. The database does it as the tables' owner (migration 0010): the application may not."""

from dataclasses import dataclass

import structlog
from django.db import connection, transaction

from trust import audit

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """`deed` is one of: made; dropped; left out, as lines of it lie in the default part already
    (they stay there, and are read as all others); busy, as a lock was not to be had at once."""

    name: str
    deed: str
    lines: int


@transaction.atomic
def keep() -> list[Part]:
    """This month and the next three made, old ones dropped: what was done, and what could not be.

    Safe at any time and twice at once. What was busy is tried by the next call."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, deed, coalesce(lines, 0) FROM trust_auditevent_months()")
        parts = [Part(*row) for row in cursor.fetchall()]
    for part in parts:
        log.info("audit_part", kind=part.name, outcome=part.deed, count=part.lines)
        if part.deed == "dropped":
            detail: dict[str, audit.Detail] = {
                "what": "audit",
                "part": part.name,
                "rows": part.lines,
            }
            audit.record(verb="retention.purge", subject=None, detail=detail)
    return parts
