"""How the pages of one version are opened."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from campaigns.models.campaign_version import CampaignVersion
from messaging.providers.registry import is_fake
from trust.models import User
from trust.scope import reach_of, scope

VIEW, AUTHOR, APPROVE, PUBLISH = (
    "campaign.view", "content.author", "content.approve", "campaign.edit",
)  # fmt: skip


def version_for(request: HttpRequest, version_id: int) -> CampaignVersion:
    """404 for whoever may not see it."""
    versions = CampaignVersion.objects.select_related("campaign__sender", "author", "approver")
    return get_object_or_404(scope(versions, reach_of(request), VIEW), pk=version_id)


def may(request: HttpRequest, permission: str, version: CampaignVersion) -> bool:
    """Of a version that `version_for` gave, which is of the reader's own organisation."""
    return reach_of(request).may(permission, version.campaign_id)


def may_try(request: HttpRequest, version: CampaignVersion) -> bool:
    """Whether its texts can be looked at on the phone page."""
    return may(request, "person.act", version) and is_fake(version.campaign.sender.provider)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "only staff get here"
    return request.user
