from django.db import models

from campaigns.models.campaign_version import CampaignVersion
from trust.models import User


class LintReport(models.Model):
    """What the linter said of a version at one moment, kept with it; never changed."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    class Occasion(models.TextChoices):
        SEEN = "seen", "warnings seen"
        PUBLISHED = "published"

    version = models.ForeignKey(
        CampaignVersion, on_delete=models.PROTECT, related_name="lint_reports"
    )
    occasion = models.CharField(max_length=12, choices=Occasion)
    findings = models.JSONField(help_text="As campaigns.linting writes them.")
    digest = models.CharField(max_length=64, help_text="Of the warnings.")
    kept_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ("version", "-id")
        indexes = (models.Index(fields=("version", "digest"), name="lint_report_of_version"),)

    def __str__(self) -> str:
        return f"{self.get_occasion_display()}, {self.kept_at:%d %b %Y}"
