from django.db import models
from django.utils.translation import gettext

from enrolment.models.broadcast import Broadcast
from enrolment.models.enrolment import Enrolment


class BroadcastListed(models.Model):
    """Somebody an uploaded list names; gone when the broadcast has ended."""

    scope_organisation = "broadcast__campaign__organisation_id"
    scope_campaign = "broadcast__campaign_id"

    broadcast = models.ForeignKey(
        Broadcast, on_delete=models.PROTECT, related_name="listed", db_index=False
    )
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("broadcast", "enrolment"), name="listed_once"),
        )

    def __str__(self) -> str:
        return gettext("Listed %(number)s") % {"number": self.pk}
