from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrolment.models.participant import Participant
from messaging.models import Recipient


class FormerNumber(models.Model):
    """A number a person had: what was texted with it meanwhile is still hers. Calendar time."""

    scope_organisation = "participant__organisation_id"
    scope_campaign = "participant__enrolments__campaign_id"

    class Reason(models.TextChoices):
        CHANGED = "changed", _("another number took its place")
        LOST = "lost", _("it is somebody else's now")

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="former_numbers"
    )
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField()
    reason = models.CharField(max_length=8, choices=Reason)

    class Meta:
        ordering = ("until", "id")

    def __str__(self) -> str:
        return gettext("Former number %(number)s") % {"number": self.pk}
