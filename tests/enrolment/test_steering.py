"""What staff change of a journey, and what becomes of the texts that wait."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns.models import CampaignVersion, Text
from campaigns.schedule import Span
from enrolment import planner, steering
from enrolment.models import Anchor, Attribute, Enrolment, Participant, Withdrawal
from messaging.models import Message, OptOut
from tests import worlds
from tests.enrolment.test_replies import texted
from tests.factories.user import UserFactory
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> CampaignVersion:
    return worlds.full_version()


@pytest.fixture
def enrolment(version: CampaignVersion) -> Enrolment:
    return worlds.person(of=version)


@pytest.fixture
def actor() -> User:
    return UserFactory(organisation=worlds.organisation())


def waiting(enrolment: Enrolment, step: str = "welcome.1") -> Message:
    """One planned text that is queued for tomorrow morning."""
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    key = enrolment.decisions.get(step_key=step).pk
    start = worlds.NOON + timedelta(hours=22)
    Message.objects.filter(cause_key=str(key)).update(
        not_before=start, valid_until=start + timedelta(hours=4)
    )
    return Message.objects.get(cause_key=str(key), cause_kind="decision")


def fresh(row: Enrolment) -> Enrolment:
    return Enrolment.objects.get(pk=row.pk)


def by(verb: str, actor: User) -> bool:
    return AuditEvent.objects.filter(verb=verb, actor=actor).exists()


def test_pause_takes_back_what_waits_and_ends_in_their_morning(
    enrolment: Enrolment, actor: User
) -> None:
    message = waiting(enrolment)

    done = steering.pause(enrolment_id=enrolment.pk, days=3, actor=actor, now=worlds.NOON)

    assert done
    paused = fresh(enrolment)
    assert (paused.status, paused.pause_reason) == ("paused", "staff")
    assert paused.next_due_at == worlds.NOON.replace(day=4, hour=0)
    message.refresh_from_db()
    assert (message.status, message.status_reason) == ("cancelled", "paused")
    assert by("enrolment.pause", actor)


def test_pause_without_an_end_is_resumed_by_hand(enrolment: Enrolment, actor: User) -> None:
    steering.pause(enrolment_id=enrolment.pk, days=None, actor=actor, now=worlds.NOON)
    assert fresh(enrolment).next_due_at is None

    later = worlds.NOON + timedelta(days=1)
    assert steering.resume(enrolment_id=enrolment.pk, actor=actor, now=later)
    planner.tick(now=later + timedelta(minutes=1))

    assert fresh(enrolment).status == Enrolment.Status.ACTIVE
    assert by("enrolment.resume", actor)
    assert not steering.resume(enrolment_id=enrolment.pk, actor=actor, now=later)


def test_quit_day_is_moved_and_the_plan_follows(enrolment: Enrolment, actor: User) -> None:
    day = date(2026, 12, 20)

    assert steering.move_date(
        enrolment_id=enrolment.pk, kind="quit_date", day=day, actor=actor, now=worlds.NOON
    )

    anchor = Anchor.objects.get(kind="quit_date", replaced_at=None)
    assert (anchor.day, anchor.source) == (day, "staff")
    assert fresh(enrolment).replanning
    assert by("person.change", actor)
    again = steering.move_date(
        enrolment_id=enrolment.pk, kind="quit_date", day=day, actor=actor, now=worlds.NOON
    )
    assert not again


def test_day_after_the_old_one_has_come_begins_an_attempt(
    enrolment: Enrolment, actor: User
) -> None:
    later = worlds.NOON + timedelta(days=12)

    steering.move_date(
        enrolment_id=enrolment.pk,
        kind="quit_date",
        day=date(2026, 12, 20),
        actor=actor,
        now=later,
    )

    assert fresh(enrolment).attempt == 2


def test_other_dates_of_a_person_are_moved(enrolment: Enrolment, actor: User) -> None:
    steering.move_date(
        enrolment_id=enrolment.pk,
        kind="due_date",
        day=date(2027, 3, 1),
        actor=actor,
        now=worlds.NOON,
    )

    assert Attribute.objects.get(name="due_date").source == "staff"
    assert Anchor.objects.get(kind="due_date").day == date(2027, 3, 1)


def test_language_reaches_the_texts_that_wait(actor: User) -> None:
    version = worlds.full_version(published=False)
    words = "Hei, {{ first_name }}!"
    Text.objects.create(version=version, key="welcome.1", language="nb", body=words)
    worlds.publish(version)
    enrolment = worlds.person(of=version)
    message = waiting(enrolment)

    assert steering.set_language(
        enrolment_id=enrolment.pk, language="nb", actor=actor, now=worlds.NOON
    )

    assert Participant.objects.get().language == "nb"
    assert Message.objects.get(pk=message.pk).body.text == "Hei, Amina!"
    assert by("person.change", actor)


def test_zone_keeps_the_wall_time_of_what_waits(enrolment: Enrolment, actor: User) -> None:
    message = waiting(enrolment)

    assert change_when(enrolment, actor, zone="Asia/Kolkata")

    moved = Message.objects.get(pk=message.pk)
    assert moved.not_before.astimezone(ZoneInfo("Asia/Kolkata")).time() == time(10, 0)
    assert moved.valid_until - moved.not_before == timedelta(hours=4)
    assert moved.zone == "Asia/Kolkata"
    assert Participant.objects.get().time_zone == "Asia/Kolkata"
    assert fresh(enrolment).replanning


def test_text_whose_hour_is_over_on_the_new_clock_goes_in_the_next_hours(
    enrolment: Enrolment, actor: User
) -> None:
    message = waiting(enrolment)
    later = worlds.NOON + timedelta(hours=20)

    change_when(enrolment, actor, zone="Pacific/Auckland", now=later)

    moved = Message.objects.get(pk=message.pk)
    assert moved.not_before > later
    local = moved.not_before.astimezone(ZoneInfo("Pacific/Auckland"))
    assert time(8) <= local.time() < time(20, 30)
    assert moved.valid_until > moved.not_before


def test_own_hours_bind_what_waits_and_are_given_up_again(
    enrolment: Enrolment, actor: User
) -> None:
    message = waiting(enrolment)

    change_when(enrolment, actor, hours=Span(time(18), time(20)))

    moved = Message.objects.get(pk=message.pk)
    assert (moved.hours_start, moved.hours_end) == (time(18), time(20))
    assert moved.not_before.time() == time(18)
    assert change_when(enrolment, actor)
    assert Participant.objects.get().hours_start is None
    assert not change_when(enrolment, actor)


def test_text_that_has_left_keeps_its_times(enrolment: Enrolment, actor: User) -> None:
    message = waiting(enrolment)
    Message.objects.filter(pk=message.pk).update(status="sending")

    change_when(enrolment, actor, zone="Asia/Kolkata")

    left = Message.objects.get(pk=message.pk)
    assert (left.not_before, left.valid_until) == (message.not_before, message.valid_until)
    # Should its call fail, it is tried again by the new clock.
    assert left.zone == "Asia/Kolkata"


def change_when(enrolment: Enrolment, actor: User, **given: object) -> bool:
    values = {"zone": "Europe/London", "hours": None, "slot": "", "now": worlds.NOON, **given}
    return steering.set_when(enrolment_id=enrolment.pk, actor=actor, **values)


@pytest.mark.parametrize("whole", [True, False])
def test_taken_out_of_one_campaign_or_of_all(
    whole: bool, enrolment: Enrolment, actor: User
) -> None:
    other = worlds.person(of=worlds.version(worlds.campaign(key="other")))

    assert steering.withdraw(
        enrolment_id=enrolment.pk, whole_number=whole, actor=actor, now=worlds.NOON
    )

    assert fresh(enrolment).status == Enrolment.Status.WITHDRAWN
    assert (fresh(other).status == Enrolment.Status.WITHDRAWN) == whole
    assert OptOut.objects.filter(source="staff", lifted_at=None).exists() == whole
    assert {row.source for row in Withdrawal.objects.all()} == {"staff"}
    assert by("enrolment.withdraw", actor)


def test_start_undoes_what_staff_did_to_the_whole_number(enrolment: Enrolment, actor: User) -> None:
    """As the page says before it is done. What they ended by itself earlier stays ended."""
    other = worlds.person(of=worlds.version(worlds.campaign(key="other")))
    at, who = worlds.NOON, {"actor": actor}
    steering.withdraw(enrolment_id=other.pk, whole_number=False, now=at, **who)
    at += timedelta(minutes=1)
    steering.withdraw(enrolment_id=enrolment.pk, whole_number=True, now=at, **who)

    assert texted("START", 2) == ["Welcome back."]

    assert fresh(enrolment).status == Enrolment.Status.ACTIVE
    assert fresh(other).status == Enrolment.Status.WITHDRAWN
    assert not OptOut.objects.filter(lifted_at=None).exists()


def test_whole_number_of_several_people_does_not_opt_out(enrolment: Enrolment, actor: User) -> None:
    Participant.objects.update(has_company=True)

    steering.withdraw(enrolment_id=enrolment.pk, whole_number=True, actor=actor, now=worlds.NOON)

    assert fresh(enrolment).status == Enrolment.Status.WITHDRAWN
    assert not OptOut.objects.exists()


def test_nothing_is_done_for_whoever_has_left(enrolment: Enrolment, actor: User) -> None:
    steering.withdraw(enrolment_id=enrolment.pk, whole_number=False, actor=actor, now=worlds.NOON)
    who = {"enrolment_id": enrolment.pk, "actor": actor, "now": worlds.NOON}

    assert not steering.pause(days=3, **who)
    assert not steering.set_language(language="nb", **who)
    assert not steering.move_date(kind="quit_date", day=date(2026, 12, 20), **who)
    assert not steering.withdraw(whole_number=False, **who)
    assert not change_when(enrolment, actor, zone="Asia/Kolkata")
