from django.db import models

from campaigns.models.campaign import Campaign
from trust.models import User
from trust.roles import ROLES


class Membership(models.Model):
    """A user's role in one campaign."""

    scope_organisation = "campaign__organisation_id"
    scope_campaign = "campaign_id"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(
        max_length=24, choices=[(role.name, role.label) for role in ROLES.values()]
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "campaign", "role"), name="membership_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"
