"""An uploaded list of people: kept sealed, read once, forgotten with its broadcast."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from enrolment.handles import read_handle
from enrolment.models.broadcast import Broadcast
from enrolment.models.broadcast_list import BroadcastList
from enrolment.models.broadcast_listed import BroadcastListed
from enrolment.models.participant import Participant
from messaging.addresses import is_number, normalised
from messaging.statements import blobs, ids
from trust.blind_index import number_indexes

#: A list whose reading broke down, and a draft with a list that nobody comes back to.
_UNREAD_FOR, _IDLE_FOR = timedelta(hours=24), timedelta(days=30)
_SHOWN = 50
_AT_ONCE = 1000

# Of somebody who came twice the newest enrolment counts.
_BY_NUMBER = """
SELECT r.number_index, max(e.id)
  FROM messaging_recipient r
  JOIN enrolment_participant p ON p.recipient_id = r.id
  JOIN enrolment_enrolment e ON e.participant_id = p.id AND e.campaign_id = %(campaign)s
 WHERE r.organisation_id = %(organisation)s AND r.number_index = ANY(%(indexes)s::bytea[])
 GROUP BY r.number_index, p.id
"""
_BY_HANDLE = """
SELECT e.participant_id, max(e.id) FROM enrolment_enrolment e
 WHERE e.campaign_id = %(campaign)s AND e.participant_id = ANY(%(handles)s::bigint[])
 GROUP BY e.participant_id
"""
_KEEP = """
INSERT INTO enrolment_broadcastlisted (broadcast_id, enrolment_id)
SELECT %(broadcast)s, found FROM unnest(%(found)s::bigint[]) AS found
ON CONFLICT DO NOTHING
"""


def receive(*, broadcast: Broadcast, lines: Sequence[str], now: datetime) -> None:
    """Takes the place of an earlier list. The caller begins the job that reads it."""
    forget(broadcast=broadcast)
    BroadcastList.objects.create(
        broadcast=broadcast, content="\n".join(lines), lines=len(lines), received_at=now
    )


def forget(*, broadcast: Broadcast) -> None:
    BroadcastListed.objects.filter(broadcast=broadcast).delete()
    BroadcastList.objects.filter(broadcast=broadcast).delete()


@transaction.atomic
def read(*, broadcast: Broadcast) -> None:
    """Finds whom an unread list means, and throws its lines away. Of a line that means nobody in
    the campaign only its place is kept."""
    found = (
        BroadcastList.objects.select_for_update(of=("self",))
        .select_related("broadcast__campaign")
        .filter(broadcast=broadcast, content__isnull=False)
        .first()
    )
    if found is None:
        return
    lines = (found.content or "").split("\n")
    unknown: list[int] = []
    for start in range(0, len(lines), _AT_ONCE):
        batch = lines[start : start + _AT_ONCE]
        unknown += [start + place for place in _read(broadcast, batch)]
    found.content = None
    found.found = BroadcastListed.objects.filter(broadcast=broadcast).count()
    found.unknown, found.unknown_lines = len(unknown), unknown[:_SHOWN]
    found.save(update_fields=["content", "found", "unknown", "unknown_lines"])


def forget_person(*, participant: Participant) -> None:
    """Off every list, also off one that no job has read yet."""
    BroadcastListed.objects.filter(enrolment__participant=participant).delete()
    index = bytes(participant.recipient.number_index)
    unread = BroadcastList.objects.select_for_update(of=("self",)).filter(
        broadcast__campaign__organisation_id=participant.organisation_id, content__isnull=False
    )
    for row in unread.select_related("broadcast__campaign").order_by("pk"):
        lines = (row.content or "").split("\n")
        kept = ["" if index in _indexes(row.broadcast, line) else line for line in lines]
        if kept != lines:
            row.content = "\n".join(kept)
            row.save(update_fields=["content"])


def forget_old(*, now: datetime) -> int:
    """What nobody came back to; how many lists."""
    unread = BroadcastList.objects.filter(
        content__isnull=False, received_at__lt=now - _UNREAD_FOR
    ).update(content=None)
    idle = BroadcastList.objects.filter(
        broadcast__status=Broadcast.Status.DRAFT, received_at__lt=now - _IDLE_FOR
    )
    rows = list(idle.select_related("broadcast"))
    for row in rows:
        forget(broadcast=row.broadcast)
    return unread + len(rows)


def _read(broadcast: Broadcast, lines: Sequence[str]) -> Iterator[int]:
    """The places, from 1, of the lines that mean nobody."""
    by_index: dict[bytes, list[int]] = {}
    by_handle: dict[int, list[int]] = {}
    for place, line in enumerate(lines, start=1):
        if (handle := read_handle(line)) is not None:
            by_handle.setdefault(handle, []).append(place)
        for index in _indexes(broadcast, line):
            by_index.setdefault(index, []).append(place)
    known: set[int] = set()
    found: list[int] = []
    for index, enrolment_id in _rows(_BY_NUMBER, broadcast, indexes=blobs(by_index)):
        known.update(by_index[bytes(index)])
        found.append(enrolment_id)
    for participant_id, enrolment_id in _rows(_BY_HANDLE, broadcast, handles=ids(by_handle)):
        known.update(by_handle[participant_id])
        found.append(enrolment_id)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"broadcast": broadcast.pk, "found": ids(found)})
    return iter([place for place in range(1, len(lines) + 1) if place not in known])


def _indexes(broadcast: Broadcast, line: str) -> Iterable[bytes]:
    """As it is dialled in the campaign's country, or in full with its + lost."""
    campaign = broadcast.campaign
    numbers = {normalised(line, campaign.country), normalised(line)}
    return [
        index
        for number in numbers
        if is_number(number)
        for index in number_indexes(campaign.organisation_id, number)
    ]


def _rows(sql: str, broadcast: Broadcast, **lists: str) -> list[tuple[Any, int]]:
    campaign = broadcast.campaign
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {"campaign": campaign.pk, "organisation": campaign.organisation_id, **lists},
        )
        found: list[tuple[Any, int]] = cursor.fetchall()
        return found
