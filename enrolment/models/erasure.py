from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from enrolment.models.participant import Participant
from messaging.models import Message, Recipient


class Erasure(models.Model):
    """A person's wish that all of her be erased: asked for, confirmed, finished. It holds no word
    of hers, so it stays as the record. Calendar time.

    `last_recipient`: where the number waits until `last_message`, which tells of the erasure, has
    left; then it goes too.
    """

    scope_organisation = "participant__organisation_id"
    scope_campaign = "participant__enrolments__campaign_id"

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="erasures")
    asked_at = models.DateTimeField()
    source = models.CharField(max_length=16, help_text="sms, web, ...")
    code_mark = models.BinaryField(
        max_length=32, null=True, blank=True, help_text="The keyed hash of the code texted."
    )
    code_expires_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_recipient = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    last_message = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("confirmed_at",),
                condition=Q(confirmed_at__isnull=False, finished_at=None),
                name="erasure_to_finish",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("participant",),
                condition=Q(confirmed_at=None),
                name="one_erasure_asked_for",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, finished_at=None, last_recipient=None)
                | Q(confirmed_at__isnull=False, last_recipient__isnull=False),
                name="erasure_confirmed_before_finished",
            ),
        )

    def __str__(self) -> str:
        return gettext("Erasure %(number)s") % {"number": self.pk}
