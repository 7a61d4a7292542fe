from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from campaigns.models import Campaign, Job
from trust.models import MachineNow, User


class PeopleExport(models.Model):
    """The list of a campaign's people, asked for as a file: by whom, in which state, whether with
    numbers, and its parts as long as they are kept. Only who asked for it sees it."""

    scope_organisation: ClassVar[str] = "campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "campaign_id"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="people_exports")
    state = models.CharField(max_length=12, help_text="As the list of people was narrowed.")
    with_numbers = models.BooleanField(
        default=False, help_text="Numbers are put in as it is fetched; no part holds one."
    )
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="people_export")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=MachineNow(), editable=False)
    people = models.PositiveIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField()
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"], name="people_export_kept", condition=Q(purged_at=None)
            ),
        ]

    def __str__(self) -> str:
        return gettext("List %(number)s") % {"number": self.pk}

    @property
    def is_kept(self) -> bool:
        return self.job.status == Job.Status.DONE and self.purged_at is None
