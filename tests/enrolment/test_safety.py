from datetime import UTC, datetime, timedelta

import pytest

from enrolment import planner, replies
from enrolment.models import Case, Enrolment, Page, PagerContact
from messaging.models import Message, OptOut, Sender
from tests import worlds
from tests.enrolment.test_replies import last_inbound, texted

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"
ANSWER = "Ring the alarm number now. A person will read this."


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("I want to kill myself", "crisis_self_harm"),
        ("crave crave crave i cant take it, i want to die", "crisis_self_harm"),
        ("jeg orker ikke leve lenger", "crisis_self_harm"),
        ("no, and I have a terrible pain in my chest", "crisis_chest_pain"),
        ("he hit me again", "crisis_violence"),
    ],
)
def test_words_of_need_are_answered_and_a_person_reads_them(words: str, reason: str) -> None:
    worlds.person(number=NUMBER)

    assert texted(words) == [ANSWER]
    assert (last_inbound().end, last_inbound().end_reason) == ("inbox", reason)


def test_words_of_need_win_over_an_open_question() -> None:
    worlds.version()
    texted("JOIN")
    texted("yes")

    assert texted("I want to end my life") == [ANSWER]
    assert Enrolment.objects.get().participant.first_name is None
    assert texted("amina") == ["Which day?"]


def test_words_of_need_after_stop_are_answered() -> None:
    worlds.person(number=NUMBER)
    texted("STOP")

    assert texted("i want to die") == [ANSWER]


def test_stop_in_words_of_need_is_obeyed_too() -> None:
    worlds.person(number=NUMBER)

    assert texted("stop texting me i want to die") == [ANSWER, "No more texts."]
    assert OptOut.objects.filter(lifted_at=None).exists()
    assert Enrolment.objects.get().status == Enrolment.Status.WITHDRAWN
    assert last_inbound().end == "inbox"


def test_stranger_in_need_is_answered_in_the_senders_words() -> None:
    worlds.version()
    Sender.objects.update(crisis_text="Ring 999.")

    assert texted("I want to kill myself") == ["Ring 999."]
    assert last_inbound().end == "inbox"


def test_nothing_planned_comes_for_a_day() -> None:
    worlds.person(number=NUMBER)
    planner.tick(now=worlds.NOON + timedelta(minutes=1))
    texted("I want to kill myself", 2)

    assert not Message.objects.filter(cause_kind="decision", status="queued").exists()
    planner.tick(now=worlds.NOON + timedelta(hours=3))
    waiting = Message.objects.filter(cause_kind="decision", status="queued")
    assert not waiting.filter(not_before__lt=worlds.NOON + timedelta(hours=24)).exists()


def test_words_of_need_at_two_in_the_night_are_answered_then() -> None:
    worlds.person(number=NUMBER)
    night = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
    worlds.text(NUMBER, "i cant go on, i want to die", at=night)

    replies.answer_pending(now=night)

    answer = Message.objects.get(kind="crisis")
    assert answer.not_before == night
    assert answer.hours_start is None


@pytest.mark.parametrize("words", ["dying for a cigarette", "this craving is killing me", "CRAVE"])
def test_manners_of_speaking_are_no_crisis(words: str) -> None:
    worlds.person(number=NUMBER)

    assert ANSWER not in texted(words)


@pytest.mark.parametrize("broken", ["enrolment.safety.reply", "enrolment.listening.heard"])
def test_words_of_need_are_urgent_whatever_breaks(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Putting it into the campaign's words, or writing down what it brings about."""
    worlds.person(number=NUMBER)
    contact = PagerContact.objects.create(
        organisation=worlds.organisation(), name="Duty", email="duty@clinic.example"
    )

    def breaks(**_: object) -> None:
        raise KeyError

    monkeypatch.setattr(broken, breaks)
    assert texted("I want to kill myself") == ["Text JOIN to start."]
    assert last_inbound().end_reason == "crisis_self_harm"
    assert Case.objects.get().urgency == Case.Urgency.URGENT
    assert Page.objects.get().contact == contact
