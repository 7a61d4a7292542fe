from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrolment.models.operator_contact import OperatorContact
from enrolment.models.trouble import Trouble


class Notice(models.Model):
    """One contact told that a trouble began, or that it is over. The row is the queue, as a Page
    is. Machine time."""

    scope_organisation = "contact__organisation_id"
    scope_campaign = None

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    class Occasion(models.TextChoices):
        BEGAN = "began", _("it began")
        ENDED = "ended", _("it is over")

    trouble = models.ForeignKey(Trouble, on_delete=models.CASCADE, related_name="notices")
    contact = models.ForeignKey(OperatorContact, on_delete=models.CASCADE, related_name="notices")
    occasion = models.CharField(max_length=5, choices=Occasion)
    status = models.CharField(max_length=7, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True, help_text="Why the last try failed.")

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("next_at",), condition=Q(status="pending"), name="notice_pending"),
        )
        constraints = (
            models.UniqueConstraint(fields=("trouble", "contact", "occasion"), name="notice_once"),
            models.CheckConstraint(
                condition=Q(status="pending", next_at__isnull=False, settled_at=None)
                | ~Q(status="pending") & Q(next_at=None, settled_at__isnull=False),
                name="notice_pending_has_its_time",
            ),
        )

    def __str__(self) -> str:
        return gettext("Notice %(number)s") % {"number": self.pk}
