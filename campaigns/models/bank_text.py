from django.db import models

from campaigns.models.message_bank import MessageBank


class BankText(models.Model):
    """A place in a bank; the wording is the Text with the same key."""

    scope_organisation = "bank__version__campaign__organisation_id"
    scope_campaign = "bank__version__campaign_id"

    bank = models.ForeignKey(MessageBank, on_delete=models.CASCADE, related_name="texts")
    key = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    tags = models.JSONField(default=list, blank=True, help_text="BCTTv1 codes.")

    class Meta:
        ordering = ("bank", "position")
        constraints = (models.UniqueConstraint(fields=("bank", "key"), name="bank_text_once"),)

    def __str__(self) -> str:
        return self.key
