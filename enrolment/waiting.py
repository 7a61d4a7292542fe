"""Texts that wait for their answer, locked with their numbers and loaded a batch at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from campaigns.models import CampaignVersion
from enrolment.models.enrolment import Enrolment
from messaging.models import InboundMessage, Sender
from messaging.statements import ids, rows

# Writing its number's row stops neither STOP nor an attempt for longer than the batch takes. Where
# somebody wants her texts on one of these numbers, the number she has now is locked with it.
_LOCK = """
SELECT id FROM messaging_recipient
 WHERE id = ANY(%(ids)s::bigint[])
    OR id = ANY(ARRAY(
         SELECT p.recipient_id FROM messaging_recipient r
           JOIN enrolment_numberchange c ON c.number_index = r.number_index AND c.status = 'open'
           JOIN enrolment_participant p
             ON p.id = c.participant_id AND p.organisation_id = r.organisation_id
          WHERE r.id = ANY(%(ids)s::bigint[])))
 ORDER BY id FOR NO KEY UPDATE
"""
_LOCK_FREE = f"{_LOCK} SKIP LOCKED"

_LATELY = """
SELECT i.id, (SELECT count(*) FROM messaging_inboundmessage b
               WHERE b.recipient_id = i.recipient_id AND b.id <= i.id
                 AND b.received_at > i.received_at - interval '1 hour'),
       (SELECT count(*) FROM enrolment_participant p WHERE p.recipient_id = i.recipient_id),
       (SELECT t.id FROM enrolment_turn t WHERE t.recipient_id = i.recipient_id),
       EXISTS (SELECT FROM messaging_recipient r
                 JOIN enrolment_numberchange c
                   ON c.number_index = r.number_index AND c.status = 'open'
                WHERE r.id = i.recipient_id)
  FROM messaging_inboundmessage i
 WHERE i.id = ANY(%(ids)s::bigint[])
"""


class Came(NamedTuple):
    """A text by its id, and the number it came from."""

    inbound_id: int
    recipient_id: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text and the number's open enrolments, oldest first; all locked. `lately`: texts of the
    number in the hour before this one, itself counted. `people`: who ever had the number. `turn`:
    the id of what was asked about who speaks. `is_wanted`: somebody wants her texts to come
    here."""

    inbound: InboundMessage
    enrolments: list[Enrolment]
    lately: int = 1
    people: int = 0
    turn: int | None = None
    is_wanted: bool = False


def came(*, limit: int) -> list[Came]:
    """What waits, oldest first."""
    pending = InboundMessage.objects.filter(end=InboundMessage.End.PENDING).order_by("id")
    return [Came(*row) for row in pending.values_list("pk", "recipient_id")[:limit]]


def still(texts: Collection[Came]) -> list[Came]:
    """Those of them that nobody has answered meanwhile."""
    pending = InboundMessage.objects.filter(
        pk__in=[text.inbound_id for text in texts], end=InboundMessage.End.PENDING
    )
    found = set(pending.order_by().values_list("pk", flat=True))
    return [text for text in texts if text.inbound_id in found]


def claim(texts: Sequence[Came], *, wait: bool) -> tuple[list[Waiting], set[int]]:
    """Locks and loads what of them still waits; and the numbers that somebody else holds, which
    are left alone unless `wait` is set. Each text must come from a number of its own.

    Locks recipients, their enrolments and the texts, each by id."""
    numbers = {text.recipient_id for text in texts}
    lock = _LOCK if wait else _LOCK_FREE
    locked = {found for (found,) in rows(lock, {"ids": ids(numbers)})} & numbers
    enrolments = _enrolments(locked)
    pending = InboundMessage.objects.select_for_update().filter(
        pk__in=[text.inbound_id for text in texts if text.recipient_id in locked],
        # A number that was handed over meanwhile has another row, which nobody has locked.
        recipient_id__in=locked,
        end=InboundMessage.End.PENDING,
    )
    found = list(pending.order_by("pk"))
    senders = Sender.objects.in_bulk({inbound.sender_id for inbound in found})
    for inbound in found:
        inbound.sender = senders[inbound.sender_id]
    lately = _lately(found)
    waiting = [
        Waiting(inbound, enrolments.get(inbound.recipient_id, []), *lately[inbound.pk])
        for inbound in found
    ]
    return waiting, numbers - locked


def _lately(found: Sequence[InboundMessage]) -> dict[int, tuple[int, int, int | None, bool]]:
    told = rows(_LATELY, {"ids": ids(inbound.pk for inbound in found)})
    return {inbound_id: tuple(rest) for inbound_id, *rest in told}


def _enrolments(recipient_ids: Collection[int]) -> Mapping[int, list[Enrolment]]:
    """By number, each with its participant, version and campaign."""
    found: dict[int, list[Enrolment]] = {}
    open_ones = (
        Enrolment.objects.select_for_update(of=("self",))
        .filter(participant__recipient__in=recipient_ids, status__in=Enrolment.OPEN)
        .select_related("participant")
        .order_by("pk")
    )
    for enrolment in open_ones:
        found.setdefault(enrolment.participant.recipient_id, []).append(enrolment)
    wanted = {enrolment.version_id for listed in found.values() for enrolment in listed}
    versions = CampaignVersion.objects.select_related("campaign").in_bulk(wanted)
    for listed in found.values():
        for enrolment in listed:
            enrolment.version = versions[enrolment.version_id]
            enrolment.campaign = enrolment.version.campaign
    return found
