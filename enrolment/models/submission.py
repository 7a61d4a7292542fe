from django.db import models

from enrolment.models.api_token import ApiToken
from enrolment.models.enrolment import Enrolment
from trust.models import MachineNow


class Submission(models.Model):
    """One answer or event that another system sent: that it came, once; its value stands where
    values of its kind do. `happened_at` is calendar time."""

    scope_organisation = "token__campaign__organisation_id"
    scope_campaign = "token__campaign_id"

    class Kind(models.TextChoices):
        ANSWER = "answer"
        EVENT = "event"

    token = models.ForeignKey(ApiToken, on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="submissions")
    kind = models.CharField(max_length=6, choices=Kind)
    key = models.CharField(max_length=40, help_text="Of the question, or the attribute's name.")
    happened_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, help_text="Of the request's body.")
    stored_at = models.DateTimeField(db_default=MachineNow(), editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("token", "idempotency_key"), name="submission_key_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
