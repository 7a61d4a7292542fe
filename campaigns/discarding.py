"""What was made by mistake: a draft thrown away before anybody judged it, a campaign taken away
before it was published."""

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext

from campaigns import reviewing, uploading
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.upload import Upload
from trust import audit
from trust.models import User


class DiscardRefused(Exception):
    """The message says why, in plain words."""


@transaction.atomic
def throw_away(*, version: CampaignVersion, actor: User) -> None:
    """The version and its texts are gone; the audit keeps that they were. Raises DiscardRefused.

    A version that was in review is kept: sending it back left a comment, and what people said,
    signed or accepted protects what they said it of."""
    Campaign.objects.select_for_update().get(pk=version.campaign_id)
    standing = reviewing.held(version)
    if standing.status != CampaignVersion.Status.DRAFT:
        now = standing.get_status_display().lower()
        raise DiscardRefused(
            gettext("Only a draft can be thrown away; %(version)s is %(now)s.")
            % {"version": version, "now": now}
        )
    audit.record(
        verb="version.throw_away",
        subject=version,
        actor=actor,
        detail={"number": standing.number, "texts": standing.texts.count()},
    )
    _let_go(version, actor)
    try:
        standing.delete()
    except ProtectedError:
        raise DiscardRefused(
            gettext(
                "%(version)s is kept: it was in review, or somebody has commented on it, "
                "rated, coded or accepted something in it. Make the next version instead."
            )
            % {"version": version}
        ) from None


@transaction.atomic
def take_away(*, campaign: Campaign, actor: User) -> None:
    """The campaign is gone with its drafts, its memberships and what was sent in for it; the audit
    keeps that it was. Raises DiscardRefused."""
    standing = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if standing.was_published:
        raise DiscardRefused(
            gettext(
                "%(standing)s was published, so it stays: it says what people were asked and sent."
            )
            % {"standing": standing}
        )
    audit.record(
        verb="campaign.take_away", subject=standing, actor=actor, detail={"key": standing.key}
    )
    for version in standing.versions.all():
        throw_away(version=version, actor=actor)
    for upload in standing.uploads.filter(status__in=Upload.KEPT).select_related("job"):
        uploading.discard(upload=upload, actor=actor)
    try:
        standing.uploads.all().delete()
        standing.jobs.all().delete()
        standing.delete()
    except ProtectedError:
        raise DiscardRefused(
            gettext(
                "%(standing)s is kept: something hangs on it, such as an invitation, a "
                "key for another system, a contact for pages or a canned reply. Take "
                "that away first."
            )
            % {"standing": standing}
        ) from None


def _let_go(version: CampaignVersion, actor: User) -> None:
    """What was sent in for it, or compared with it, stands for nothing any more."""
    sent = Upload.objects.filter(version=version)
    sent.update(status=Upload.Status.DISCARDED, version=None)
    compared = Upload.objects.filter(compared_with=version)
    for waiting in compared.filter(status__in=Upload.KEPT).select_related("job", "campaign"):
        uploading.discard(upload=waiting, actor=actor)
    compared.update(compared_with=None)
