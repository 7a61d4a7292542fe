"""A person's rows, locked in the house's order: her number, then her open enrolments by id."""

from dataclasses import dataclass

from enrolment.models.enrolment import Enrolment
from enrolment.models.participant import Participant
from messaging.models import Recipient


@dataclass(frozen=True, slots=True)
class Held:
    participant: Participant
    open_ones: list[Enrolment]


def hold(participant_id: int) -> Held:
    """Within the caller's transaction. Raises Participant.DoesNotExist."""
    recipient_id = Participant.objects.values_list("recipient_id", flat=True).get(pk=participant_id)
    Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    participant = Participant.objects.select_related("recipient").get(pk=participant_id)
    open_ones = list(
        Enrolment.objects.select_for_update(of=("self",))
        .filter(participant=participant, status__in=Enrolment.OPEN)
        .select_related("version__campaign", "campaign")
        .order_by("pk")
    )
    for enrolment in open_ones:
        # One participant in memory, as one change may be seen by several enrolments.
        enrolment.participant = participant
    return Held(participant, open_ones)
