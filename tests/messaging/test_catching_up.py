from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from messaging import catching_up, clock, dispatch, holding, ledger
from messaging.catching_up import Caught
from messaging.models import (
    Attempt,
    House,
    InboundMessage,
    Message,
    OptOut,
    Recipient,
    Sender,
    SenderGroup,
)
from messaging.providers.base import DeliveryReport, PastText, ReportStatus
from messaging.providers.fake import Fake
from messaging.providers.registry import provider
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.networks import Recalls
from tests.messaging.texts import queue_text, text_in

pytestmark = pytest.mark.django_db

WORDS = "Day one is behind you."
HOUR = timedelta(hours=1)


@pytest.fixture
def recalls(fake: Fake, settings: Settings) -> Recalls:
    settings.SMS_PROVIDERS = {
        **settings.SMS_PROVIDERS,
        "recalls": {"BACKEND": "tests.messaging.networks.Recalls"},
    }
    made = provider("recalls")
    assert isinstance(made, Recalls)
    made.books.clear()
    return made


@pytest.fixture
def sender(recalls: Recalls) -> Sender:
    made: Sender = SenderFactory(provider="recalls")
    return made


def _queued(sender: Sender, **changes: Any) -> Message:
    return queue_text(sender, RecipientFactory(organisation=sender.organisation), **changes)


def _held(since: timedelta = HOUR) -> datetime:
    """The books ended that long ago."""
    holding.hold()
    House.objects.update(lost_from=clock.both()[0] - since)
    return holding.standing().held_at


def _past(number: str | None, *, text: str = WORDS, **changes: Any) -> PastText:
    """Half an hour ago."""
    fields: dict[str, Any] = {
        "provider_message_id": f"past-{Attempt.objects.count()}",
        "number": number,
        "our_address": "",
        "text": text,
        "came_in": False,
        "made_at": clock.both()[0] - HOUR / 2,
        **changes,
    }
    return PastText(**fields)


def test_queued_text_that_the_provider_has_is_settled(recalls: Recalls, sender: Sender) -> None:
    message = _queued(sender)
    _held()
    report = DeliveryReport(ReportStatus.DELIVERED, provider_message_id="sent-1")
    recalls.books = [_past(message.recipient.number, provider_message_id="sent-1", report=report)]

    caught = catching_up.ask_providers()

    message.refresh_from_db()
    attempt = message.attempts.get()
    assert caught == Caught(settled=1, given_up=0, strange=0, kept_back=0, silent=[])
    assert message.status == Message.Status.DELIVERED
    assert (attempt.outcome, attempt.provider) == (Attempt.Outcome.ACCEPTED, "recalls")
    assert attempt.started_at == recalls.books[0].made_at
    assert message.provider_message_id == attempt.provider_message_id == "sent-1"
    assert ledger.violations(grace=timedelta()) == []
    assert holding.standing().history_at is not None


def test_asking_again_changes_nothing(recalls: Recalls, sender: Sender) -> None:
    message = _queued(sender)
    _held()
    recalls.books = [_past(message.recipient.number)]
    catching_up.ask_providers()

    again = catching_up.ask_providers()

    assert (again.settled, again.strange, again.kept_back) == (0, 0, 0)
    assert message.attempts.count() == 1


def test_text_planned_anew_for_tomorrow_had_gone_out_today(
    recalls: Recalls, sender: Sender
) -> None:
    _held()
    tomorrow = clock.calendar_now() + timedelta(days=1)
    message = _queued(sender, not_before=tomorrow, valid_until=tomorrow + HOUR)
    recalls.books = [_past(message.recipient.number)]

    assert catching_up.ask_providers().settled == 1

    message.refresh_from_db()
    assert message.status == Message.Status.ACCEPTED
    assert ledger.violations(grace=timedelta()) == []


def test_same_words_twice_settle_one_text_each(recalls: Recalls, sender: Sender) -> None:
    recipient = RecipientFactory(organisation=sender.organisation)
    first, second = queue_text(sender, recipient), queue_text(sender, recipient)
    _held()
    recalls.books = [_past(recipient.number)]

    caught = catching_up.ask_providers()

    first.refresh_from_db()
    second.refresh_from_db()
    assert caught.settled == 1
    assert (first.status, second.status) == (Message.Status.ACCEPTED, Message.Status.QUEUED)


def test_call_that_was_open_is_the_one_that_was_answered(recalls: Recalls, sender: Sender) -> None:
    message = _on_the_wire(sender)
    _held()
    recalls.books = [_past(message.recipient.number)]

    assert catching_up.ask_providers().settled == 1

    assert message.attempts.get().outcome == Attempt.Outcome.ACCEPTED


def test_call_that_was_open_and_is_found_nowhere_is_not_made_again(
    recalls: Recalls, sender: Sender
) -> None:
    message = _on_the_wire(sender, resend_unknown=True)
    _held()

    assert catching_up.ask_providers().given_up == 1

    message.refresh_from_db()
    assert (message.status, message.status_reason) == (Message.Status.FAILED, "unresolved")
    assert ledger.violations(grace=timedelta()) == []


def _on_the_wire(sender: Sender, **changes: Any) -> Message:
    message = _queued(sender)
    now = clock.calendar_now()
    Attempt.objects.create(message=message, token="before", provider="recalls", calendar_at=now)
    Message.objects.filter(pk=message.pk).update(status=Message.Status.SENDING, **changes)
    return message


def test_number_that_got_something_unknown_gets_nothing_of_that_time(
    recalls: Recalls, sender: Sender
) -> None:
    recipient = RecipientFactory(organisation=sender.organisation)
    due = queue_text(sender, recipient)
    later = clock.calendar_now() + HOUR
    planned_before = queue_text(sender, recipient, not_before=later)
    others = _queued(sender)
    _held()
    recalls.books = [_past(recipient.number, text="Words that no text here has.")]

    caught = catching_up.ask_providers()

    for message in (due, planned_before, others):
        message.refresh_from_db()
    assert (caught.strange, caught.kept_back) == (1, 1)
    assert (due.status, due.status_reason) == (Message.Status.CANCELLED, "restored")
    assert planned_before.status == others.status == Message.Status.QUEUED


@pytest.mark.parametrize("text", ["", "Words of another programme."])
def test_texts_to_numbers_of_nobody_here_are_passed_over(
    recalls: Recalls, sender: Sender, text: str
) -> None:
    message = _queued(sender)
    _held()
    recalls.books = [_past("+447700900777", text=text), _past("Clinic", text=text)]

    assert catching_up.ask_providers().strange == 0

    message.refresh_from_db()
    assert message.status == Message.Status.QUEUED


def test_what_an_attempt_names_already_is_known(recalls: Recalls, sender: Sender) -> None:
    message = _queued(sender)
    dispatch.send_due()
    sent = message.attempts.get().provider_message_id
    again = queue_text(sender, message.recipient)
    _held()
    recalls.books = [_past(message.recipient.number, provider_message_id=sent)]

    assert catching_up.ask_providers().settled == 0

    again.refresh_from_db()
    assert again.status == Message.Status.QUEUED


def test_provider_that_cannot_tell_sends_nothing_that_may_have_left(fake: Fake) -> None:
    sender = SenderFactory(provider="fake")
    due = _queued(sender)
    later = clock.calendar_now() + HOUR
    planned_before = _queued(sender, not_before=later)
    _held()
    planned_anew = _queued(sender, not_before=later)

    caught = catching_up.ask_providers()

    for message in (due, planned_before, planned_anew):
        message.refresh_from_db()
    assert (caught.silent, caught.kept_back) == (["fake"], 2)
    assert due.status == planned_anew.status == Message.Status.CANCELLED
    assert planned_before.status == Message.Status.QUEUED
    assert ledger.violations(grace=timedelta()) == []


def test_answer_to_a_text_that_came_while_held_leaves(fake: Fake) -> None:
    sender = SenderFactory(provider="fake")
    recipient = RecipientFactory(organisation=sender.organisation)
    before = text_in(sender, recipient.number, "CRAVE")
    _held()
    after = text_in(sender, recipient.number, "CRAVE")
    answers = [
        queue_text(
            sender,
            recipient,
            kind=Message.Kind.REPLY,
            cause_kind=Message.CauseKind.INBOUND,
            cause_key=f"{inbound.pk}:0",
        )
        for inbound in (before, after)
        if inbound is not None
    ]

    catching_up.ask_providers()

    for answer in answers:
        answer.refresh_from_db()
    assert [answer.status for answer in answers] == ["cancelled", "queued"]


def test_sender_whose_stand_in_cannot_tell_is_as_silent(recalls: Recalls, sender: Sender) -> None:
    group = SenderGroup.objects.create(organisation=sender.organisation, name="Both")
    SenderFactory(organisation=sender.organisation, provider="fake", group=group)
    Sender.objects.filter(pk=sender.pk).update(group=group)
    message = _queued(sender)
    _held()

    catching_up.ask_providers()

    message.refresh_from_db()
    assert message.status == Message.Status.CANCELLED


def test_stop_of_the_lost_time_is_obeyed_once_and_not_answered(
    recalls: Recalls, sender: Sender
) -> None:
    message = _queued(sender)
    _held()
    stop = _past(message.recipient.number, text="stopp", came_in=True, our_address=sender.address)
    hello = _past(message.recipient.number, text="hello", came_in=True, provider_message_id="hello")
    recalls.books = [stop, hello]

    assert catching_up.take_in_stops() == 1
    assert catching_up.take_in_stops() == 0

    message.refresh_from_db()
    inbound = InboundMessage.objects.get()
    assert OptOut.objects.get(lifted_at=None).source == "sms"
    assert (inbound.opted_out, inbound.provider_answered) == (True, True)
    assert (message.status, message.status_reason) == (Message.Status.CANCELLED, "opted_out")


def test_stop_of_a_number_that_joined_in_the_lost_time_is_kept(
    recalls: Recalls, sender: Sender
) -> None:
    _held()
    recalls.books = [_past("+447700900778", text="STOP", came_in=True, our_address="elsewhere")]

    assert catching_up.take_in_stops() == 1

    assert OptOut.objects.filter(lifted_at=None).count() == 1
    assert Recipient.objects.get().number == "+447700900778"


def test_text_whose_words_cannot_be_read_here_is_no_match(recalls: Recalls, sender: Sender) -> None:
    message = _queued(sender)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE messaging_messagebody SET text = '\\x00'")
    _held()
    recalls.books = [_past(message.recipient.number)]

    assert catching_up.ask_providers().strange == 1

    assert Message.objects.get(pk=message.pk).status == Message.Status.CANCELLED


def test_without_a_hold_there_is_nothing_to_catch_up_with(recalls: Recalls) -> None:
    with pytest.raises(holding.NotHeld):
        catching_up.take_in_stops()
    with pytest.raises(holding.NotHeld):
        catching_up.ask_providers()
