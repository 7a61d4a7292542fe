from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.compiling import content_of
from enrolment import anchors, attempts, ledger, planner
from enrolment.models import Anchor, Decision, Enrolment
from messaging.models import Message
from tests import worlds

pytestmark = pytest.mark.django_db

#: Day one of the first attempt: its morning text has come.
RELAPSE = datetime(2026, 12, 11, 20, 0, tzinfo=UTC)
NEW_DAY = date(2026, 12, 14)


def smoking_again() -> Enrolment:
    enrolment = worlds.person(of=worlds.full_version(), quit_day=date(2026, 12, 10))
    for day in (1, 8, 10, 11):
        planner.tick(now=datetime(2026, 12, day, 19, 0, tzinfo=UTC))
    enrolment.refresh_from_db()
    return enrolment


def started(enrolment: Enrolment, now: datetime = RELAPSE) -> Enrolment:
    attempts.start(enrolment=enrolment, day=NEW_DAY, source="participant", now=now)
    return Enrolment.objects.get(pk=enrolment.pk)


def queued(attempt: int) -> list[str]:
    found = Decision.objects.filter(attempt=attempt, outcome="queued").order_by("due_at", "pk")
    return list(found.values_list("step_key", flat=True))


def test_another_attempt_counts_from_its_own_day_and_welcomes_nobody() -> None:
    enrolment = started(smoking_again())

    for day in range(12, 18):
        planner.tick(now=datetime(2026, 12, day, 9, 35, tzinfo=UTC))
        planner.tick(now=datetime(2026, 12, day, 18, 35, tzinfo=UTC))

    assert enrolment.attempt == 2
    # The preparation is short: of the days before it only those still ahead have their texts.
    assert "welcome.1" in queued(1)
    assert queued(2) == ["before.1", "day.0", "ask.smoked", "day.1"]
    assert ledger.violations(now=RELAPSE + timedelta(days=7)) == []


def test_what_was_queued_for_the_old_attempt_is_taken_back() -> None:
    enrolment = smoking_again()
    waiting = Message.objects.filter(cause_kind="decision", status="queued").count()
    assert waiting

    started(enrolment)

    taken_back = Message.objects.filter(status="cancelled", status_reason="new_attempt")
    assert taken_back.count() == waiting


def test_the_open_question_of_the_old_attempt_is_closed() -> None:
    enrolment = smoking_again()
    assert enrolment.question == "smoked"

    assert started(enrolment).question == ""


def test_a_path_is_left_and_a_due_date_goes_on() -> None:
    enrolment = smoking_again()
    content = content_of(enrolment.version_id)
    anchors.enter_stage(
        enrolment=enrolment, stage="not_ready", content=content, source="test", now=RELAPSE
    )
    anchors.set_day(enrolment=enrolment, kind="due_date", day=NEW_DAY, source="test", now=RELAPSE)

    enrolment = started(enrolment, RELAPSE + timedelta(minutes=1))

    assert set(anchors.in_force(enrolment).values_list("kind", flat=True)) == {
        "quit_date",
        "due_date",
    }
    assert Anchor.objects.get(kind="stage.not_ready").replaced_at is not None
    assert Anchor.objects.filter(kind="quit_date", attempt=1).get().day == date(2026, 12, 10)


def test_a_journey_that_was_through_runs_again() -> None:
    enrolment = smoking_again()
    planner.tick(now=RELAPSE + timedelta(days=5))
    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.COMPLETED

    attempts.start(
        enrolment=enrolment,
        day=date(2026, 12, 20),
        source="participant",
        now=RELAPSE + timedelta(days=6),
    )

    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.ACTIVE
    assert enrolment.next_due_at is not None


def test_a_late_tick_does_not_stand_in_the_way() -> None:
    """The next look lay before the text, for no tick had come since."""
    enrolment = worlds.person(of=worlds.full_version(), quit_day=date(2026, 12, 1))
    assert enrolment.next_due_at is not None
    assert enrolment.next_due_at < RELAPSE

    enrolment = started(enrolment)

    assert enrolment.next_due_at is not None
    assert RELAPSE <= enrolment.next_due_at < RELAPSE + timedelta(seconds=1)
