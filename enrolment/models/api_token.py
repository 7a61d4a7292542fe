from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from trust.models import User


class ApiToken(models.Model):
    """What another system proves itself with to send something into one campaign: a device or an
    app its readings, a web form or a clinic its invitations.

    Only a hash of it is kept: it was shown once, when it was made. Its organisation is the
    campaign's.
    """

    scope_organisation = "campaign__organisation_id"
    scope_campaign = "campaign_id"

    class May(models.TextChoices):
        READINGS = "readings", _("send readings")
        INVITATIONS = "invitations", _("invite people")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80, help_text="The device, app or system that uses it.")
    may = ArrayField(models.CharField(max_length=16, choices=May), help_text="What it may do.")
    hashed = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    window_at = models.DateTimeField(
        null=True, blank=True, help_text="The minute that requests are counted in."
    )
    window_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("campaign", "name")

    def __str__(self) -> str:
        return self.name
