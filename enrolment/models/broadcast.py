from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Job
from enrolment.models.enrolment import Enrolment
from trust.models import User


class Broadcast(models.Model):
    """One text to many people of a campaign, outside the journey: whom, what, when, and how far.

    `due_at`: when planning begins. `last_enrolment_id`: how far it came, in the order of enrolments
    up to `until_enrolment_id`: who joins meanwhile gets nothing. Calendar time. The moves are made
    by `enrolment.broadcasts` alone.
    """

    scope_organisation = "campaign__organisation_id"
    scope_campaign = "campaign_id"

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        AWAITING = "awaiting", _("awaiting approval")
        SCHEDULED = "scheduled", _("Scheduled")
        SENDING = "sending", _("Sending")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    class ZoneOf(models.TextChoices):
        CAMPAIGN = "campaign", _("the campaign's time")
        PERSON = "person", _("each person's own time")

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.DRAFT: (Status.AWAITING, Status.SCHEDULED, Status.CANCELLED),
        # Sent back, or approved.
        Status.AWAITING: (Status.DRAFT, Status.SCHEDULED, Status.CANCELLED),
        Status.SCHEDULED: (Status.DRAFT, Status.SENDING, Status.CANCELLED),
        # Back to waiting: more people than may get it without a second person's approval.
        Status.SENDING: (Status.PAUSED, Status.AWAITING, Status.DONE, Status.CANCELLED),
        Status.PAUSED: (Status.SENDING, Status.CANCELLED),
        Status.DONE: (),
        Status.CANCELLED: (),
    }
    ENDED = (Status.DONE, Status.CANCELLED)

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="broadcasts")
    name = models.CharField(max_length=80, help_text="For staff only.")
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)

    statuses = ArrayField(models.CharField(max_length=12, choices=Enrolment.Status), default=list)
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    stage = models.CharField(max_length=40, blank=True)
    condition = models.CharField(max_length=500, blank=True)
    by_list = models.BooleanField(default=False, help_text="Only those an uploaded list names.")

    texts = models.JSONField(default=dict, help_text="Wording by language.")
    discreet_texts = models.JSONField(
        default=dict, blank=True, help_text="For those who chose discreet texts."
    )
    default_language = models.CharField(max_length=8)

    day = models.DateField(null=True, blank=True, help_text="Empty: as soon as it may go.")
    wall = models.TimeField(null=True, blank=True)
    zone_of = models.CharField(max_length=8, choices=ZoneOf, default=ZoneOf.CAMPAIGN)
    due_at = models.DateTimeField(null=True, blank=True)

    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    counted = models.JSONField(
        null=True, blank=True, help_text="How many it would go to, and who is left out."
    )
    counted_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0, help_text="People to look at.")
    looked_at = models.PositiveIntegerField(default=0)
    queued = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    last_enrolment_id = models.BigIntegerField(default=0)
    until_enrolment_id = models.BigIntegerField(null=True, blank=True)
    planned_at = models.DateTimeField(
        null=True, blank=True, help_text="When the last of them was looked at."
    )
    trouble = models.CharField(max_length=200, blank=True, help_text="Why it stopped by itself.")

    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    sent_back = models.CharField(max_length=200, blank=True, help_text="What is to be mended.")
    created_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    figures = models.JSONField(default=dict, blank=True, help_text="The report.")
    figures_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("status",),
                condition=Q(status__in=("scheduled", "sending", "paused")),
                name="broadcast_under_way",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=("done", "cancelled"), ended_at__isnull=False)
                | ~Q(status__in=("done", "cancelled")) & Q(ended_at=None),
                name="broadcast_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=models.F("author")),
                name="broadcast_author_is_not_approver",
            ),
            models.CheckConstraint(
                condition=Q(day=None, wall=None) | Q(day__isnull=False, wall__isnull=False),
                name="broadcast_day_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "awaiting", "cancelled"))
                | Q(due_at__isnull=False),
                name="broadcast_under_way_has_its_time",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def has_begun(self) -> bool:
        return self.began_at is not None

    def move_to(self, status: str, **columns: Any) -> bool:
        """Applies one of MOVES and the columns that go with it; False when it is not legal from
        the status the row has now. This instance follows."""
        allowed = [before for before, after in self.MOVES.items() if status in after]
        values: Mapping[str, Any] = {"status": status, **columns}
        if not Broadcast.objects.filter(pk=self.pk, status__in=allowed).update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True
