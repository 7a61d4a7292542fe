"""Flags for a person to look at: what happened, of whom. Who looks is the counsellors' inbox's."""

from django.db import transaction

from enrolment.models.enrolment import Enrolment
from trust import audit


@transaction.atomic
def raise_flag(*, enrolment: Enrolment, reason: str, detail: str) -> None:
    """`detail` is a plain word, such as the kind of a reading; never what a person said."""
    audit.record(verb="flag.raise", subject=enrolment, detail={"reason": reason, "detail": detail})
