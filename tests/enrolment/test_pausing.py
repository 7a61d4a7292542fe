from datetime import UTC, date, datetime, timedelta

import pytest

from enrolment import leaving, pausing, planner
from enrolment.models import Decision, Enrolment
from messaging.models import Message
from tests import worlds

pytestmark = pytest.mark.django_db

UNTIL = datetime(2026, 12, 9, tzinfo=UTC)


def paused(*, until: datetime | None = UNTIL, reason: str = "asked") -> Enrolment:
    """Paused a minute after joining, her welcome queued and not yet sent."""
    enrolment = worlds.person(quit_day=date(2026, 12, 10))
    planner.tick(now=worlds.NOON + timedelta(minutes=1))
    enrolment.refresh_from_db()
    assert pausing.pause(
        enrolment=enrolment, until=until, reason=reason, now=worlds.NOON + timedelta(minutes=1)
    )
    return Enrolment.objects.get(pk=enrolment.pk)


def test_pause_sets_the_journey_aside_and_takes_queued_texts_back() -> None:
    enrolment = paused()

    assert enrolment.status == Enrolment.Status.PAUSED
    assert (enrolment.pause_reason, enrolment.next_due_at) == ("asked", UNTIL)
    message = Message.objects.get(cause_kind="decision")
    assert (message.status, message.status_reason) == ("cancelled", "paused")


def test_pause_closes_the_open_question() -> None:
    enrolment = worlds.person()
    enrolment.question, enrolment.asked_at = "smoked", worlds.NOON
    enrolment.save()

    pausing.pause(enrolment=enrolment, until=UNTIL, reason="asked", now=worlds.NOON)

    enrolment.refresh_from_db()
    assert (enrolment.question, enrolment.asked_at) == ("", None)


def test_what_comes_due_in_a_pause_is_not_sent_and_the_pause_ends_by_itself() -> None:
    enrolment = paused()

    planner.tick(now=UNTIL - timedelta(minutes=1))
    assert Decision.objects.count() == 1
    planner.tick(now=UNTIL)
    planner.tick(now=datetime(2026, 12, 10, 9, 31, tzinfo=UTC))

    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.ACTIVE
    assert Decision.objects.get(step_key="before.1").reason == "paused"
    assert Decision.objects.get(step_key="day.0").outcome == "queued"


def test_resume_goes_on_at_the_next_tick() -> None:
    enrolment = paused()
    back = datetime(2026, 12, 3, 10, tzinfo=UTC)

    assert pausing.resume(enrolment=enrolment, now=back)
    planner.tick(now=back)
    planner.tick(now=datetime(2026, 12, 8, 9, 31, tzinfo=UTC))

    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.paused_at) == (Enrolment.Status.ACTIVE, None)
    assert Decision.objects.get(step_key="before.1").outcome == "queued"


def test_resume_of_nothing() -> None:
    assert not pausing.resume(enrolment=worlds.person(), now=worlds.NOON)


def test_pause_in_a_pause_takes_the_new_end_and_keeps_its_beginning() -> None:
    enrolment = paused()
    began = enrolment.paused_at
    later = UNTIL + timedelta(days=5)

    pausing.pause(enrolment=enrolment, until=later, reason="staff", now=UNTIL)

    enrolment.refresh_from_db()
    assert (enrolment.next_due_at, enrolment.pause_reason) == (later, "staff")
    assert enrolment.paused_at == began


def test_pause_without_an_end_is_left_alone_by_the_tick() -> None:
    enrolment = paused(until=None)

    planner.tick(now=worlds.NOON + timedelta(days=60))

    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.PAUSED
    assert Decision.objects.count() == 1


def test_a_journey_that_is_through_can_be_paused_and_is_through_again() -> None:
    enrolment = worlds.person(quit_day=worlds.NOON.date())
    planner.tick(now=worlds.NOON + timedelta(days=5))
    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.COMPLETED

    assert pausing.pause(enrolment=enrolment, until=UNTIL, reason="asked", now=worlds.NOON)
    planner.tick(now=UNTIL)

    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.COMPLETED


def test_who_left_can_not_be_paused_and_who_is_paused_can_leave() -> None:
    enrolment = paused()

    assert leaving.withdraw(enrolment=enrolment, source="sms", now=UNTIL)
    assert not pausing.pause(enrolment=enrolment, until=UNTIL, reason="asked", now=worlds.NOON)

    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.WITHDRAWN


def sent_to(enrolment: Enrolment, *statuses: str, at: datetime) -> None:
    """Planned texts on the number that ended so, the oldest first."""
    for place, status in enumerate(statuses):
        Message.objects.create(
            organisation_id=enrolment.campaign.organisation_id,
            sender_id=enrolment.campaign.sender_id,
            recipient_id=enrolment.participant.recipient_id,
            kind="due",
            cause_kind="decision",
            cause_key=f"{enrolment.pk}-{at.timestamp()}-{place}",
            priority=20,
            status=status,
            status_reason="rejected",
            not_before=at,
            valid_until=at,
            zone="UTC",
            segments=1,
            encoding="gsm7",
            created_at=at,
            settled_at=at,
        )


@pytest.mark.parametrize(
    ("statuses", "reached"),
    [
        (["failed", "undelivered", "failed"], False),
        (["delivered", "failed", "failed", "undelivered"], False),
        # One that was never sent says nothing of the number.
        (["failed", "failed", "expired", "failed", "cancelled"], False),
        (["failed", "failed"], True),
        (["failed", "failed", "failed", "delivered"], True),
        (["failed", "failed", "accepted"], True),
    ],
)
def test_three_failures_in_a_row_pause_a_number(statuses: list[str], reached: bool) -> None:
    enrolment = worlds.person()
    sent_to(enrolment, *statuses, at=worlds.NOON + timedelta(days=1))

    found = pausing.pause_unreachable(now=worlds.NOON + timedelta(days=1, minutes=5))

    enrolment.refresh_from_db()
    assert found == (0 if reached else 1)
    assert enrolment.pause_reason == ("" if reached else pausing.UNREACHABLE)
    assert enrolment.status == ("active" if reached else "paused")


def test_all_campaigns_of_an_unreachable_number_pause() -> None:
    first = worlds.person()
    second = worlds.person(of=worlds.version(worlds.campaign(key="move")))
    sent_to(first, "failed", "failed", at=worlds.NOON + timedelta(days=1))
    sent_to(second, "failed", at=worlds.NOON + timedelta(days=2))

    assert pausing.pause_unreachable(now=worlds.NOON + timedelta(days=2, minutes=5)) == 2
    assert pausing.pause_unreachable(now=worlds.NOON + timedelta(days=2, minutes=6)) == 0


def test_failures_before_the_person_last_texted_do_not_count() -> None:
    enrolment = worlds.person()
    day_one = worlds.NOON + timedelta(days=1)
    sent_to(enrolment, "failed", "failed", "failed", at=day_one)
    Enrolment.objects.update(heard_at=day_one + timedelta(minutes=1))

    assert pausing.pause_unreachable(now=day_one + timedelta(minutes=5)) == 0


def test_failures_of_long_ago_are_not_looked_at_again() -> None:
    enrolment = worlds.person()
    sent_to(enrolment, "failed", "failed", "failed", at=worlds.NOON + timedelta(days=1))

    assert pausing.pause_unreachable(now=worlds.NOON + timedelta(days=6)) == 0
