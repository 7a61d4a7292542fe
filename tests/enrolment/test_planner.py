from datetime import UTC, date, datetime, timedelta

import pytest

from enrolment import leaving, moving, planner
from enrolment.models import Decision, Enrolment
from messaging.models import Message
from tests import worlds

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


def decided(enrolment: Enrolment) -> list[tuple[str, str, str]]:
    return list(
        Decision.objects.filter(enrolment=enrolment)
        .order_by("due_at")
        .values_list("step_key", "outcome", "reason")
    )


def test_tick_queues_what_is_due_with_its_decision() -> None:
    enrolment = worlds.person()

    done = planner.tick(now=worlds.NOON + timedelta(minutes=2))

    assert (done.decisions, done.messages) == (1, 1)
    assert decided(enrolment) == [("welcome.1", "queued", "")]
    message = Message.objects.get(cause_kind="decision")
    assert message.body.text == "Welcome Amina. STOP ends the texts."
    assert message.cause_key == str(Decision.objects.get().pk)
    assert message.status == Message.Status.QUEUED


def test_tick_moves_the_next_look_ahead() -> None:
    enrolment = worlds.person()

    planner.tick(now=worlds.NOON + timedelta(minutes=2))

    enrolment.refresh_from_db()
    assert enrolment.next_due_at is not None
    assert at(8, 9) <= enrolment.next_due_at < at(8, 9, 30)


def test_tick_twice_decides_once() -> None:
    worlds.person()

    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    again = planner.tick(now=worlds.NOON + timedelta(minutes=3))

    assert again.decisions == 0
    assert Decision.objects.count() == 1


def test_tick_writes_the_quit_date_as_people_say_it() -> None:
    worlds.person()

    planner.tick(now=at(8, 9, 45))

    message = Message.objects.get(body__isnull=False, not_before__date=date(2026, 12, 8))
    assert message.body.text == "Two days to 10 December."


def test_tick_opens_the_question_it_sends() -> None:
    enrolment = worlds.person()

    planner.tick(now=at(10, 18, 40))

    enrolment.refresh_from_db()
    assert enrolment.question == "smoked"
    assert enrolment.asked_at == at(10, 18, 40)


def test_tick_after_the_last_step_completes_the_enrolment() -> None:
    enrolment = worlds.person()

    planner.tick(now=at(11, 9, 40))

    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.COMPLETED
    assert enrolment.next_due_at is None


def test_late_tick_leaves_a_decision_for_every_step() -> None:
    enrolment = worlds.person()

    planner.tick(now=at(12, 12))

    assert decided(enrolment) == [
        ("welcome.1", "suppressed", "late"),
        ("before.1", "suppressed", "late"),
        ("day.0", "suppressed", "late"),
        ("ask.smoked", "suppressed", "late"),
        ("day.1", "suppressed", "late"),
    ]
    assert not Message.objects.exists()


def test_text_without_a_value_is_suppressed_with_its_reason() -> None:
    edition = worlds.version(published=False)
    edition.texts.filter(key="welcome.1").update(body="On {{ quit_date }}")
    worlds.publish(edition)
    enrolment = worlds.person(of=edition, quit_day=None)

    planner.tick(now=worlds.NOON + timedelta(minutes=2))

    assert decided(enrolment) == [("welcome.1", "suppressed", "missing_value")]


def test_withdrawn_enrolment_is_left_alone() -> None:
    enrolment = worlds.person()
    leaving.withdraw(enrolment=enrolment, source="staff", now=worlds.NOON)

    done = planner.tick(now=at(12, 12))

    assert done.enrolments == 0


def test_one_broken_journey_harms_no_other() -> None:
    edition = worlds.version()
    broken = worlds.person(number="+447700900001", of=edition)
    sound = worlds.person(number="+447700900002", of=edition)
    broken.participant.time_zone = "Nowhere/Land"
    broken.participant.save()

    planner.tick(now=worlds.NOON + timedelta(minutes=2))

    assert decided(sound) == [("welcome.1", "queued", "")]
    assert decided(broken) == []
    broken.refresh_from_db()
    assert broken.next_due_at is not None
    assert broken.next_due_at > worlds.NOON


def test_move_to_a_new_version_brings_no_step_twice() -> None:
    enrolment = worlds.person()
    planner.tick(now=at(10, 9, 40))
    second = worlds.version(enrolment.campaign, extra_days=(3,))

    moved = moving.move(enrolment_id=enrolment.pk, version=second, now=at(10, 12))
    planner.tick(now=at(10, 12, 1))
    planner.tick(now=at(13, 9, 40))

    assert moved
    keys = [key for key, _, _ in decided(enrolment)]
    assert len(keys) == len(set(keys))
    assert "day.3" in keys


def test_move_wakes_someone_who_had_completed() -> None:
    enrolment = worlds.person()
    planner.tick(now=at(11, 9, 40))
    second = worlds.version(enrolment.campaign, extra_days=(3,))

    moving.move(enrolment_id=enrolment.pk, version=second, now=at(12, 12))
    planner.tick(now=at(12, 12, 1))
    planner.tick(now=at(13, 9, 40))

    assert ("day.3", "queued", "") in decided(enrolment)


def test_move_leaves_those_alone_who_have_left() -> None:
    enrolment = worlds.person()
    leaving.withdraw(enrolment=enrolment, source="sms", now=worlds.NOON)
    second = worlds.version(enrolment.campaign)

    assert not moving.move(enrolment_id=enrolment.pk, version=second, now=worlds.NOON)


def test_move_heals_when_the_cursor_was_wrong() -> None:
    enrolment = worlds.person()
    planner.tick(now=at(8, 9, 40))
    before = Decision.objects.count()
    Enrolment.objects.filter(pk=enrolment.pk).update(
        planned_through=worlds.NOON, next_due_at=at(8, 9, 41)
    )

    planner.tick(now=at(8, 9, 42))

    assert Decision.objects.count() == before


def test_unapproved_version_is_blocked_on_a_real_provider() -> None:
    edition = worlds.version()
    type(edition.campaign.sender).objects.update(provider="other")
    worlds.person(of=edition)

    planner.tick(now=worlds.NOON + timedelta(minutes=2))

    message = Message.objects.get(cause_kind="decision")
    assert (message.status, message.status_reason) == ("blocked", "not_clinically_approved")


@pytest.mark.parametrize("people", [1, 20])
def test_tick_takes_the_same_number_of_queries_for_one_or_many(
    people: int, django_assert_max_num_queries: object
) -> None:
    edition = worlds.version()
    for place in range(people):
        worlds.person(number=f"+4477009001{place:02}", of=edition)
    planner.tick(now=worlds.NOON)

    with django_assert_max_num_queries(30):  # type: ignore[operator]
        planner.tick(now=worlds.NOON + timedelta(minutes=2))

    assert Message.objects.filter(cause_kind="decision").count() == people


def test_tick_keeps_count_of_the_texts_of_a_week() -> None:
    enrolment = worlds.person(of=worlds.version(extra_days=(2, 3)))
    for day in (8, 10, 11, 12, 13):
        planner.tick(now=at(day, 9, 31))

    enrolment.refresh_from_db()
    assert enrolment.load_day == date(2026, 12, 13)
    assert enrolment.load == [1, 1, 1, 1, 0, 1, 0]
    assert enrolment.last_text_at == at(13, 9, 31)


def test_tick_ends_a_pause_and_says_of_each_text_that_it_was_paused() -> None:
    enrolment = worlds.person()
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    Enrolment.objects.filter(pk=enrolment.pk).update(
        status="paused", paused_at=at(9, 12), pause_reason="participant", next_due_at=at(11, 8)
    )

    planner.tick(now=at(10, 12))
    assert Decision.objects.filter(reason="paused").count() == 0
    planner.tick(now=at(11, 8))

    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.paused_at) == ("active", None)
    paused = Decision.objects.filter(reason="paused").order_by("due_at")
    assert [found.step_key for found in paused] == ["day.0", "ask.smoked"]
    planner.tick(now=at(11, 9, 31))
    assert decided(enrolment)[-1] == ("day.1", "queued", "")


def test_text_of_a_step_that_says_so_is_sent_again_when_its_fate_is_unknown() -> None:
    edition = worlds.version(published=False)
    edition.steps.filter(key="welcome.1").update(if_unknown="resend")
    worlds.publish(edition)
    worlds.person(number="+447700900001", of=edition)

    planner.tick(now=worlds.NOON + timedelta(minutes=2))

    assert Message.objects.get(cause_kind="decision").resend_unknown
