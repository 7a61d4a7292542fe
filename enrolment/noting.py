"""What staff write down about a person."""

from datetime import datetime

from django.db import transaction

from enrolment.models.enrolment import Enrolment
from enrolment.models.note import Note
from trust import audit
from trust.models import User

LONGEST = 2000


@transaction.atomic
def add(
    *, enrolment: Enrolment, words: str, is_confidential: bool, actor: User, now: datetime
) -> Note | None:
    """None of somebody who was erased: nothing is written about her any more."""
    status = Enrolment.objects.select_for_update(of=("self",)).values_list("status", flat=True)
    if status.get(pk=enrolment.pk) == Enrolment.Status.ERASED:
        return None
    note = Note.objects.create(
        enrolment=enrolment,
        author=actor,
        words=words,
        is_confidential=is_confidential,
        written_at=now,
    )
    audit.record(
        verb="person.note", subject=enrolment, actor=actor, detail={"confidential": is_confidential}
    )
    return note
