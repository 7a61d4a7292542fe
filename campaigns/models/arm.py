from django.db import models
from django.db.models import Q

from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.factor import Factor


class Arm(models.Model):
    """One level of a factor, and all that is different for the people in it.

    Whatever the arm: STOP, help, words of need and the replies to keywords stay as they are.
    """

    scope_organisation = "factor__trial__campaign__organisation_id"
    scope_campaign = "factor__trial__campaign_id"

    factor = models.ForeignKey(Factor, on_delete=models.PROTECT, related_name="arms")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=1)
    ratio = models.PositiveSmallIntegerField(default=1, help_text="Its weight beside the others.")
    version = models.ForeignKey(
        CampaignVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Another version than the one people joined; published once.",
    )
    profile = models.CharField(max_length=20, blank=True, help_text="Another dose.")
    when = models.CharField(
        max_length=500,
        blank=True,
        help_text="A condition: planned texts come only while it holds, outcome surveys always.",
    )
    delay_days = models.PositiveSmallIntegerField(
        default=0, help_text="Days from joining until the programme starts; outcomes don't wait."
    )
    assessment_only = models.BooleanField(
        default=False, help_text="Outcome surveys alone come, no other planned text."
    )

    class Meta:
        ordering = ("factor", "position", "id")
        constraints = (
            models.UniqueConstraint(fields=("factor", "key"), name="arm_key_once"),
            models.CheckConstraint(condition=Q(ratio__gte=1), name="arm_ratio_from_one"),
        )

    def __str__(self) -> str:
        return self.name
