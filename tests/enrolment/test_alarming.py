"""The safety text of an alarming reading that a device sent: when it leaves, and what keeps it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaigns.compiling import content_of
from campaigns.loading import load
from campaigns.models import CampaignVersion
from campaigns.pack import read_pack
from enrolment import alarming, leaving, moving, pausing, planner, replies
from enrolment.models import BatchMove, Case, Decision, Enrolment
from messaging.models import Message
from tests import worlds

pytestmark = pytest.mark.django_db

SUGAR = Path(__file__).parents[1] / "packs" / "sugar"
NIGHT = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)


def version() -> CampaignVersion:
    edition = load(pack=read_pack(SUGAR), campaign=worlds.campaign(), author=None)
    worlds.publish(edition)
    return edition


@pytest.fixture
def person() -> Enrolment:
    return worlds.person(of=version(), quit_day=None)


def alarm(person: Enrolment, now: datetime, hours_ago: float = 0) -> None:
    alarming.answer(
        enrolment=person,
        content=content_of(person.version_id),
        kind="sugar",
        text_key="sugar.low",
        measured_at=now - timedelta(hours=hours_ago),
        now=now,
    )


def sent() -> Message:
    decision = Decision.objects.get(step_key="alarm.sugar.low")
    return Message.objects.get(cause_kind="decision", cause_key=str(decision.pk))


def test_who_has_just_measured_is_answered_at_night_too(person: Enrolment) -> None:
    alarm(person, NIGHT)

    assert sent().not_before == NIGHT
    assert sent().hours_start is None


def test_older_reading_is_answered_in_the_campaign_s_hours(person: Enrolment) -> None:
    alarm(person, NIGHT, hours_ago=3)

    assert sent().not_before == NIGHT.replace(hour=8)


def test_the_same_alarm_is_answered_again_after_four_hours(person: Enrolment) -> None:
    for hours in (0, 1, 3, 5):
        alarm(person, NIGHT + timedelta(hours=hours))

    assert Decision.objects.filter(step_key="alarm.sugar.low").count() == 2
    assert Case.objects.filter(reason="alarming_reading").count() == 2


def paused(person: Enrolment) -> None:
    until = NIGHT + timedelta(days=7)
    pausing.pause(enrolment=person, until=until, reason="asked", now=NIGHT)


def moved(person: Enrolment) -> None:
    pace = BatchMove.Pace.NOW
    assert moving.move(enrolment_id=person.pk, version=version(), now=NIGHT, pace=pace)


@pytest.mark.parametrize("change", [paused, moved])
def test_nothing_but_leaving_takes_the_safety_text_back(
    person: Enrolment, change: Callable[[Enrolment], None]
) -> None:
    alarm(person, NIGHT, hours_ago=3)

    change(person)

    assert sent().status == Message.Status.QUEUED
    person.refresh_from_db()
    leaving.withdraw(enrolment=person, source="sms", reason="stop", now=NIGHT)
    assert sent().status == Message.Status.CANCELLED


def test_queued_reminder_moves_with_its_person_to_the_new_version(person: Enrolment) -> None:
    worlds.text("+447700900001", "SUGAR")
    replies.answer_pending(now=worlds.NOON)
    planner.tick(now=worlds.NOON + timedelta(hours=3, minutes=1))

    moved(person)

    decision = Decision.objects.get(step_key="remind.sugar")
    message = Message.objects.get(cause_kind="decision", cause_key=str(decision.pk))
    assert message.status == Message.Status.QUEUED
    assert decision.version_id != person.version_id
