"""That something was heard of people, whatever it was: silence ends, and so does being thought
unreachable."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from campaigns.compiling import compiled
from enrolment import pausing
from enrolment.models.enrolment import Enrolment
from messaging.statements import ids, rows

# The silence that counts from this text may end before anything else comes due.
_HEARD = """
UPDATE enrolment_enrolment e
   SET heard = e.heard + 1, heard_at = %(now)s::timestamptz,
       next_due_at = least(e.next_due_at, h.look_by)
  FROM unnest(%(ids)s::bigint[], %(look_by)s::timestamptz[]) AS h(id, look_by)
 WHERE e.id = h.id
RETURNING e.id, e.next_due_at
"""


@transaction.atomic(savepoint=False)
def heard(*, enrolments: Sequence[Enrolment], now: datetime) -> None:
    """The caller holds the row locks of the recipients and of these, all the numbers' open ones."""
    if not enrolments:
        return
    values = {
        "ids": ids(enrolment.pk for enrolment in enrolments),
        "look_by": [_look_by(enrolment, now) for enrolment in enrolments],
        "now": now,
    }
    next_due_at = dict(rows(_HEARD, values))
    for enrolment in enrolments:
        enrolment.heard, enrolment.heard_at = enrolment.heard + 1, now
        enrolment.next_due_at = next_due_at[enrolment.pk]
        if enrolment.pause_reason == pausing.UNREACHABLE and not pausing.is_long_gone(
            enrolment, now
        ):
            pausing.resume(enrolment=enrolment, now=now)


def _look_by(enrolment: Enrolment, now: datetime) -> datetime | None:
    silent = compiled(enrolment.version).silent
    if silent is None or enrolment.status != Enrolment.Status.ACTIVE:
        return None
    return now + silent
