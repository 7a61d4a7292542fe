"""Two campaigns on one number: caps, gap and the open question are the number's."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, connections, transaction

from enrolment import planner, replies
from enrolment.models import Answer, Decision, Enrolment
from messaging.models import Message, Recipient
from tests import worlds

DAY_ZERO = datetime(2026, 12, 10, 9, 31, tzinfo=UTC)


def two_campaigns(**head: object) -> tuple[Enrolment, Enrolment]:
    """One number in two campaigns with the same steps."""
    found = []
    for key in ("quit", "move"):
        edition = worlds.version(worlds.campaign(key=key), published=False)
        for name, value in head.items():
            setattr(edition, name, value)
        edition.save()
        worlds.publish(edition)
        found.append(worlds.person(of=edition))
    return found[0], found[1]


def queued_on(day: date) -> list[str]:
    return list(
        Decision.objects.filter(local_date=day, outcome="queued").values_list("step_key", flat=True)
    )


@pytest.mark.django_db
def test_joining_a_second_campaign_marks_the_number_as_shared() -> None:
    first, second = two_campaigns()

    assert first.participant_id == second.participant_id
    second.participant.refresh_from_db()
    assert second.participant.is_shared


@pytest.mark.django_db
def test_a_number_in_one_campaign_is_not_shared() -> None:
    assert not worlds.person().participant.is_shared


# Of two texts a day one is the question's, so that core texts share the other.
@pytest.mark.django_db
def test_the_day_cap_is_kept_over_both_campaigns() -> None:
    two_campaigns(cap_day=2)

    planner.tick(now=DAY_ZERO)

    assert queued_on(date(2026, 12, 10)) == ["day.0"]
    assert Decision.objects.get(reason="day_cap").step_key == "day.0"


@pytest.mark.django_db
def test_the_gap_is_kept_over_both_campaigns() -> None:
    two_campaigns(min_gap_minutes=60)

    planner.tick(now=DAY_ZERO)

    times = Message.objects.filter(not_before__date=date(2026, 12, 10)).values_list(
        "not_before", flat=True
    )
    first, second = sorted(times)
    assert second - max(first, DAY_ZERO) >= timedelta(minutes=60)


@pytest.mark.django_db
def test_a_second_question_waits_until_the_first_was_answered() -> None:
    first, second = two_campaigns()
    evening = datetime(2026, 12, 10, 18, 31, tzinfo=UTC)
    planner.tick(now=evening)
    asked = [Enrolment.objects.get(pk=found.pk) for found in (first, second)]
    (waiting,) = (found for found in asked if not found.question)

    assert not Decision.objects.filter(enrolment=waiting, step_key="ask.smoked").exists()
    assert waiting.replanning

    Enrolment.objects.exclude(question="").update(question="", asked_at=None)
    planner.tick(now=evening + timedelta(hours=1, minutes=30))
    planner.tick(now=evening + timedelta(hours=4, minutes=30))

    decided = Decision.objects.get(enrolment=waiting, step_key="ask.smoked")
    assert decided.due_at < evening


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_keep_the_cap_and_one_open_question() -> None:
    two_campaigns(cap_day=2)
    start = threading.Barrier(2)

    def tick() -> None:
        try:
            start.wait(10)
            for _ in range(3):
                planner.tick(now=DAY_ZERO, batch=1)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    planner.tick(now=DAY_ZERO)

    assert queued_on(date(2026, 12, 10)) == ["day.0"]
    assert Decision.objects.filter(step_key="day.0").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_number_another_process_holds_is_left_for_the_next_tick() -> None:
    first, _ = two_campaigns()
    number = first.participant.recipient_id
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Recipient.objects.select_for_update(no_key=True).get(pk=number)
                held.set()
                done.wait(10)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    busy = planner.tick(now=DAY_ZERO)
    done.set()
    holder.join(10)
    after = planner.tick(now=DAY_ZERO)

    assert (busy.enrolments, busy.decisions) == (0, 0)
    assert after.enrolments == 2


@pytest.mark.django_db
def test_the_question_asked_last_is_answered_first_and_the_other_waits() -> None:
    first, second = two_campaigns()
    for enrolment, minutes in ((second, 20), (first, 10)):
        asked_at = worlds.NOON - timedelta(minutes=minutes)
        Enrolment.objects.filter(pk=enrolment.pk).update(question="smoked", asked_at=asked_at)

    answered = []
    for minute in range(2):
        worlds.text("+447700900001", "no")
        replies.answer_pending(now=worlds.NOON + timedelta(minutes=minute))
        answered.append(Answer.objects.latest("pk").enrolment_id)

    assert answered == [first.pk, second.pk]
    assert not Enrolment.objects.exclude(question="").exists()


@pytest.mark.django_db
def test_a_question_that_has_expired_keeps_no_word_from_another_campaign() -> None:
    first, _ = two_campaigns()
    asked_at = worlds.NOON - timedelta(hours=30)
    Enrolment.objects.filter(pk=first.pk).update(question="smoked", asked_at=asked_at)

    inbound = worlds.text("+447700900001", "CRAVE")
    replies.answer_pending(now=worlds.NOON)

    assert inbound is not None
    inbound.refresh_from_db()
    assert inbound.end_reason == "bank"
    assert not Answer.objects.exists()
