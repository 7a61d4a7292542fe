from django.db import models

from enrolment.models.enrolment import Enrolment
from trust.fields import EncryptedText
from trust.sealed import SealedModel


class Consent(SealedModel):
    """Append-only evidence of a yes: who, when, how, in which words."""

    scope_organisation = "enrolment__campaign__organisation_id"
    scope_campaign = "enrolment__campaign_id"

    class Scope(models.TextChoices):
        SERVICE = "service"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="consents")
    scope = models.CharField(max_length=16, choices=Scope)
    wording_version = models.ForeignKey(
        "campaigns.CampaignVersion", on_delete=models.PROTECT, related_name="+"
    )
    language = models.CharField(max_length=8)
    channel = models.CharField(max_length=16)
    exact_text = EncryptedText(null=True, blank=True)
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Consent {self.pk}"

    @property
    def sealing_organisation_id(self) -> int:
        return self.enrolment.campaign.organisation_id
