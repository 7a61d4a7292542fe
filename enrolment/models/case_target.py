from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from enrolment.models.case import Case
from trust.models import Organisation

_LONGEST = 14 * 24 * 60


class CaseTarget(models.Model):
    """How soon cases of one urgency are to be answered, in a campaign or in all of them."""

    scope_organisation = "organisation_id"
    scope_campaign = "campaign_id"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="case_targets",
        help_text="Empty: of every campaign that has no target of its own, and of numbers in none.",
    )
    urgency = models.PositiveSmallIntegerField(choices=Case.Urgency)
    minutes = models.PositiveIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(_LONGEST)],
        help_text="From 1 minute to 14 days. When they are over, who is paged is told.",
    )

    class Meta:
        ordering = ("organisation", "campaign", "urgency")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "campaign", "urgency"),
                nulls_distinct=False,
                name="case_target_once",
                violation_error_message=_("There is a target for these cases already."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=_LONGEST), name="case_target_in_bounds"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_urgency_display()}: {self.minutes} min"
