from typing import ClassVar

from django.db import models
from django.db.models import Q

from campaigns.models.campaign import Campaign
from trust.models import User
from trust.models.machine_time import MachineNow


class Job(models.Model):
    """Work too long to wait for on a page: it waits here, a worker takes it, and the page shows how
    far it has come. See campaigns.jobs.

    A worker that dies leaves `leased_until` behind, after which another begins again at `cursor`.
    """

    scope_organisation = "campaign__organisation_id"
    scope_campaign = "campaign_id"

    class Status(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        STOPPED = "stopped"

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.WAITING: (Status.RUNNING, Status.STOPPED),
        # To itself: another worker takes over. To waiting: a portion is done, the next may go on.
        Status.RUNNING: (
            Status.RUNNING,
            Status.WAITING,
            Status.DONE,
            Status.FAILED,
            Status.STOPPED,
        ),
        Status.DONE: (),
        Status.FAILED: (),
        Status.STOPPED: (),
    }
    OPEN = (Status.WAITING, Status.RUNNING)

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=40, help_text="What is to be done; a worker's name for it.")
    detail = models.JSONField(default=dict, blank=True, help_text="Ids and plain words.")
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    cursor = models.JSONField(
        default=dict, blank=True, help_text="How far it came; empty: from the beginning."
    )
    result = models.JSONField(
        default=dict, blank=True, help_text="What came of it, where it is kept nowhere else."
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    #: Which worker has it: one that was given up must not write any more.
    attempt = models.PositiveSmallIntegerField(default=0)
    #: The last worker that got further.
    moved_in = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True, help_text="By a worker, last.")
    not_before = models.DateTimeField(
        null=True, blank=True, help_text="It failed by what passes, and is begun again then."
    )
    trouble = models.CharField(max_length=200, blank=True, help_text="Why it failed.")
    started_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=MachineNow(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("id",), condition=Q(status__in=("waiting", "running")), name="job_open"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=("waiting", "running"), ended_at=None)
                | Q(status__in=("done", "failed", "stopped"), ended_at__isnull=False),
                name="job_ends_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def percent(self) -> int:
        if self.status == self.Status.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0
