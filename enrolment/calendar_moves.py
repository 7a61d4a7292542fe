"""People replanned after a day of their country's calendar moved, by way of a batch move."""

from datetime import UTC, datetime

from django.db import transaction

from campaigns import calendars
from campaigns.models import Campaign
from campaigns.rules import CALENDAR_PREFIX
from enrolment.batch_people import people_by_calendar
from enrolment.models.batch_move import BatchMove
from trust import audit

_EVER = datetime.min.replace(tzinfo=UTC)


@transaction.atomic
def start_calendar(*, campaign: Campaign, now: datetime) -> BatchMove:
    """Replans everyone whose version counts from a day of the country's calendar. One under way
    begins again: those it has been through were planned by the days as they were then."""
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    total = people_by_calendar(campaign.pk).count()
    batch = (
        BatchMove.objects.select_for_update()
        .filter(campaign=campaign, kind=BatchMove.Kind.CALENDAR, status=BatchMove.Status.RUNNING)
        .first()
    )
    if batch is None:
        batch = BatchMove(
            campaign=campaign, kind=BatchMove.Kind.CALENDAR, pace=BatchMove.Pace.NEXT_STEP
        )
    batch.started_at, batch.total = now, total
    batch.last_enrolment_id = batch.moved = batch.passed_over = 0
    batch.save()
    audit.record(verb="batch_move.start_calendar", subject=batch, detail={"people": total})
    return batch


def follow_calendars(*, now: datetime) -> int:
    """Begins a replan of every campaign that counts from a calendar day changed since its last
    one; how many. `now` must be a time taken before this call."""
    places = (
        Campaign.objects.filter(versions__stages__anchor__startswith=CALENDAR_PREFIX)
        .distinct()
        .order_by("pk")
    )
    begun = 0
    for campaign in places:
        last = BatchMove.objects.filter(campaign=campaign, kind=BatchMove.Kind.CALENDAR).first()
        changed = {
            key
            for organisation_id, country, key in calendars.changed_keys(
                last.started_at if last else _EVER
            )
            if (organisation_id, country) == (campaign.organisation_id, campaign.country)
        }
        if people_by_calendar(campaign.pk, changed).exists():
            start_calendar(campaign=campaign, now=now)
            begun += 1
    return begun
