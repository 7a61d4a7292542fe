from django.conf import settings
from django.db import models
from django.utils.translation import gettext

from enrolment.models.enrolment import Enrolment
from trust.fields import EncryptedText
from trust.sealed import SealedModel


class Note(SealedModel):
    """What staff wrote down about a person, for each other. Never changed; erasure takes the words.
    Calendar time."""

    scope_organisation = "enrolment__campaign__organisation_id"
    scope_campaign = "enrolment__campaign_id"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = EncryptedText(null=True, blank=True)
    is_confidential = models.BooleanField(
        default=False, help_text="Read only by roles that read what people text."
    )
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return gettext("Note %(number)s") % {"number": self.pk}

    @property
    def sealing_organisation_id(self) -> int:
        return self.enrolment.campaign.organisation_id
