from django.db import models
from django.db.models import Q

from campaigns.models.campaign_version import CampaignVersion
from trust.models import User


class PretestRating(models.Model):
    """What people of the audience made of one text, before anybody is enrolled: nothing of who
    they were."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(
        CampaignVersion, on_delete=models.PROTECT, related_name="pretest_ratings"
    )
    key = models.CharField(max_length=80, help_text="Of the text.")
    language = models.CharField(max_length=8)
    rating = models.PositiveSmallIntegerField(
        help_text="1, not understood or not liked, to 5, understood and liked; their middle one."
    )
    people = models.PositiveSmallIntegerField(help_text="How many were asked.")
    held_on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("version", "key", "language", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(rating__gte=1, rating__lte=5, people__gte=1),
                name="pretest_rating_in_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} ({self.language}): {self.rating}"
