"""The words of texts in, opened one by one and scrubbed; only for whoever may read them."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.db.backends.utils import CursorWrapper

from enrolment.models import Participant
from messaging.models import InboundMessage
from research.bundle.marks import row_id
from research.bundle.people import Scope
from research.bundle.scrubbing import guarded, scrubbed
from trust.keys import unseal

_AT_ONCE = 2000
_BODY = f"{InboundMessage._meta.db_table}.body"
_FIRST_NAME = f"{Participant._meta.db_table}.first_name"
_NAMES = """
SELECT p.id, p.first_name FROM enrolment_participant p
 WHERE p.first_name IS NOT NULL AND p.id IN (SELECT participant_id FROM bundle_enrolment)
"""
_TEXTS = f"""
SELECT i.id, i.body, {row_id("i", "messages_in", "i.id")}, e.eid, e.pid
  FROM bundle_inbound b
  JOIN messaging_inboundmessage i ON i.id = b.id
  JOIN bundle_enrolment e ON e.id = b.enrolment_id
 WHERE i.body IS NOT NULL
 ORDER BY e.place, i.id
 LIMIT {_AT_ONCE} OFFSET %(skip)s
"""


def scrubbed_lines(cursor: CursorWrapper, scope: Scope) -> Iterator[bytes]:
    """Lines of CSV, of the people `people.gather` gathered by this cursor's connection."""
    cursor.execute(_NAMES)
    names = frozenset(_names(cursor.fetchall()))
    skip = 0
    while True:
        cursor.execute(_TEXTS, {**scope.values, "skip": skip})
        rows = cursor.fetchall()
        for message_id, body, in_id, eid, pid in rows:
            words = scrubbed(unseal(_BODY, message_id, bytes(body)), names)
            yield line((in_id, eid, pid, guarded(words)))
        skip += len(rows)
        if len(rows) < _AT_ONCE:
            return


def line(values: Sequence[str | int | None]) -> bytes:
    """Nothing is an empty cell."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(["" if v is None else v for v in values])
    return text.getvalue().encode()


def _names(rows: Iterable[tuple[int, bytes]]) -> Iterator[str]:
    for participant_id, sealed in rows:
        name = unseal(_FIRST_NAME, participant_id, bytes(sealed)).casefold()
        yield from {name, *name.split()}
