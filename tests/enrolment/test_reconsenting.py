from datetime import timedelta

import pytest

from enrolment import consents, leaving, pausing, reconsenting
from enrolment.models import Consent, Enrolment
from messaging.models import Message
from tests import worlds
from tests.enrolment.test_replies import last_inbound, texted

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"
LATER = reconsenting.LONG_SILENCE + timedelta(days=1)
MINUTES = int(LATER.total_seconds() // 60)


def silent_for_long() -> Enrolment:
    enrolment = worlds.person(number=NUMBER)
    assert reconsenting.ask_the_silent(now=worlds.NOON + LATER) == 1
    enrolment.refresh_from_db()
    return enrolment


def unreachable_for(days: int) -> Enrolment:
    enrolment = worlds.person(number=NUMBER)
    pausing.pause(enrolment=enrolment, until=None, reason=pausing.UNREACHABLE, now=worlds.NOON)
    Enrolment.objects.update(paused_at=worlds.NOON - timedelta(days=days))
    return enrolment


def test_long_silence_is_asked_about_once_in_neutral_words() -> None:
    enrolment = silent_for_long()

    assert reconsenting.ask_the_silent(now=worlds.NOON + LATER) == 0
    asked = Message.objects.get(cause_kind="staff")
    assert asked.body.text == "Are you still there? YES or NO"
    assert (enrolment.status, enrolment.question) == (Enrolment.Status.PAUSED, "still")


def test_whoever_has_texted_and_waits_for_an_answer_is_not_asked() -> None:
    worlds.person(number=NUMBER)
    worlds.text(NUMBER, "CRAVE")

    assert reconsenting.ask_the_silent(now=worlds.NOON + LATER) == 0


def test_yes_is_evidence_and_the_texts_go_on() -> None:
    enrolment = silent_for_long()

    assert texted("yes", MINUTES + 5) == ["Welcome back."]

    enrolment.refresh_from_db()
    assert enrolment.next_due_at is not None
    assert Consent.objects.latest("pk").wording_key == "question.still"
    assert consents.standing(enrolment) == {Consent.Scope.SERVICE}


def test_no_ends_it() -> None:
    silent_for_long()

    assert texted("no", MINUTES + 5) == ["All right. No texts."]
    assert Enrolment.objects.get().exit_reason == "declined"


def test_nothing_else_is_said_before_the_yes() -> None:
    silent_for_long()

    assert texted("CRAVE", MINUTES + 5) == ["Are you still there? YES or NO"]
    assert texted("my cat is ill", MINUTES + 6) == []
    assert last_inbound().end == "inbox"


def test_silence_on_top_ends_it_without_another_text() -> None:
    silent_for_long()
    texts = Message.objects.count()

    assert leaving.take_silence_as_leaving(now=worlds.NOON + LATER + timedelta(days=7)) == 1

    assert Enrolment.objects.get().exit_reason == "not_answered"
    assert Message.objects.count() == texts


def test_number_out_of_reach_for_long_is_asked_before_anything_is_told() -> None:
    unreachable_for(31)

    assert texted("CRAVE", 1) == ["Are you still there? YES or NO"]
    assert Enrolment.objects.get().status == Enrolment.Status.PAUSED
    assert texted("YES", 2) == ["Welcome back."]


def test_number_out_of_reach_for_some_days_goes_on_by_its_first_text() -> None:
    unreachable_for(5)

    assert texted("CRAVE", 1)[0].startswith("Tip")
