from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrolment.models.enrolment import Enrolment


class Withdrawal(models.Model):
    """Append-only evidence of leaving, and the reason, if one was told when asked."""

    scope_organisation = "enrolment__campaign__organisation_id"
    scope_campaign = "enrolment__campaign_id"

    class Told(models.TextChoices):
        """By the digit that is answered to `system.stopped`."""

        QUIT = "quit", _("has quit")
        TOO_MANY = "too_many", _("too many texts")
        NOT_USEFUL = "not_useful", _("not useful")
        OTHER = "other", _("Other")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="withdrawals")
    source = models.CharField(max_length=16, help_text="sms, staff, ...")
    reason = models.CharField(max_length=40, blank=True)
    withdrawn_at = models.DateTimeField()
    told = models.CharField(max_length=12, choices=Told, blank=True, db_default="")
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(told="", told_at=None) | ~Q(told="") & Q(told_at__isnull=False),
                name="told_reason_has_its_time",
            ),
        )

    def __str__(self) -> str:
        return gettext("Withdrawal %(number)s") % {"number": self.pk}
