from django.db import models

from enrolment.models.enrolment import Enrolment


class Withdrawal(models.Model):
    """Append-only evidence of leaving."""

    scope_organisation = "enrolment__campaign__organisation_id"
    scope_campaign = "enrolment__campaign_id"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="withdrawals")
    source = models.CharField(max_length=16, help_text="sms, staff, ...")
    reason = models.CharField(max_length=40, blank=True)
    withdrawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Withdrawal {self.pk}"
