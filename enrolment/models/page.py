from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrolment.models.case import Case
from enrolment.models.pager_contact import PagerContact


class Page(models.Model):
    """One contact told of one case, urgent or overdue. The row is the queue: what is pending is
    tried from `next_at` on, and again until it is sent or has failed too often. Calendar time."""

    scope_organisation = "case__organisation_id"
    scope_campaign = "case__campaign_id"

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    class Occasion(models.TextChoices):
        OPENED = "opened", _("an urgent case was opened")
        OVERDUE = "overdue", _("a case is overdue")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pages")
    contact = models.ForeignKey(PagerContact, on_delete=models.PROTECT, related_name="pages")
    occasion = models.CharField(max_length=7, choices=Occasion, default=Occasion.OPENED)
    status = models.CharField(max_length=7, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=40, blank=True, help_text="Why the last try failed.")

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("next_at",), condition=Q(status="pending"), name="page_pending"),
        )
        constraints = (
            # A case that is opened again may be told of again.
            models.UniqueConstraint(
                fields=("case", "contact", "occasion"),
                condition=Q(status="pending"),
                name="page_once",
            ),
            models.CheckConstraint(
                condition=Q(status="pending", next_at__isnull=False, settled_at=None)
                | ~Q(status="pending") & Q(next_at=None, settled_at__isnull=False),
                name="page_pending_has_its_time",
            ),
        )

    def __str__(self) -> str:
        return gettext("Page %(number)s") % {"number": self.pk}

    @property
    def trouble_words(self) -> str:
        return self.trouble.replace("_", " ")
