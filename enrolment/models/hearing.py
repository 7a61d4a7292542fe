from django.db import models
from django.utils.translation import gettext

from enrolment.models.participant import Participant
from messaging.models import InboundMessage


class Hearing(models.Model):
    """Whose text it was, of several people behind a number; empty: everybody's, such as a STOP. A
    text without a row came while its number had one person only."""

    scope_organisation = "inbound__organisation_id"
    scope_campaign = "participant__enrolments__campaign_id"

    inbound = models.OneToOneField(InboundMessage, on_delete=models.CASCADE, related_name="hearing")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="hearings"
    )

    def __str__(self) -> str:
        return gettext("Hearing %(number)s") % {"number": self.pk}
