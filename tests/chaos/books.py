"""What the database says of a proof's texts."""

from collections import Counter

from tests.chaos.field import Field

_OPEN = ("queued", "sending")


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
