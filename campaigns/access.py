"""Who may do what where: a user's organisation-wide role and campaign memberships as one Reach."""

from collections.abc import Callable
from dataclasses import replace

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from campaigns.models.campaign import Campaign
from campaigns.models.membership import Membership
from trust.models import User
from trust.roles import ROLES, require_known
from trust.scope import Reach, organisation_reach


def reach_of(user: User) -> Reach:
    """Everything `user` may reach. A membership counts only inside the user's own organisation."""
    reach = organisation_reach(user)
    if not user.is_active or user.organisation_id is None:
        return reach
    held: dict[int, frozenset[str]] = {}
    rows = Membership.objects.filter(
        user=user, campaign__organisation_id=user.organisation_id
    ).values_list("campaign_id", "role")
    for campaign_id, role in rows:
        found = ROLES.get(role)
        if found is not None:
            held[campaign_id] = held.get(campaign_id, frozenset()) | found.permissions
    return replace(reach, campaign_permissions=held)


def holders(*, campaign: Campaign, permission: str) -> QuerySet[User]:
    """Staff whom a role gives the permission there, in the whole organisation or in this campaign.
    Those who run the platform are not asked."""
    require_known(permission)
    roles = [role.name for role in ROLES.values() if permission in role.permissions]
    here = Q(memberships__campaign=campaign, memberships__role__in=roles)
    return (
        User.objects.filter(organisation=campaign.organisation_id, is_active=True, is_staff=True)
        .filter(Q(organisation_role__in=roles) | here)
        .distinct()
        .order_by("pk")
    )


NOBODY = Reach(
    user_id=None,
    organisation_id=None,
    platform=False,
    organisation_permissions=frozenset(),
    campaign_permissions={},
)


class ReachMiddleware:
    """Puts `request.reach` where every door looks for it; read only when a door asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reach = SimpleLazyObject(lambda: _reach(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _reach(request: HttpRequest) -> Reach:
    return reach_of(request.user) if isinstance(request.user, User) else NOBODY
