from django.db import models

from campaigns.models import Campaign
from enrolment.models.reachable import ONE_WAY, ONE_WAY_WORDS, Reachable
from trust.models import Organisation


class PagerContact(Reachable):
    """Who is told at once of an urgent case: an address of mail, or of a web service."""

    scope_organisation = "organisation_id"
    scope_campaign = "campaign_id"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="pager_contacts",
        help_text="Empty: told of every campaign, and of numbers in none.",
    )

    class Meta(Reachable.Meta):
        constraints = (
            models.CheckConstraint(
                condition=ONE_WAY,
                name="pager_contact_has_one_way",
                violation_error_message=ONE_WAY_WORDS,
            ),
        )
