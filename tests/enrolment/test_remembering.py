from datetime import UTC, date, datetime, time, timedelta

import pytest

from campaigns.compiling import content_of
from enrolment import anchors, pausing, planner, remembering
from enrolment.models import Attribute, Decision, Enrolment
from messaging.models import Message
from tests import worlds
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db


def person() -> Enrolment:
    return worlds.person(of=worlds.full_version(), quit_day=date(2026, 12, 10))


def tell(enrolment: Enrolment, name: str, value: str) -> None:
    remembering.set_attribute(
        enrolment=enrolment,
        content=content_of(enrolment.version_id),
        name=name,
        value=value,
        now=worlds.NOON,
    )


def test_attribute_told_twice_is_one_row_with_the_last_value() -> None:
    enrolment = person()

    tell(enrolment, "per_day", "10")
    tell(enrolment, "per_day", "12")

    row = Attribute.objects.get()
    assert (row.name, row.value, row.words) == ("per_day", "12", None)


def test_own_words_are_sealed_and_in_no_audit_row() -> None:
    enrolment = person()

    tell(enrolment, "own_reason", "My kids")
    tell(enrolment, "own_reason", "My grandchildren")

    row = Attribute.objects.get()
    assert (row.value, row.words) == ("", "My grandchildren")
    details = AuditEvent.objects.filter(verb="participant.set").values_list("detail", flat=True)
    assert list(details) == [{"attribute": "own_reason"}] * 2


def test_a_date_is_an_anchor_until_another_takes_its_place() -> None:
    enrolment = person()

    tell(enrolment, "due_date", "2027-02-01")
    assert anchors.in_force(enrolment).get(kind="due_date").day == date(2027, 2, 1)
    tell(enrolment, "birth_date", "2027-01-28")

    kinds = set(anchors.in_force(enrolment).values_list("kind", flat=True))
    assert kinds == {"enrolment", "quit_date", "birth_date"}


def test_name_stays_with_the_participant() -> None:
    enrolment = person()

    tell(enrolment, "first_name", "Bo")

    enrolment.participant.refresh_from_db()
    assert enrolment.participant.first_name == "Bo"
    assert not Attribute.objects.exists()


def test_another_dose_catches_nothing_up() -> None:
    """light.1 lay in the past when she took the light dose, and standard.1 is not taken back."""
    enrolment = person()
    for day in (1, 7):
        planner.tick(now=datetime(2026, 12, day, 19, 0, tzinfo=UTC))
    enrolment.refresh_from_db()
    after = datetime(2026, 12, 7, 19, 5, tzinfo=UTC)

    remembering.set_profile(enrolment=enrolment, profile="light", now=after)
    planner.tick(now=after + timedelta(minutes=1))
    planner.tick(now=datetime(2026, 12, 10, 9, 31, tzinfo=UTC))

    queued = Decision.objects.filter(outcome="queued").values_list("step_key", flat=True)
    assert "standard.1" in queued
    assert "day.0" in queued
    assert not Decision.objects.filter(step_key="light.1").exists()


def test_another_dose_brings_its_own_texts() -> None:
    enrolment = person()

    remembering.set_profile(enrolment=enrolment, profile="light", now=worlds.NOON)
    planner.tick(now=datetime(2026, 12, 7, 19, 0, tzinfo=UTC))

    planned = Decision.objects.values_list("step_key", flat=True)
    assert "light.1" in planned
    assert "standard.1" not in planned


def test_own_hours_move_what_is_planned_from_now_on() -> None:
    enrolment = person()

    remembering.set_hours(
        enrolment=enrolment, start=time(16), end=time(20), now=worlds.NOON + timedelta(hours=1)
    )
    planner.tick(now=datetime(2026, 12, 8, 16, 31, tzinfo=UTC))

    decision = Decision.objects.get(step_key="before.1")
    assert decision.due_at >= datetime(2026, 12, 8, 16, 0, tzinfo=UTC)
    message = Message.objects.get(cause_key=str(decision.pk))
    assert (message.hours_start, message.hours_end) == (time(16), time(20))


def test_hours_and_language_are_the_persons_in_all_her_campaigns() -> None:
    first = worlds.person()
    second = worlds.person(of=worlds.version(worlds.campaign(key="move")))
    later = worlds.NOON + timedelta(hours=1)

    remembering.set_hours(enrolment=second, start=time(9), end=time(17), now=later)

    for enrolment in (first, second):
        enrolment.refresh_from_db()
        assert (enrolment.planned_from, enrolment.replanning) == (later, True)


def test_the_same_language_again_plans_nothing_anew() -> None:
    enrolment = person()

    tell(enrolment, "language", "en")

    assert not Enrolment.objects.get().replanning


def test_a_pause_just_ended_is_no_hindrance() -> None:
    """RESUME and then TIME, before a tick has come."""
    enrolment = worlds.person()
    pausing.pause(enrolment=enrolment, until=None, reason="asked", now=worlds.NOON)
    pausing.resume(enrolment=enrolment, now=worlds.NOON + timedelta(hours=1))
    later = worlds.NOON + timedelta(hours=1, seconds=20)

    remembering.set_hours(enrolment=enrolment, start=time(9), end=time(17), now=later)
    planner.tick(now=later)

    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.ACTIVE
