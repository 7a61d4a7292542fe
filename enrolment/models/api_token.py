from collections.abc import Mapping
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from trust.models import User


class ApiToken(models.Model):
    """What another system proves itself with in one campaign: a device or an app sends its
    readings, a web form or a clinic its invitations, a researcher's program reads.

    Only a hash of it is kept: it was shown once, when it was made. Its organisation is the
    campaign's. `expires_at` is machine time; tokens made before there was one have none.
    """

    scope_organisation = "campaign__organisation_id"
    scope_campaign = "campaign_id"

    class May(models.TextChoices):
        READINGS = "readings", _("send readings")
        INVITATIONS = "invitations", _("invite people")
        ANSWERS = "answers", _("send answers")
        EVENTS = "events", _("send events")
        RESEARCH = "research", _("read research data")
        FHIR = "fhir", _("read FHIR resources")

    #: What whoever makes a token must be allowed to do in its campaign.
    NEEDS: ClassVar[Mapping[str, str]] = {
        May.READINGS: "campaign.edit",
        May.INVITATIONS: "campaign.edit",
        May.ANSWERS: "campaign.edit",
        May.EVENTS: "campaign.edit",
        May.RESEARCH: "research.export",
        May.FHIR: "research.export",
    }

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80, help_text="The device, app or system that uses it.")
    may = ArrayField(models.CharField(max_length=16, choices=May), help_text="What it may do.")
    hashed = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    window_at = models.DateTimeField(
        null=True, blank=True, help_text="The minute that requests are counted in."
    )
    window_count = models.PositiveIntegerField(default=0)
    most_a_minute = models.PositiveIntegerField(
        "requests a minute", default=300, db_default=300, help_text="More are told to wait."
    )

    class Meta:
        ordering = ("campaign", "name")
        verbose_name = "API token"

    def __str__(self) -> str:
        return self.name
