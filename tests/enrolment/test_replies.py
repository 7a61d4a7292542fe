from datetime import timedelta

import pytest

from campaigns.models import Keyword
from enrolment import planner, replies
from enrolment.models import Anchor, Answer, Consent, Enrolment, Withdrawal
from messaging import inbox
from messaging.models import InboundMessage, Message, OptOut, Sender
from messaging.providers.webhook import InboundText
from tests import worlds

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"


def texted(body: str, minutes: int = 0, number: str = NUMBER) -> list[str]:
    """Texts `body`; the replies queued for it, in order."""
    inbound = worlds.text(number, body)
    assert inbound is not None
    replies.answer_pending(now=worlds.NOON + timedelta(minutes=minutes))
    queued = Message.objects.filter(
        cause_kind="inbound", cause_key__startswith=f"{inbound.pk}:"
    ).order_by("cause_key")
    return [message.body.text or "" for message in queued.exclude(status="blocked")]


def last_inbound() -> InboundMessage:
    return InboundMessage.objects.order_by("-pk")[0]


def test_join_to_active_by_text() -> None:
    worlds.version()

    assert texted("Join!") == ["Do you smoke? YES or NO"]
    assert texted("yes") == ["Your first name?"]
    assert texted("amina") == ["Which day?"]
    assert texted("10 december") == ["You're in, Amina."]

    enrolment = Enrolment.objects.get()
    assert enrolment.status == Enrolment.Status.ACTIVE
    assert enrolment.participant.first_name == "Amina"
    assert Anchor.objects.get(kind="quit_date").day is not None
    assert Consent.objects.get().exact_text == "Join!"


@pytest.mark.parametrize(
    ("number", "word", "language"),
    [
        (NUMBER, "JOIN", "en"),
        (NUMBER, "BLIMED", "nb"),
        (NUMBER, "START", "en"),
        ("+4799999123", "START", "nb"),
        ("+4799999123", "JOIN", "en"),
    ],
)
def test_join_word_or_else_the_number_tells_the_first_language(
    number: str, word: str, language: str
) -> None:
    Sender.objects.filter(pk=worlds.sender().pk).update(other_countries=["NO"])
    edition = worlds.full_version(published=False)
    for of, joins in (("nb", "BLIMED"), ("any", "START")):
        Keyword.objects.create(
            version=edition, action="join", language=of, word=joins, folded=joins.lower()
        )
    worlds.publish(edition)

    worlds.text(number, word)
    replies.answer_pending(now=worlds.NOON)

    assert Enrolment.objects.get().participant.language == language


def test_answers_keep_the_words_sealed_and_the_value_apart() -> None:
    worlds.version()
    texted("JOIN")
    texted("Yes I do")
    texted("amina")

    uses, name = Answer.objects.order_by("pk")
    assert (uses.value, uses.raw, uses.is_valid) == ("yes", "Yes I do", True)
    assert (name.value, name.raw) == ("", "amina")


def test_not_using_ends_as_ineligible_not_withdrawn() -> None:
    worlds.version()
    texted("JOIN")

    assert texted("no") == ["Good to hear."]
    assert Enrolment.objects.get().status == Enrolment.Status.INELIGIBLE


@pytest.mark.parametrize("bad", ["soon", "31/2", "1 january 2020", "in 400 days"])
def test_bad_quit_date_is_asked_again_kindly(bad: str) -> None:
    worlds.version()
    for body in ("JOIN", "yes", "amina"):
        texted(body)

    assert texted(bad) == ["A day, such as 5 June"]
    assert last_inbound().end == "answered"


def test_three_bad_quit_dates_go_to_a_person() -> None:
    worlds.version()
    for body in ("JOIN", "yes", "amina", "soon", "31/2"):
        texted(body)

    assert texted("whenever") == ["A person will look."]
    assert last_inbound().end == "inbox"
    assert texted("10 december") == ["You're in, Amina."]


def test_crave_gives_every_tip_before_one_comes_again() -> None:
    worlds.person(number=NUMBER)

    tips = [texted("crave")[0] for _ in range(6)]

    assert sorted(tips[:3]) == sorted(tips[3:]) == ["Tip one", "Tip three", "Tip two"]


def test_slip_starts_its_path_and_the_tick_follows() -> None:
    enrolment = worlds.person(number=NUMBER, quit_day=worlds.NOON.date())

    assert texted("SLIP") == ["No harm done"]
    planner.tick(now=worlds.NOON + timedelta(hours=3, minutes=1))

    enrolment.refresh_from_db()
    assert enrolment.slips == 1
    assert enrolment.decisions.filter(step_key="after.1", outcome="queued").count() == 1


def test_stop_ends_everything_with_one_confirmation() -> None:
    worlds.person(number=NUMBER)
    planner.tick(now=worlds.NOON + timedelta(minutes=2))

    assert texted("STOP", 3) == ["You have left."]
    assert texted("STOP", 4) == []

    enrolment = Enrolment.objects.get()
    assert enrolment.status == Enrolment.Status.WITHDRAWN
    assert Withdrawal.objects.count() == 1
    assert OptOut.objects.filter(lifted_at=None).count() == 1
    assert Message.objects.get(cause_kind="decision").status == "cancelled"


def test_stop_from_a_stranger_is_confirmed_once() -> None:
    worlds.version()

    assert texted("stop") == ["No more texts."]
    assert texted("stop") == []


def test_word_that_is_a_stop_in_one_country_is_one_the_second_time_too() -> None:
    worlds.version()

    assert texted("QUIT", number="+12025550123") == ["No more texts."]
    assert texted("QUIT", number="+12025550123") == []
    assert (last_inbound().end, last_inbound().end_reason) == ("answered", "stop")


def test_stop_that_only_the_provider_heard_is_one_the_second_time_too() -> None:
    campaign = worlds.version().campaign
    for n in range(2):
        came = InboundText(f"gone-{n}", NUMBER, "basta", opted_out=True, provider_answered=True)
        inbox.store(sender=campaign.sender, inbound=came)

        replies.answer_pending(now=worlds.NOON)

        assert (last_inbound().end, last_inbound().end_reason) == ("answered", "stop")
    assert not Message.objects.exists()


def test_help_is_answered_before_during_and_after() -> None:
    worlds.version()

    assert texted("HELP") == ["Text JOIN to start."]
    texted("JOIN")
    assert texted("help") == ["Who we are. STOP to leave."]
    texted("STOP")
    assert texted("help") == ["Text JOIN to start."]


def test_join_after_stop_is_a_new_enrolment_with_new_evidence() -> None:
    worlds.version()
    texted("JOIN")
    texted("STOP")

    assert texted("JOIN") == ["Do you smoke? YES or NO"]
    assert Enrolment.objects.count() == 2
    assert Consent.objects.count() == 2
    assert not OptOut.objects.filter(lifted_at=None).exists()


def test_unknown_word_is_kept_for_a_person_and_answered_once() -> None:
    worlds.person(number=NUMBER)

    assert texted("my cat is ill") == ["A person will read it. CRAVE, HELP, STOP."]
    assert last_inbound().end == "inbox"
    assert texted("really ill", 5) == []
    assert last_inbound().end == "inbox"


def test_stranger_gets_help_once_and_is_kept() -> None:
    worlds.version()

    assert texted("hello?") == ["Text JOIN to start."]
    assert texted("hello??") == []
    assert last_inbound().end == "inbox"


def test_word_after_stop_is_kept_and_not_answered() -> None:
    worlds.person(number=NUMBER)
    texted("STOP")

    assert texted("crave") == []
    assert last_inbound().end == "inbox"


def test_answer_to_a_scheduled_question() -> None:
    worlds.person(number=NUMBER, quit_day=worlds.NOON.date())
    planner.tick(now=worlds.NOON + timedelta(hours=6, minutes=40))

    assert texted("no", 420) == ["Well done."]
    assert Enrolment.objects.get().question == ""


def test_name_outside_gsm7_never_reaches_a_text() -> None:
    worlds.version()
    for body in ("JOIN", "yes", "Žofia"):
        texted(body)

    assert texted("10 december") == ["You're in, friend."]
    assert Enrolment.objects.get().participant.first_name == "Žofia"


def test_fault_in_answering_sends_the_text_to_a_person() -> None:
    edition = worlds.version(published=False)
    edition.texts.filter(key="system.help").delete()
    worlds.publish(edition)
    worlds.person(number=NUMBER, of=edition)

    assert texted("HELP") == []
    assert (last_inbound().end, last_inbound().end_reason) == ("inbox", "fault")


def test_every_inbound_row_comes_to_an_end() -> None:
    worlds.person(number=NUMBER)
    for body in ("", "   ", "🎉", "x" * 1600, "STOP", "\x00\x01", "7", "'; DROP TABLE"):
        worlds.text(NUMBER, body)

    replies.answer_pending(now=worlds.NOON)

    assert not InboundMessage.objects.filter(end="pending").exists()


def test_word_with_something_after_it_reaches_the_campaign_that_knows_it() -> None:
    knowing = worlds.person(number=NUMBER, of=worlds.full_version())
    worlds.person(number=NUMBER, of=worlds.version(worlds.campaign(key="move")))

    assert texted("PAUSE 3") == ["Paused until 4 December."]
    assert Enrolment.objects.get(status=Enrolment.Status.PAUSED) == knowing


def test_stop_whose_confirmation_cannot_be_worded_ends_everything_too() -> None:
    edition = worlds.version(published=False)
    edition.texts.filter(key="system.stopped").delete()
    worlds.publish(edition)
    worlds.person(number=NUMBER, of=edition)

    assert texted("STOP") == ["No more texts."]
    assert (last_inbound().end, last_inbound().end_reason) == ("inbox", "fault")
    assert Enrolment.objects.get().status == Enrolment.Status.WITHDRAWN
    assert texted("START", minutes=1) == ["Welcome back."]


def test_stop_of_one_campaign_that_breaks_stands_for_all() -> None:
    """Nothing is narrowed whose confirmation cannot be worded."""
    edition = worlds.version(published=False)
    edition.texts.filter(key="system.stopped").delete()
    worlds.publish(edition)
    worlds.person(number=NUMBER, of=edition)
    other = worlds.version(worlds.campaign(key="other"), published=False)
    other.keywords.filter(action="join").update(word="MOVE", folded="move")
    worlds.publish(other)
    worlds.person(number=NUMBER, of=other)

    texted("STOP JOIN")

    assert last_inbound().end_reason == "fault"
    assert set(Enrolment.objects.values_list("status", flat=True)) == {"withdrawn"}
    assert OptOut.objects.filter(lifted_at=None).exists()


def test_stop_ends_everything_though_its_answer_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worlds.person(number=NUMBER, of=worlds.version())

    def breaks(**_: object) -> None:
        raise KeyError

    monkeypatch.setattr("enrolment.listening.heard", breaks)
    assert texted("STOP") == ["No more texts."]
    assert texted("STOP", minutes=1) == []

    assert (last_inbound().end, last_inbound().end_reason) == ("inbox", "fault")
    enrolment = Enrolment.objects.get()
    assert (enrolment.status, enrolment.exit_reason) == (Enrolment.Status.WITHDRAWN, "stop")
