"""Whom a batch move is for."""

from django.db.models import QuerySet

from campaigns.models import CampaignVersion
from campaigns.rules import CALENDAR_PREFIX
from enrolment.models.allocation import Allocation
from enrolment.models.enrolment import Enrolment


def people_elsewhere(version: CampaignVersion) -> QuerySet[Enrolment]:
    """Everyone in the programme who is on another version than this, but those whose arm of a trial
    is a version of its own: moved, they would be in another arm."""
    pinned = Allocation.objects.filter(
        trial__campaign_id=version.campaign_id, arm__version__isnull=False
    )
    return (
        Enrolment.objects.filter(campaign_id=version.campaign_id, status__in=Enrolment.OPEN)
        .exclude(version_id=version.pk)
        .exclude(pk__in=pinned.values("enrolment"))
    )


def people_by_calendar(campaign_id: int, anchors: set[str] | None = None) -> QuerySet[Enrolment]:
    """Everyone whose version counts from a calendar day, or from one of these."""
    versions = CampaignVersion.objects.filter(campaign_id=campaign_id)
    versions = (
        versions.filter(stages__anchor__startswith=CALENDAR_PREFIX)
        if anchors is None
        else versions.filter(stages__anchor__in=anchors)
    )
    return Enrolment.objects.filter(
        campaign_id=campaign_id,
        status__in=Enrolment.OPEN,
        started_at__isnull=False,
        version__in=versions.values("pk"),
    )
