from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from campaigns.models import Campaign
from trust.models import User


class FollowUpSample(models.Model):
    """People drawn at random for a follow-up survey by telephone, and whom they were drawn from.

    The frame stands here whole, in the order of its ids: with the seed, anybody can draw the same
    people again. Nothing of it is changed afterwards."""

    scope_organisation: ClassVar[str] = "campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "campaign_id"

    class Stratum(models.TextChoices):
        NONE = "", "not at all"
        LANGUAGE = "language", "language"
        REGION = "region", "region"
        AGE = "age", "age"
        SEX = "sex", "sex"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    step_key = models.CharField(max_length=60, help_text="The step that asks the survey by text.")
    question_key = models.CharField(max_length=40)
    due_from = models.DateField()
    due_to = models.DateField()
    only_silent = models.BooleanField(help_text="Only those who have not answered by text.")
    silent_hours = models.PositiveSmallIntegerField(help_text="Time to answer by text first.")
    stratum = models.CharField(max_length=8, choices=Stratum, blank=True)
    seed = models.PositiveIntegerField()
    frame = ArrayField(models.BigIntegerField(), help_text="Enrolments it was drawn from.")
    due_on = ArrayField(models.DateField(), help_text="Of each, the survey's day.")
    strata = ArrayField(models.CharField(max_length=40, blank=True), help_text="Of each.")
    chosen = ArrayField(models.BigIntegerField(), help_text="Enrolments, in the order drawn.")
    frame_hash = models.CharField(max_length=64, help_text="SHA-256 of the frame.")
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Sample {self.pk}"
