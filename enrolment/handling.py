"""What staff do for a person about her number, the manner of her texts, and being a test."""

from datetime import datetime

from django.db import transaction

from enrolment import leaving, remembering, renumbering
from enrolment import wrong_number as disowning
from enrolment.holding import hold
from enrolment.models.enrolment import Enrolment
from enrolment.models.number_change import NumberChange
from trust import audit
from trust.models import User

_STAFF = "staff"


@transaction.atomic
def ask_number(
    *, enrolment_id: int, number: str, to_caregiver: bool, actor: User, now: datetime
) -> bool:
    """The new number is asked; False when the enrolment has ended or it was asked too often. What
    is known of that number makes no difference."""
    enrolment = _open_one(enrolment_id)
    if enrolment is None or renumbering.are_too_many(participant=enrolment.participant, now=now):
        return False
    renumbering.ask(
        enrolment=enrolment,
        number=number,
        source=NumberChange.Source.STAFF,
        to_caregiver=to_caregiver,
        actor=actor,
        now=now,
    )
    return True


@transaction.atomic
def set_discreet(*, enrolment_id: int, is_discreet: bool, actor: User, now: datetime) -> bool:
    enrolment = _open_one(enrolment_id)
    if enrolment is None:
        return False
    remembering.set_discreet(enrolment=enrolment, is_discreet=is_discreet, now=now, actor=actor)
    return True


@transaction.atomic
def set_test(*, enrolment_id: int, is_test: bool, actor: User) -> None:
    """One of us trying it out, in every campaign: left out of the figures, and texts say so from
    now on."""
    enrolment = Enrolment.objects.select_related("participant", "campaign").get(pk=enrolment_id)
    participant = hold(enrolment.participant_id).participant
    participant.is_test = is_test
    participant.save(update_fields=["is_test"])
    Enrolment.objects.filter(participant=participant).update(is_test=is_test)
    audit.record(
        verb="participant.test", subject=enrolment, actor=actor, detail={"is_test": is_test}
    )


@transaction.atomic
def wrong_number(*, enrolment_id: int, actor: User, now: datetime) -> bool:
    """As the number's own WRONG NUMBER, without a text; False where it was lost before."""
    participant_id = Enrolment.objects.values_list("participant_id", flat=True).get(pk=enrolment_id)
    participant = hold(participant_id).participant
    if participant.recipient.number is None:
        return False
    recipient = participant.recipient
    everybodys = list(
        Enrolment.objects.select_for_update(of=("self",))
        .filter(participant__recipient=recipient, status__in=Enrolment.OPEN)
        .select_related("participant", "version__campaign", "campaign")
        .order_by("pk")
    )
    leaving.opt_out(recipient=recipient, source=_STAFF, now=now)
    disowning.disown(
        recipient=recipient, enrolments=everybodys, source=_STAFF, now=now, actor=actor
    )
    return True


def _open_one(enrolment_id: int) -> Enrolment | None:
    """Under the locks of her number and of her open enrolments."""
    participant_id = Enrolment.objects.values_list("participant_id", flat=True).get(pk=enrolment_id)
    open_ones = hold(participant_id).open_ones
    return next((row for row in open_ones if row.pk == enrolment_id), None)
