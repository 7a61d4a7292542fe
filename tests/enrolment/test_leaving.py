from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from enrolment import consents, inviting, leaving, planner, replies
from enrolment.models import Consent, Enrolment, Withdrawal
from messaging import advice
from messaging.models import InboundMessage, Message, OptOut
from messaging.providers.base import Advice
from tests import worlds
from tests.enrolment.test_replies import last_inbound, texted

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"


def opted_out() -> bool:
    return OptOut.objects.filter(lifted_at=None).exists()


@pytest.mark.parametrize("word", ["QUIT", "end", "Slutt"])
def test_word_that_may_mean_stop_is_asked_about_once(word: str) -> None:
    worlds.person(number=NUMBER)

    assert texted(word) == ["Leave? 1 yes, 2 no"]
    assert not opted_out()
    assert texted(word, 1) == ["You have left."]
    assert opted_out()
    assert Enrolment.objects.get().status == Enrolment.Status.WITHDRAWN


def test_staying_goes_on_as_before() -> None:
    enrolment = worlds.person(number=NUMBER)
    texted("QUIT")

    assert texted("2", 1) == ["Good, nothing changes."]
    leaving.take_silence_as_leaving(now=worlds.NOON + timedelta(days=2))

    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.question) == (Enrolment.Status.ACTIVE, "")


def test_keyword_while_asked_is_answered_and_counts_as_staying() -> None:
    worlds.person(number=NUMBER)
    texted("QUIT")

    assert texted("CRAVE", 1)[0].startswith("Tip")
    assert leaving.take_silence_as_leaving(now=worlds.NOON + timedelta(days=2)) == 0


def test_nothing_planned_comes_while_asked() -> None:
    worlds.person(number=NUMBER)
    texted("QUIT")

    planner.tick(now=worlds.NOON + timedelta(minutes=5))

    due = Message.objects.filter(cause_kind="decision")
    assert not due.filter(not_before__lt=worlds.NOON + timedelta(hours=24)).exists()


def test_silence_counts_as_leaving() -> None:
    worlds.person(number=NUMBER)
    texted("QUIT")

    assert leaving.take_silence_as_leaving(now=worlds.NOON + timedelta(hours=23)) == 0
    assert leaving.take_silence_as_leaving(now=worlds.NOON + timedelta(hours=24)) == 1

    assert opted_out()
    assert Withdrawal.objects.get().reason == "silence"


@pytest.mark.parametrize(
    ("said", "answer"), [("2", "Good, nothing changes."), ("1", "You have left.")]
)
def test_answer_that_nobody_has_read_yet_is_no_silence(said: str, answer: str) -> None:
    """The web part took it in while every worker was down."""
    worlds.person(number=NUMBER)
    texted("QUIT")
    late = worlds.NOON + timedelta(hours=25)
    worlds.text(NUMBER, said, at=worlds.NOON + timedelta(hours=2))

    assert leaving.take_silence_as_leaving(now=late) == 0
    assert not opted_out()

    replies.answer_pending(now=late)
    assert leaving.take_silence_as_leaving(now=late) == 0
    assert Message.objects.order_by("-pk")[0].body.text == answer
    assert opted_out() == (said == "1")


def test_asked_while_joining_the_question_of_joining_comes_again() -> None:
    worlds.version()
    texted("JOIN")
    texted("QUIT")

    assert texted("2") == ["Good, nothing changes.", "Do you smoke? YES or NO"]
    assert texted("yes") == ["Your first name?"]


@pytest.mark.parametrize(("digit", "told"), [("1", "quit"), ("2.", "too_many"), ("4", "other")])
def test_reason_told_after_stop_is_kept_and_never_answered(digit: str, told: str) -> None:
    worlds.person(number=NUMBER)
    texted("STOP")

    assert texted(digit) == []
    assert last_inbound().end == "answered"
    assert Withdrawal.objects.get().told == told


def test_digit_of_somebody_who_did_not_leave_is_no_reason() -> None:
    worlds.version()
    texted("STOP")

    assert texted("1") == []
    assert last_inbound().end == "inbox"


def test_start_takes_up_what_stop_ended() -> None:
    worlds.person(number=NUMBER)
    texted("STOP")

    assert texted("START", 1) == ["Welcome back."]

    enrolment = Enrolment.objects.get()
    assert enrolment.status == Enrolment.Status.ACTIVE
    assert not opted_out()
    assert consents.standing(enrolment) == {Consent.Scope.SERVICE}
    assert texted("CRAVE", 2)[0].startswith("Tip")


def test_start_while_joining_asks_where_it_stood() -> None:
    worlds.version()
    texted("JOIN")
    texted("yes")
    texted("STOP")

    assert texted("START") == ["Welcome back.", "Your first name?"]
    assert Enrolment.objects.get().status == Enrolment.Status.INVITED


def test_start_of_a_stranger_starts_nothing() -> None:
    worlds.version()

    assert texted("START") == ["Text JOIN to start."]
    assert not Enrolment.objects.exists()


def test_start_widens_no_consent() -> None:
    enrolment = worlds.person(number=NUMBER)
    consents.record(
        enrolment=enrolment,
        scope=Consent.Scope.RESEARCH,
        is_given=False,
        channel="sms",
        exact_text="no",
        now=worlds.NOON,
    )
    texted("STOP")
    texted("START")

    enrolment.refresh_from_db()
    assert consents.standing(enrolment) == {Consent.Scope.SERVICE}


def in_two_campaigns() -> tuple[Enrolment, Enrolment]:
    edition = worlds.version(worlds.campaign(key="move"), published=False)
    edition.keywords.filter(action="join").update(word="MOVE", folded="move")
    worlds.publish(edition)
    return worlds.person(number=NUMBER), worlds.person(number=NUMBER, of=edition)


def test_stop_with_a_campaigns_word_leaves_that_one_alone() -> None:
    first, second = in_two_campaigns()

    assert texted("stop move") == ["You have left."]

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("active", "withdrawn")
    assert not opted_out()


@pytest.mark.parametrize("words", ["STOP", "STOP all", "STOP moving", "stop move please"])
def test_stop_with_any_other_words_leaves_them_all(words: str) -> None:
    in_two_campaigns()

    assert texted(words) == ["You have left."]
    assert opted_out()
    assert not Enrolment.objects.filter(status__in=Enrolment.OPEN).exists()


def test_ledger_of_consent_cannot_be_changed() -> None:
    worlds.version()
    texted("JOIN")
    line = Consent.objects.get()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Consent.objects.filter(pk=line.pk).update(is_given=False)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Consent.objects.filter(pk=line.pk).delete()
    Consent.objects.filter(pk=line.pk).update(exact_text=None)


def invited(number: str = NUMBER) -> Enrolment:
    return inviting.invite(
        version=worlds.version(), number=number, language="en", channel="web", now=worlds.NOON
    )


def test_invitation_asks_and_plans_nothing() -> None:
    enrolment = invited()
    planner.tick(now=worlds.NOON + timedelta(hours=1))

    assert [message.body.text for message in Message.objects.all()] == [
        "Do you want our texts? YES or NO"
    ]
    assert consents.standing(enrolment) == frozenset()


def test_invited_says_yes_in_her_own_words_and_joins() -> None:
    enrolment = invited()

    assert texted("Yes please") == ["Do you smoke? YES or NO"]

    line = Consent.objects.get()
    assert (line.exact_text, line.wording_key) == ("Yes please", "question.consent")
    assert consents.standing(enrolment) == {Consent.Scope.SERVICE}
    assert texted("yes") == ["Your first name?"]


def test_invited_says_no_and_is_left_alone() -> None:
    enrolment = invited()

    assert texted("no") == ["All right. No texts."]

    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.exit_reason) == ("withdrawn", "declined")
    assert not Consent.objects.get().is_given
    with pytest.raises(inviting.InviteRefused, match="asked_lately"):
        inviting.invite(
            version=enrolment.version,
            number=NUMBER,
            language="en",
            channel="web",
            now=worlds.NOON + timedelta(days=3),
        )


def test_invitation_not_answered_ends_without_a_text() -> None:
    enrolment = invited()

    assert leaving.take_silence_as_leaving(now=worlds.NOON + timedelta(days=7)) == 1

    enrolment.refresh_from_db()
    assert enrolment.exit_reason == "not_answered"
    assert not opted_out()
    assert Message.objects.count() == 1


def test_invited_texting_the_word_to_join_has_consented() -> None:
    invited()

    assert texted("JOIN") == ["Do you smoke? YES or NO"]
    assert Consent.objects.get().is_given


def test_number_that_opted_out_cannot_be_invited() -> None:
    worlds.version()
    texted("STOP")

    with pytest.raises(inviting.InviteRefused, match="opted_out"):
        invited()
    assert not Message.objects.exclude(cause_kind="inbound").exists()


def test_forged_stop_and_start_change_no_scope() -> None:
    worlds.version()
    texted("START")
    texted("STOP")
    texted("START")

    assert not Consent.objects.exists()
    assert InboundMessage.objects.exclude(end__in=("answered", "inbox", "matched")).count() == 0


def test_stop_only_the_provider_heard_ends_the_enrolment_and_start_takes_it_up() -> None:
    enrolment = worlds.person(number=NUMBER)
    texted("CRAVE")
    message = Message.objects.latest("pk").pk
    advice.apply(advice={message: Advice.OPTED_OUT}, now=worlds.NOON)

    assert leaving.follow_providers(now=worlds.NOON) == 1
    assert leaving.follow_providers(now=worlds.NOON) == 0
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.exit_reason) == (Enrolment.Status.WITHDRAWN, "stop")
    texted("START", 5)
    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.ACTIVE


def test_start_takes_up_no_invitation_that_had_no_yes() -> None:
    """Somebody else typed the number; its STOP and START are no consent to what was asked."""
    version = worlds.version()
    inviting.invite(version=version, number=NUMBER, language="en", channel="web", now=worlds.NOON)
    texted("STOP", 5)

    texted("START", 10)

    assert Enrolment.objects.get().status == Enrolment.Status.WITHDRAWN
    assert not Consent.objects.filter(is_given=True).exists()
