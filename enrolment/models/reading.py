from django.db import models

from enrolment.models.answer import Answer
from enrolment.models.enrolment import Enrolment


class Reading(models.Model):
    """A measured value a person texted, in the unit its question asks for."""

    scope_organisation = "enrolment__campaign__organisation_id"
    scope_campaign = "enrolment__campaign_id"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="readings")
    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="reading")
    kind = models.CharField(max_length=40, help_text="The question's key.")
    value = models.FloatField()
    unit = models.CharField(max_length=12, blank=True)
    measured_at = models.DateTimeField()

    class Meta:
        ordering = ("enrolment", "measured_at")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
