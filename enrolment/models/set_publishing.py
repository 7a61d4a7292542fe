from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from campaigns.models import Campaign, CampaignVersion
from enrolment.models.batch_move import BatchMove
from trust.models import User


class SetPublishing(models.Model):
    """An approved version that is to be published at a day and hour of its campaign's zone.

    `pace`: what becomes of the people on other versions; empty: they finish on theirs. `due_at` is
    calendar time.
    """

    scope_organisation = "campaign__organisation_id"
    scope_campaign = "campaign_id"

    class Status(models.TextChoices):
        WAITING = "waiting"
        PUBLISHED = "published"
        REFUSED = "refused"
        TAKEN_BACK = "taken_back", "taken back"

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.WAITING: (Status.PUBLISHED, Status.REFUSED, Status.TAKEN_BACK),
        Status.PUBLISHED: (),
        Status.REFUSED: (),
        Status.TAKEN_BACK: (),
    }

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="+")
    pace = models.CharField(max_length=12, choices=BatchMove.Pace, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    day = models.DateField()
    wall = models.TimeField()
    due_at = models.DateTimeField()
    trouble = models.CharField(max_length=600, blank=True, help_text="Why it was not published.")
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("due_at",), condition=Q(status="waiting"), name="set_publishing_due"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("campaign",), condition=Q(status="waiting"), name="one_set_publishing"
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", ended_at=None)
                | ~Q(status="waiting") & Q(ended_at__isnull=False),
                name="set_publishing_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(status="refused") & ~Q(trouble="") | ~Q(status="refused"),
                name="refused_publishing_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.version} on {self.day}"

    def move_to(self, status: str, **columns: Any) -> bool:
        """Applies one of MOVES and the columns that go with it; False when it is not legal from
        the status the row has now. This instance follows."""
        allowed = [before for before, after in self.MOVES.items() if status in after]
        values: Mapping[str, Any] = {"status": status, **columns}
        if not SetPublishing.objects.filter(pk=self.pk, status__in=allowed).update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True
