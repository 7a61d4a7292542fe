from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from campaigns.models import Campaign
from trust.models import Organisation


class PagerContact(models.Model):
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
    name = models.CharField(max_length=60, help_text="For staff only, such as Nurse on duty.")
    email = models.EmailField(blank=True)
    webhook = models.URLField(
        blank=True,
        max_length=300,
        validators=[
            RegexValidator(
                r"^(https://|http://(127\.0\.0\.1|\[::1\]|localhost)[:/])",
                "An https address; plain http only on this very machine.",
            )
        ],
        help_text="Instead of an email: a public https address that takes JSON.",
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(email="") & ~Q(webhook="") | ~Q(email="") & Q(webhook=""),
                name="pager_contact_has_one_way",
                violation_error_message="Give an email or a webhook, not both.",
            ),
        )

    def __str__(self) -> str:
        return self.name
