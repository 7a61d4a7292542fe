from django.db import models
from django.db.models import Q

from enrolment.models.participant import Participant
from trust.fields import EncryptedText
from trust.sealed import SealedModel


class Attribute(SealedModel):
    """Something known of a participant beside name and language: a number, a choice, a day.

    A person's own words are sealed in `words`; `value` is then empty.
    """

    scope_organisation = "participant__organisation_id"
    scope_campaign = "participant__enrolments__campaign_id"

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="attributes"
    )
    name = models.CharField(max_length=40)
    value = models.CharField(max_length=40, blank=True)
    words = EncryptedText(null=True, blank=True)
    source = models.CharField(max_length=40, help_text="Who or what set it.")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ("participant", "name")
        constraints = (
            models.UniqueConstraint(fields=("participant", "name"), name="attribute_once"),
            models.CheckConstraint(
                condition=Q(value="") | Q(words=None), name="attribute_is_value_or_words"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} of {self.participant_id}"

    @property
    def sealing_organisation_id(self) -> int:
        return self.participant.organisation_id
