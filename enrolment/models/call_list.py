from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from campaigns.models import Campaign
from enrolment.models.follow_up_sample import FollowUpSample
from trust.models import User


class CallList(models.Model):
    """People to be called for a survey: those whose survey came due within some days, who have
    agreed to a call. Drawn once, so that the same seed gives the same people again."""

    scope_organisation: ClassVar[str] = "campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "campaign_id"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="call_lists")
    step_key = models.CharField(max_length=60, help_text="The step that asks the survey by text.")
    question_key = models.CharField(max_length=40)
    due_from = models.DateField()
    due_to = models.DateField()
    only_silent = models.BooleanField(help_text="Only those who have not answered by text.")
    silent_hours = models.PositiveSmallIntegerField(help_text="Time to answer by text first.")
    sample = models.PositiveIntegerField(
        null=True, blank=True, help_text="So many of them, drawn at random; empty: all."
    )
    seed = models.PositiveIntegerField()
    of_sample = models.OneToOneField(
        FollowUpSample,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="call_list",
        help_text="The sample whose people are called.",
    )
    eligible = models.PositiveIntegerField(help_text="People it was drawn from.")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(due_from__lte=F("due_to")), name="call_list_has_its_days"
            ),
        ]

    def __str__(self) -> str:
        return gettext("Call list %(number)s") % {"number": self.pk}
