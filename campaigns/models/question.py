from django.db import models

from campaigns.consent_scopes import ConsentScope
from campaigns.models.campaign_version import CampaignVersion
from campaigns.rules import QuestionKind


class Question(models.Model):
    """Something asked, and what each answer means."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(
        max_length=8, choices=[(kind.value, kind.value) for kind in QuestionKind]
    )
    attribute = models.CharField(max_length=40, blank=True)
    choices = models.JSONField(
        default=list, blank=True, help_text='[{"value", "number", "words": {language: [...]}}]'
    )
    earliest_day = models.SmallIntegerField(default=0)
    latest_day = models.SmallIntegerField(default=30)
    lowest = models.FloatField(null=True, blank=True)
    highest = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=12, blank=True)
    expires_hours = models.PositiveSmallIntegerField(
        default=0, help_text="An answer later than this is read as any other text; 0 is never."
    )
    reminder_hours = models.PositiveSmallIntegerField(
        default=0, help_text="Asked once more after this, if there is no answer; 0 is never."
    )
    measure = models.CharField(max_length=20, blank=True, help_text="Of a reading.")
    bands = models.JSONField(
        default=list, blank=True, help_text='[{"reply", "lowest", "below", "alarm", ...}]'
    )
    consent = models.CharField(
        max_length=16,
        blank=True,
        choices=[(scope.value, scope.value.replace("_", " ")) for scope in ConsentScope],
        help_text="What its answer gives or takes back consent to.",
    )
    outcomes = models.JSONField(
        default=dict, blank=True, help_text='{value: {"reply", "then", "stage", "next"}}'
    )

    class Meta:
        ordering = ("version", "position")
        constraints = (
            models.UniqueConstraint(fields=("version", "key"), name="question_key_once"),
        )

    def __str__(self) -> str:
        return self.key
