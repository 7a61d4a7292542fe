"""Six hours in which nothing is planned or sent, ending at 14:00 and at 02:00 in London: nothing
leaves outside anyone's hours afterwards, and every text that does not come has its reason."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns.models import CampaignVersion, Stage, Step
from campaigns.schedule import Span, is_allowed
from enrolment import ledger, planner
from enrolment.models import Decision, Enrolment
from messaging import dispatch, expiry
from messaging import ledger as wire_ledger
from messaging.clock import calendar_now
from messaging.models import Attempt, CalendarOffset, Message
from tests import worlds

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ZONES = ("Europe/London", "Asia/Kathmandu", "America/New_York", "Pacific/Apia", "Europe/Oslo")
HOURS = Span(time(8), time(20, 30))
SLOTS = {
    "morning": ["09:00", "09:30"],
    "midday": ["13:00", "13:30"],
    "afternoon": ["16:00", "16:30"],
    "evening": ["18:00", "18:30"],
    "night": ["20:00", "20:20"],
}


def crowded_version() -> CampaignVersion:
    """Five texts a day, of each sort of lateness, on the quit day and the two after it."""
    edition = worlds.version(published=False)
    edition.slots, edition.min_gap_minutes = SLOTS, 60
    edition.save()
    for place, late in enumerate(("skip", "next_window", "drop_if_newer"), start=3):
        stage = Stage.objects.create(
            version=edition, key=late, name=late, position=place, anchor="quit_date",
            track="core", late=late, shelf_hours=3,
        )  # fmt: skip
        slots = [slot for at, slot in enumerate(SLOTS) if at % 3 == place - 3]
        for day in range(3):
            for slot in slots:
                key = f"{late}.{day}.{slot}"
                Step.objects.create(
                    version=edition, stage=stage, key=key, position=day, day=day, slot=slot,
                    late=late, shelf_hours=3, priority="core",
                )  # fmt: skip
                edition.texts.create(key=key, language="en", body=f"Text {key}")
    worlds.publish(edition)
    return edition


def move_calendar_to(moment: datetime) -> datetime:
    row, _ = CalendarOffset.objects.get_or_create(pk=1)
    ahead = moment - calendar_now()
    CalendarOffset.objects.filter(pk=1).update(offset=row.offset + ahead)
    return calendar_now()


def run(start: datetime, until: datetime) -> None:
    """A tick and a send every quarter of an hour."""
    moment = start
    while moment <= until:
        now = move_calendar_to(moment)
        planner.tick(now=now)
        dispatch.send_due()
        expiry.expire(now=now)
        moment += timedelta(minutes=15)


@pytest.mark.parametrize("ends", [time(14), time(2)])
def test_after_six_hours_out_nothing_leaves_at_a_wrong_hour(ends: time) -> None:
    today = worlds.at_noon().date()
    day = today + timedelta(days=3)
    back = datetime.combine(day, ends, ZoneInfo("Europe/London")).astimezone(UTC)
    edition = crowded_version()
    people = [
        worlds.person(
            number=f"+4477009000{place:02}",
            of=edition,
            zone=zone,
            joined=back - timedelta(hours=40),
            quit_day=day - timedelta(days=1),
        )
        for place, zone in enumerate(ZONES)
    ]

    run(back - timedelta(hours=20), back - timedelta(hours=6))
    planned_before = Decision.objects.count()
    run(back, back + timedelta(hours=20))

    assert Decision.objects.count() > planned_before
    assert [*wire_ledger.violations(), *ledger.violations(now=calendar_now())] == []
    assert not Decision.objects.exclude(outcome="queued").filter(reason="").exists()
    _no_attempt_at_a_wrong_hour(people)
    _caught_up_once_a_day(people)


def _no_attempt_at_a_wrong_hour(people: list[Enrolment]) -> None:
    zones = {found.participant.recipient_id: found.participant.time_zone for found in people}
    attempts = Attempt.objects.filter(message__kind=Message.Kind.DUE).select_related("message")
    assert attempts.count() > len(people)
    for attempt in attempts:
        zone = ZoneInfo(zones[attempt.message.recipient_id])
        assert is_allowed(attempt.calendar_at, HOURS, zone), attempt.pk


def _caught_up_once_a_day(people: list[Enrolment]) -> None:
    for enrolment in people:
        zone = ZoneInfo(enrolment.participant.time_zone)
        late = Decision.objects.filter(enrolment=enrolment, outcome="queued", reason="late")
        days = [
            Message.objects.get(cause_kind="decision", cause_key=str(found.pk))
            .not_before.astimezone(zone)
            .date()
            for found in late
        ]
        assert len(days) == len(set(days))
