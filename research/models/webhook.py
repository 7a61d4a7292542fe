from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from enrolment.models.reachable import HTTPS
from trust.models import User


class Webhook(models.Model):
    """A web service of somebody else that is told what happens in one campaign, under pseudonyms.

    `cursors`: how far each event was read, {event: id}, of the summary the day's ordinal. It is
    told as long as `made_by` may read the campaign's research data."""

    scope_organisation: ClassVar[str] = "campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "campaign_id"

    class Event(models.TextChoices):
        ENROLLED = "enrolled", _("somebody's programme began")
        LEFT = "left", _("somebody left")
        ANSWER = "answer", _("an answer came")
        READING = "reading", _("a reading came")
        SUMMARY = "summary", _("what became of a day's texts")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="webhooks")
    name = models.CharField(max_length=60, help_text=_("For staff only."))
    address = models.URLField(
        max_length=300,
        validators=[HTTPS],
        help_text=_("A public https address that takes JSON."),
    )
    events = ArrayField(models.CharField(max_length=10, choices=Event))
    is_active = models.BooleanField(default=True)
    cursors = models.JSONField(default=dict, editable=False)
    made_at = models.DateTimeField(editable=False)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    stopped_reason = models.CharField(max_length=40, blank=True, editable=False)

    class Meta:
        ordering = ("campaign", "name")

    def __str__(self) -> str:
        return self.name
