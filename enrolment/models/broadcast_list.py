from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext

from enrolment.models.broadcast import Broadcast
from trust.fields import EncryptedText
from trust.sealed import SealedModel


class BroadcastList(SealedModel):
    """An uploaded list of people. Its lines are sealed until a job has found whom they mean
    (`BroadcastListed`), then thrown away; the row goes with the end of its broadcast."""

    scope_organisation = "broadcast__campaign__organisation_id"
    scope_campaign = "broadcast__campaign_id"

    broadcast = models.OneToOneField(
        Broadcast, on_delete=models.PROTECT, related_name="people_list"
    )
    content = EncryptedText(null=True, blank=True)
    lines = models.PositiveIntegerField()
    found = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    unknown_lines = ArrayField(
        models.PositiveIntegerField(), default=list, blank=True, help_text="The first of them."
    )
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return gettext("List of broadcast %(number)s") % {"number": self.broadcast_id}

    @property
    def sealing_organisation_id(self) -> int:
        return self.broadcast.campaign.organisation_id
