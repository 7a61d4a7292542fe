from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, CampaignVersion
from trust.models import User


class BatchMove(models.Model):
    """People moved to a new version, or replanned after a calendar day moved; a few at a time.

    It can be stopped and resumed anywhere: `last_enrolment_id` says how far it came, and each
    enrolment is moved with its queued texts in one transaction.
    """

    scope_organisation = "campaign__organisation_id"
    scope_campaign = "campaign_id"

    class Kind(models.TextChoices):
        VERSION = "version", _("Version")
        CALENDAR = "calendar", _("Calendar")

    class Pace(models.TextChoices):
        #: What is queued goes out as it is; the next step is the new version's.
        NEXT_STEP = "next_step", _("at the next step")
        #: What is queued is cancelled or worded anew.
        NOW = "now", _("Now")

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Done")

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.RUNNING: (Status.STOPPED, Status.DONE),
        Status.STOPPED: (Status.RUNNING,),
        Status.DONE: (),
    }

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="batch_moves")
    kind = models.CharField(max_length=8, choices=Kind)
    version = models.ForeignKey(
        CampaignVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pace = models.CharField(max_length=12, choices=Pace)
    status = models.CharField(max_length=8, choices=Status, default=Status.RUNNING)
    last_enrolment_id = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(help_text="People it was started for.")
    moved = models.PositiveIntegerField(default=0)
    passed_over = models.PositiveIntegerField(default=0)
    started_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="version", version__isnull=False)
                | Q(kind="calendar", version=None),
                name="batch_move_has_its_version",
            ),
            models.CheckConstraint(
                condition=Q(status="done", ended_at__isnull=False)
                | ~Q(status="done") & Q(ended_at=None),
                name="batch_move_ends_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} move {self.pk}"
