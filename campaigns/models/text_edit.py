from typing import ClassVar

from django.db import models

from campaigns.models.campaign_version import CampaignVersion
from trust.models import User


class TextEdit(models.Model):
    """One text of a draft written anew in one language. Never changed: it is how the next writer
    learns that somebody was there meanwhile, and why a writer may not sign."""

    scope_organisation: ClassVar[str] = "version__campaign__organisation_id"
    scope_campaign: ClassVar[str] = "version__campaign_id"

    version = models.ForeignKey(
        CampaignVersion, on_delete=models.CASCADE, related_name="text_edits"
    )
    key = models.CharField(max_length=80)
    language = models.CharField(max_length=8)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    editor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    class Meta:
        ordering = ("version", "-id")
        indexes = (models.Index(fields=("version", "key"), name="text_edit_of_text"),)

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"
