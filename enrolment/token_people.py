"""The one person a token's request is about: in the token's campaign, joined, and locked."""

from enrolment.api_problems import Refused
from enrolment.models.api_token import ApiToken
from enrolment.models.enrolment import Enrolment
from messaging.models import Recipient

_JOINED = (Enrolment.Status.ACTIVE, Enrolment.Status.PAUSED, Enrolment.Status.COMPLETED)


def locked(token: ApiToken, participant_id: int) -> Enrolment:
    """Her number first. Raises Refused; a token learns nothing of anybody else."""
    theirs = Enrolment.objects.filter(
        campaign_id=token.campaign_id, participant_id=participant_id, status__in=_JOINED
    )
    recipient_id = theirs.values_list("participant__recipient_id", flat=True).first()
    if recipient_id is None:
        raise Refused(404, "No such participant in this campaign.")
    Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    enrolment = (
        theirs.select_for_update(of=("self",))
        .select_related("participant", "campaign", "version__campaign")
        .first()
    )
    if enrolment is None:
        # Left in between.
        raise Refused(404, "No such participant in this campaign.")
    return enrolment
