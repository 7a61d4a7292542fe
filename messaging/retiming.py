"""Queued texts given other times, as when somebody lives by another clock from now on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import connection, transaction

# What is on the wire has left; should its call fail, it is tried again in the new hours.
_RETIME = """
UPDATE messaging_message
   SET not_before = CASE status WHEN 'queued' THEN %s ELSE not_before END,
       valid_until = CASE status WHEN 'queued' THEN %s ELSE valid_until END,
       hours_start = %s, hours_end = %s, zone = %s, retimed_at = clock_timestamp()
 WHERE id = %s AND status IN ('queued', 'sending', 'unknown')
"""


@dataclass(frozen=True, slots=True)
class Times:
    """`hours`: the stretch of the local day, in `zone`, in which the text may leave."""

    message_id: int
    not_before: datetime
    valid_until: datetime
    hours: tuple[time, time]
    zone: str


@transaction.atomic
def retime(*, texts: Sequence[Times]) -> None:
    """The caller holds their number's row lock, so that no call begins meanwhile."""
    with connection.cursor() as cursor:
        for text in sorted(texts, key=lambda each: each.message_id):
            start, end = text.hours
            values: list[Any] = [
                text.not_before, text.valid_until, start, end, text.zone, text.message_id,
            ]  # fmt: skip
            cursor.execute(_RETIME, values)
