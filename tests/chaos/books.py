"""What the database says of a proof's texts."""

from collections import Counter

from tests.chaos.field import Field

_OPEN = ("queued", "sending")
#: Attempts of those who have texted STOP, whenever they were made.
STOPPED = """
  FROM messaging_attempt a
  JOIN messaging_message m ON m.id = a.message_id AND m.id > %s AND m.kind = 'broadcast'
  JOIN messaging_recipient r ON r.id = m.recipient_id
  JOIN messaging_optout o
    ON o.organisation_id = r.organisation_id AND o.number_index = r.number_index
"""


def waiting(field: Field, after: int) -> int:
    """Texts with a higher id that are queued or on the wire still."""
    sql = "SELECT count(*) FROM messaging_message WHERE id > %s AND status = ANY(%s)"
    return int(field.one(sql, after, list(_OPEN)))


def ends(field: Field, after: int) -> Counter[tuple[str, str]]:
    """How many have which status, for which reason."""
    sql = (
        "SELECT status, status_reason, count(*) FROM messaging_message WHERE id > %s GROUP BY 1, 2"
    )
    found = field.rows(sql, after)
    return Counter({(status, reason): count for status, reason, count in found})


def started_after_stop(field: Field, after: int) -> int:
    sql = f"SELECT count(*) {STOPPED} WHERE a.started_at > o.opted_out_at"
    return int(field.one(sql, after))
