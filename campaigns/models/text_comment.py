from django.db import models
from django.db.models import Q

from campaigns.models.campaign_version import CampaignVersion
from trust.models import User


class TextComment(models.Model):
    """A remark about one text of a version, or with an empty key about the version as a whole."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(CampaignVersion, on_delete=models.PROTECT, related_name="comments")
    key = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=8, blank=True)
    body = models.TextField(max_length=2000)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("version", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_by=None, settled_at=None)
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="comment_is_settled_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.key or 'the version'}: {self.body[:40]}"
