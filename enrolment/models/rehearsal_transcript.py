from django.db import models

from campaigns.models import CampaignVersion
from trust.models import User


class RehearsalTranscript(models.Model):
    """How one persona fares in one version, as the approver accepted it. Holds no wording and no
    real person; it is never changed, only followed by another one."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(CampaignVersion, on_delete=models.PROTECT, related_name="+")
    persona = models.CharField(max_length=40, help_text="The persona's key.")
    transcript = models.JSONField(help_text="As enrolment.transcript writes it.")
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField()

    class Meta:
        ordering = ("version", "persona", "-id")
        indexes = (models.Index(fields=("version", "persona"), name="transcript_of_version"),)

    def __str__(self) -> str:
        return f"{self.persona} in {self.version_id}"
