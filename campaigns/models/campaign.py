from django.db import models

from messaging.models import Sender
from trust.models import Organisation


class Campaign(models.Model):
    """What people call a programme: one line of editions, one sender, one country."""

    scope_organisation = "organisation_id"
    scope_campaign = "id"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    about = models.TextField(blank=True)
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=40)
    minimum_age = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Years. Empty: what the country's law asks for, 18 where that is not known here. "
        "Asked only where the content has a question about `age`.",
    )
    broadcast_approval_above = models.PositiveIntegerField(
        default=100,
        help_text="A broadcast to more people than this waits for a second person's approval.",
    )
    variables = models.JSONField(
        default=dict,
        blank=True,
        help_text="Country variables by name, such as the quit line's number. They have no "
        "default: a version that uses one without a value can't be published.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("organisation", "key"), name="campaign_key_once"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def was_published(self) -> bool:
        """People may have been asked and planned for by it: it stays, and so does its place."""
        return self.versions.filter(published_at__isnull=False).exists()
