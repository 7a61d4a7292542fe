"""The next version begun from the one that is live, to be written on in the editor."""

from django.db import transaction
from django.utils.translation import gettext

from campaigns import loading, reviewing
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.unloading import as_pack
from trust import audit
from trust.models import User

Status = CampaignVersion.Status


class DraftRefused(Exception):
    """The message says why and what to do, in plain words."""


def open_version(campaign: Campaign) -> CampaignVersion | None:
    """The newest one, while it is on its way and not published."""
    newest = campaign.versions.order_by("-number").first()
    return newest if newest is not None and newest.status not in newest.FROZEN else None


@transaction.atomic
def begin(*, campaign: Campaign, actor: User) -> CampaignVersion:
    """A draft like the live version, or else like the newest; the one that is open already, so that
    two clicks are one draft. Raises DraftRefused."""
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    standing = open_version(campaign)
    if standing is not None:
        if standing.status == Status.DRAFT:
            return standing
        raise DraftRefused(
            gettext(
                "%(standing)s is %(get_status_display)s and comes next. Publish it, or "
                "send it back to write on in it."
            )
            % {"standing": standing, "get_status_display": standing.get_status_display().lower()}
        )
    versions = campaign.versions.order_by("-number")
    source = versions.filter(status=Status.PUBLISHED).first() or versions.first()
    if source is None:
        raise DraftRefused(gettext("There is nothing to begin from yet. Send a workbook in first."))
    draft = loading.load(pack=as_pack(source), campaign=campaign, author=actor)
    audit.record(
        verb="version.begin_draft", subject=draft, actor=actor, detail={"from": source.number}
    )
    return draft


def held_draft(version: CampaignVersion) -> CampaignVersion:
    """Locked, so that two who save come one after the other. Raises DraftRefused."""
    standing = reviewing.held(version)
    if standing.status != Status.DRAFT:
        raise DraftRefused(
            gettext(
                "%(version)s is %(get_status_display)s, and only a draft is written on. "
                "Begin the next version, or have this one sent back."
            )
            % {"version": version, "get_status_display": standing.get_status_display().lower()}
        )
    return standing
