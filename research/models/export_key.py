from typing import ClassVar

from django.db import models
from django.db.models import Q

from campaigns.models import Campaign
from trust.fields import EncryptedText
from trust.models import MachineNow, User
from trust.sealed import SealedModel


class ExportKey(SealedModel):
    """What the pseudonyms of an export are made with. A named one is used again, so that later
    exports of the campaign join with earlier ones; one without a name is of one export alone.

    Kept sealed, since whoever is allowed to must be able to find a person again."""

    scope_organisation: ClassVar[str] = "campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "campaign_id"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40, blank=True)
    secret = EncryptedText()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=MachineNow(), editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "name"], name="export_key_name_once", condition=~Q(name="")
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"Export key {self.pk}"

    @property
    def sealing_organisation_id(self) -> int:
        return self.campaign.organisation_id
