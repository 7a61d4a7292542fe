from django.db import models

from enrolment.models.enrolment import Enrolment
from messaging.models import InboundMessage


class BankUse(models.Model):
    """A bank text sent to someone, so that none repeats until the bank is through."""

    scope_organisation = "enrolment__campaign__organisation_id"
    scope_campaign = "enrolment__campaign_id"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="bank_uses")
    inbound = models.ForeignKey(InboundMessage, on_delete=models.PROTECT, related_name="+")
    bank_key = models.CharField(max_length=40)
    text_key = models.CharField(max_length=60)
    used_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("inbound", "bank_key"), name="one_tip_a_keyword"),
        )

    def __str__(self) -> str:
        return self.text_key
