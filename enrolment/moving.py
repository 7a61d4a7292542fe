"""An enrolment moved to another version of its campaign."""

from datetime import datetime

from django.db import transaction

from campaigns.models import CampaignVersion
from enrolment import anchors
from enrolment.models.enrolment import Enrolment
from messaging.models import Recipient
from trust import audit
from trust.models import User


@transaction.atomic
def move(
    *, enrolment_id: int, version: CampaignVersion, now: datetime, actor: User | None = None
) -> bool:
    """Old xor new: from here on the new version decides, and no step decided before comes again.

    False when the enrolment has ended, is on that version already, or is in another campaign.
    """
    recipient_id = (
        Enrolment.objects.filter(pk=enrolment_id)
        .values_list("participant__recipient_id", flat=True)
        .get()
    )
    # no_key: a tick that holds the enrolment must still be able to refer to the number.
    Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
    if (
        enrolment.status not in Enrolment.OPEN
        or enrolment.version_id == version.pk
        or enrolment.campaign_id != version.campaign_id
        or version.status != CampaignVersion.Status.PUBLISHED
    ):
        return False
    enrolment.version = version
    enrolment.save(update_fields=["version"])
    if enrolment.started_at is not None:
        anchors.replan(enrolment=enrolment, now=now)
    audit.record(
        verb="enrolment.move", subject=enrolment, actor=actor, detail={"version": version.number}
    )
    return True
