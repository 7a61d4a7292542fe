"""That something was heard of a person, whatever it was: silence ends, and so does being thought
unreachable."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Least

from campaigns.compiling import content_of
from enrolment import pausing
from enrolment.models.enrolment import Enrolment


@transaction.atomic
def heard(*, enrolments: Sequence[Enrolment], now: datetime) -> None:
    """The caller holds the row locks of the recipient and of these, all the number's open ones."""
    Enrolment.objects.filter(pk__in=[enrolment.pk for enrolment in enrolments]).update(
        heard=F("heard") + 1, heard_at=now
    )
    for enrolment in enrolments:
        enrolment.heard, enrolment.heard_at = enrolment.heard + 1, now
        if enrolment.pause_reason == pausing.UNREACHABLE:
            pausing.resume(enrolment=enrolment, now=now)
        silent = content_of(enrolment.version_id).silent
        if silent is not None and enrolment.status == Enrolment.Status.ACTIVE:
            _look_by(enrolment, now + silent)


def _look_by(enrolment: Enrolment, moment: datetime) -> None:
    """The silence that counts from this text may end before anything else comes due."""
    active = Enrolment.objects.filter(pk=enrolment.pk)
    active.update(next_due_at=Least(Coalesce("next_due_at", moment), moment))
    enrolment.refresh_from_db(fields=["next_due_at"])
