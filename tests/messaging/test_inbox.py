from functools import partial

import pytest
from pytest_django import Settings

from messaging import clock, inbox, optout
from messaging.models import InboundMessage, Message, OptOut, Recipient, Sender
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import at_once, queue_text, text_in

NUMBER = "+447700900123"


@pytest.fixture
def sender(db: None) -> Sender:
    return SenderFactory()


def test_store_keeps_a_text_waiting_for_its_end(sender: Sender) -> None:
    inbound = text_in(sender, NUMBER, "What is this?")

    assert inbound is not None
    inbound.refresh_from_db()
    assert inbound.end == InboundMessage.End.PENDING
    assert inbound.body == "What is this?"
    assert inbound.recipient.number == NUMBER
    assert not inbound.opted_out


def test_store_ignores_a_text_sent_twice(sender: Sender) -> None:
    first = text_in(sender, NUMBER, "JOIN", key="p1")

    assert text_in(sender, NUMBER, "JOIN", key="p1") is None
    assert InboundMessage.objects.get() == first


def test_store_refuses_what_is_no_number(sender: Sender) -> None:
    with pytest.raises(ValueError, match=r"E\.164"):
        text_in(sender, "2250", "hello")


def test_store_obeys_stop_in_the_same_breath(sender: Sender) -> None:
    recipient = RecipientFactory(organisation=sender.organisation)
    due = queue_text(sender, recipient)
    help_text = queue_text(sender, recipient, kind=Message.Kind.HELP)

    inbound = text_in(sender, recipient.number, "Stopp takk!")

    due.refresh_from_db()
    help_text.refresh_from_db()
    assert inbound is not None
    assert inbound.opted_out
    assert optout.is_opted_out(recipient=recipient)
    assert (due.status, due.status_reason) == (Message.Status.CANCELLED, "opted_out")
    assert help_text.status == Message.Status.QUEUED


def test_store_says_of_a_second_stop_that_nothing_changed(sender: Sender) -> None:
    text_in(sender, NUMBER, "STOP")

    second = text_in(sender, NUMBER, "STOP")

    assert second is not None
    assert not second.opted_out


@pytest.mark.parametrize("body", ["HELP", "I want to stop smoking", "QUIT", "JOIN"])
def test_store_neither_opts_out_nor_lifts_by_other_words(body: str, sender: Sender) -> None:
    text_in(sender, NUMBER, body)
    assert not OptOut.objects.exists()
    text_in(sender, NUMBER, "STOP")

    text_in(sender, NUMBER, body)

    assert OptOut.objects.get().lifted_at is None


def test_lift_lets_the_number_be_texted_and_stop_counts_again(sender: Sender) -> None:
    text_in(sender, NUMBER, "STOP")
    recipient = Recipient.objects.get()
    now = clock.calendar_now()

    assert optout.lift(recipient=recipient, source="join", now=now)
    assert not optout.lift(recipient=recipient, source="join", now=now)
    assert queue_text(sender, recipient).status == Message.Status.QUEUED
    again = text_in(sender, NUMBER, "STOP")

    assert again is not None
    assert again.opted_out
    assert OptOut.objects.get().lifted_at is None


def test_opt_out_of_one_organisation_is_not_anothers(sender: Sender) -> None:
    other = SenderFactory()
    text_in(sender, NUMBER, "STOP")
    text_in(other, NUMBER, "hello")

    theirs = Recipient.objects.get(organisation=other.organisation)
    assert not optout.is_opted_out(recipient=theirs)


def test_recipient_for_finds_a_number_under_an_older_key(
    sender: Sender, settings: Settings
) -> None:
    found = partial(inbox.recipient_for, organisation_id=sender.organisation_id, number=NUMBER)
    first = found()
    settings.INDEX_KEYS = {**settings.INDEX_KEYS, 99: b"n" * 32}

    assert found() == first


def test_recipient_for_meets_an_opt_out_older_than_the_recipient(
    sender: Sender, settings: Settings
) -> None:
    text_in(sender, NUMBER, "STOP")
    InboundMessage.objects.all().delete()
    Recipient.objects.all().delete()
    settings.INDEX_KEYS = {**settings.INDEX_KEYS, 99: b"n" * 32}

    recipient = inbox.recipient_for(organisation_id=sender.organisation_id, number=NUMBER)

    assert optout.is_opted_out(recipient=recipient)


def test_recipient_for_gives_an_erased_row_its_number_back(sender: Sender) -> None:
    recipient = RecipientFactory(organisation=sender.organisation)
    number = recipient.number
    assert number is not None
    Recipient.objects.update(number=None)

    again = inbox.recipient_for(organisation_id=sender.organisation_id, number=number)

    again.refresh_from_db()
    assert (again.pk, again.number) == (recipient.pk, number)


def test_end_ends_a_text_once(sender: Sender) -> None:
    inbound = text_in(sender, NUMBER, "CRAVE")
    assert inbound is not None
    now = clock.calendar_now()

    first = inbox.end(inbound=inbound, end=InboundMessage.End.MATCHED, reason="crave", now=now)
    second = inbox.end(inbound=inbound, end=InboundMessage.End.INBOX, reason="late", now=now)

    inbound.refresh_from_db()
    assert (first, second) == (True, False)
    assert (inbound.end, inbound.end_reason, inbound.ended_at) == ("matched", "crave", now)


@pytest.mark.usefixtures("committed")
def test_first_texts_of_a_number_at_once_make_one_recipient() -> None:
    sender = SenderFactory()
    works = [partial(text_in, sender, NUMBER, "hello", key) for key in ("a", "b", "a", "b")]

    errors = at_once(*works)

    assert errors == []
    assert Recipient.objects.count() == 1
    assert InboundMessage.objects.count() == 2


@pytest.mark.usefixtures("committed")
def test_stops_at_once_opt_out_once() -> None:
    sender = SenderFactory()

    errors = at_once(*[partial(text_in, sender, NUMBER, "STOP") for _ in range(4)])

    assert errors == []
    assert OptOut.objects.count() == 1
    assert InboundMessage.objects.filter(opted_out=True).count() == 1


@pytest.mark.django_db
def test_word_that_is_a_stop_by_law_opts_out_there_and_is_asked_about_elsewhere() -> None:
    sender = SenderFactory()

    american = text_in(sender, "+12025550123", "QUIT")
    british = text_in(sender, "+447700900001", "QUIT")

    assert american is not None
    assert american.opted_out
    assert british is not None
    assert not british.opted_out
