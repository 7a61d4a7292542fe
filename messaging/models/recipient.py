from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from trust.fields import EncryptedText
from trust.models import MachineNow, Organisation
from trust.sealed import SealedModel


class Recipient(SealedModel):
    """A number that can be texted, once an organisation. Its row is the lock that STOP and the
    start of every attempt share; take it with `select_for_update(no_key=True)`, or rows that point
    at it cannot be inserted meanwhile.

    A strike is a provider's word that the number does not exist or cannot be reached; see
    `messaging.advice`. From `bad_since` on nothing is sent to it, until it texts us."""

    scope_organisation: ClassVar[str] = "organisation_id"
    scope_campaign: ClassVar[str | None] = None

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = EncryptedText(null=True, blank=True)
    number_index = models.BinaryField(max_length=17)
    strikes = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    struck_at = models.DateTimeField(null=True, blank=True, editable=False)
    bad_since = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=MachineNow(), editable=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "-bad_since"],
                name="recipient_bad",
                condition=Q(bad_since__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "number_index"], name="recipient_number_once"
            ),
        ]

    def __str__(self) -> str:
        return gettext("Recipient %(pk)s") % {"pk": self.pk}
