"""The people behind one number: who they are, and what of it their rows say."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from enrolment.load import DAYS, NO_LOAD, Load
from enrolment.models.enrolment import Enrolment
from enrolment.models.former_number import FormerNumber
from enrolment.models.participant import Participant
from messaging.models import Recipient

#: More people than a family has is somebody playing with us.
MOST = 6


def people(recipient_id: int) -> list[Participant]:
    """Oldest first; nobody who was erased."""
    found = Participant.objects.filter(recipient_id=recipient_id).order_by("pk")
    erased = Enrolment.objects.filter(status=Enrolment.Status.ERASED).values("participant_id")
    return list(found.exclude(pk__in=erased.filter(participant__recipient_id=recipient_id)))


def was_anybody_there(recipient_id: int) -> bool:
    return (
        Participant.objects.filter(recipient_id=recipient_id).exists()
        or FormerNumber.objects.filter(recipient_id=recipient_id).exists()
    )


def refresh(recipient_id: int) -> None:
    """After somebody came or went. The caller holds the number's row lock."""
    found = people(recipient_id)
    among_others = len(found) > 1
    Participant.objects.filter(pk__in=[row.pk for row in found]).exclude(
        has_company=among_others
    ).update(has_company=among_others)
    if among_others:
        Participant.objects.filter(recipient_id=recipient_id, is_shared=False).update(
            is_shared=True
        )


def load_left_behind(recipient_id: int, now: datetime) -> Load:
    """What the number got in enrolments that have ended or moved away: leaving and coming back on
    one day, or another person's coming, does not begin its caps anew."""
    moved = FormerNumber.objects.filter(
        recipient_id=recipient_id, until__gt=now - timedelta(days=DAYS)
    )
    ended = Enrolment.objects.filter(
        Q(participant__recipient_id=recipient_id, status__in=Enrolment.ENDED)
        | Q(participant__in=moved.values("participant_id"))
    ).exclude(load_day=None)
    return together(ended)


def together(enrolments: Iterable[Enrolment]) -> Load:
    load = NO_LOAD
    for row in enrolments:
        load = load.beside(load_of(row))
    return load


def load_of(enrolment: Enrolment) -> Load:
    if enrolment.load_day is None or len(enrolment.load) != DAYS:
        return NO_LOAD
    return Load(enrolment.load_day, tuple(enrolment.load), enrolment.last_text_at)


def add_load(enrolment: Enrolment, load: Load) -> None:
    """Of the number, on top of the enrolment's own. The caller holds its row lock."""
    found = load_of(enrolment).beside(load)
    if found.day is None:
        return
    enrolment.load_day, enrolment.load = found.day, list(found.counts)
    enrolment.last_text_at = found.last_at
    enrolment.save(update_fields=["load_day", "load", "last_text_at"])


def recipients_of(participant: Participant) -> list[Recipient]:
    """Her number and those she had before."""
    former = FormerNumber.objects.filter(participant=participant).values("recipient_id")
    mine = Q(pk=participant.recipient_id) | Q(pk__in=former)
    return list(Recipient.objects.filter(mine).order_by("pk"))
