"""Whom a batch move is for."""

from django.db.models import QuerySet

from campaigns.models import CampaignVersion
from campaigns.rules import CALENDAR_PREFIX
from enrolment.models.enrolment import Enrolment


def people_elsewhere(version: CampaignVersion) -> QuerySet[Enrolment]:
    """Everyone in the programme who is on another version than this."""
    return Enrolment.objects.filter(
        campaign_id=version.campaign_id, status__in=Enrolment.OPEN
    ).exclude(version_id=version.pk)


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
