"""What an error says about a number: opt-outs a provider holds, and numbers that are none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from messaging import advice, clock, coming_back, dispatch, optout, reports
from messaging.models import Attempt, Message, OptOut, Recipient, Sender
from messaging.providers.base import (
    Advice,
    Capabilities,
    DeliveryReport,
    Outgoing,
    Provider,
    ReportStatus,
    SendOutcome,
    SendResult,
)
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import at_once, queue_text, text_in
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = timedelta(hours=24)


class Refuses(Provider):
    """Refuses every text with this advice."""

    capabilities = Capabilities(is_fake=True)

    def __init__(self, word: str) -> None:
        self.word = word

    async def send(self, outgoing: Outgoing) -> SendResult:
        return SendResult(SendOutcome.REJECTED_PERMANENT, "", "21610", advice=Advice(self.word))


def refusing(settings: Settings, word: Advice) -> None:
    entry = {"BACKEND": f"{__name__}.Refuses", "OPTIONS": {"word": word.value}}
    settings.SMS_PROVIDERS = {"fake": entry}


@pytest.fixture
def sender() -> Sender:
    return SenderFactory()


@pytest.fixture
def recipient(sender: Sender) -> Recipient:
    return RecipientFactory(organisation=sender.organisation)


def strike(message: Message, times: int, *, first: datetime = NOW) -> None:
    """Once a day and a little."""
    for day in range(times):
        later = first + day * (DAY + timedelta(minutes=1))
        advice.apply(advice={message.pk: Advice.BAD_NUMBER}, now=later)


def statuses(recipient: Recipient) -> dict[str, str]:
    return dict(Message.objects.filter(recipient=recipient).values_list("kind", "status_reason"))


def test_a_providers_opt_out_is_ours_and_cancels_all_that_is_queued(
    settings: Settings, sender: Sender, recipient: Recipient
) -> None:
    refusing(settings, Advice.OPTED_OUT)
    queue_text(sender, recipient, kind=Message.Kind.BROADCAST, priority=0)
    queue_text(sender, recipient, kind=Message.Kind.DUE)
    queue_text(sender, recipient, kind=Message.Kind.HELP, priority=40)

    dispatch.send_due()

    assert statuses(recipient) == {"broadcast": "21610", "due": "opted_out", "help": "opted_out"}
    assert Attempt.objects.count() == 1
    assert OptOut.objects.get().source == "provider"
    assert AuditEvent.objects.get(verb="number.opt_out").detail["source"] == "provider"


def test_a_providers_opt_out_of_a_number_that_opted_out_before_is_no_second_one(
    sender: Sender, recipient: Recipient
) -> None:
    text_in(sender, recipient.number, "STOP")
    message = queue_text(sender, recipient, kind=Message.Kind.STOP_CONFIRMATION)

    advice.apply(advice={message.pk: Advice.OPTED_OUT}, now=NOW)

    message.refresh_from_db()
    assert message.status == Message.Status.CANCELLED
    assert OptOut.objects.get().source == "sms"
    assert AuditEvent.objects.filter(verb="number.opt_out").count() == 1


def test_a_providers_opt_out_harms_nobody_else(sender: Sender, recipient: Recipient) -> None:
    other = queue_text(sender, RecipientFactory(organisation=sender.organisation))
    message = queue_text(sender, recipient)

    advice.apply(advice={message.pk: Advice.OPTED_OUT}, now=NOW)

    other.refresh_from_db()
    assert other.status == Message.Status.QUEUED
    assert not optout.is_opted_out(recipient=other.recipient)


def test_strikes_count_once_a_day(sender: Sender, recipient: Recipient) -> None:
    message = queue_text(sender, recipient)

    for hours in (0, 1, 23):
        strike(message, 1, first=NOW + timedelta(hours=hours))

    recipient.refresh_from_db()
    assert (recipient.strikes, recipient.struck_at, recipient.bad_since) == (1, NOW, None)
    strike(message, 1, first=NOW + DAY)
    recipient.refresh_from_db()
    assert recipient.strikes == 2


def test_three_strikes_make_a_number_bad(sender: Sender, recipient: Recipient) -> None:
    message = queue_text(sender, recipient)
    strike(message, 2)
    message.refresh_from_db()
    assert message.status == Message.Status.QUEUED

    strike(message, 1, first=NOW + 3 * DAY)

    recipient.refresh_from_db()
    message.refresh_from_db()
    assert (recipient.strikes, recipient.bad_since) == (3, NOW + 3 * DAY)
    assert (message.status, message.status_reason) == ("cancelled", "bad_number")
    assert AuditEvent.objects.get(verb="number.bad").detail == {"strikes": 3}


def test_a_bad_number_stays_bad_from_the_day_it_was_found(
    sender: Sender, recipient: Recipient
) -> None:
    message = queue_text(sender, recipient)

    strike(message, 5)

    recipient.refresh_from_db()
    assert recipient.strikes == 5
    assert recipient.bad_since == NOW + 2 * (DAY + timedelta(minutes=1))
    assert AuditEvent.objects.filter(verb="number.bad").count() == 1


def test_a_text_to_a_bad_number_is_blocked(sender: Sender, recipient: Recipient) -> None:
    strike(queue_text(sender, recipient), 3)
    message = queue_text(sender, recipient)

    dispatch.send_due()

    message.refresh_from_db()
    assert (message.status, message.status_reason) == ("blocked", "bad_number")
    assert not Attempt.objects.exists()


def test_a_text_from_a_bad_number_makes_it_good(sender: Sender, recipient: Recipient) -> None:
    strike(queue_text(sender, recipient), 3)

    text_in(sender, recipient.number, "HELP")

    recipient.refresh_from_db()
    assert (recipient.strikes, recipient.struck_at, recipient.bad_since) == (0, None, None)
    queue_text(sender, recipient, kind=Message.Kind.HELP)
    assert dispatch.send_due() == 1
    assert Attempt.objects.get().outcome == "accepted"


def test_a_delivery_makes_a_number_good_and_a_mere_sent_does_not(
    settings: Settings, sender: Sender, recipient: Recipient
) -> None:
    settings.SMS_PROVIDERS = {"fake": {"BACKEND": "tests.messaging.networks.RealLooking"}}
    message = queue_text(sender, recipient)
    dispatch.send_due()
    token = Attempt.objects.get().token
    strike(message, 3)

    for status, strikes in ((ReportStatus.SENT, 3), (ReportStatus.DELIVERED, 0)):
        reports.receive(provider="fake", reports=[DeliveryReport(status, token)])
        assert reports.fold(now=clock.calendar_now()) == 1
        recipient.refresh_from_db()
        assert recipient.strikes == strikes
    assert recipient.bad_since is None


def test_forgetting_strikes_touches_no_other_number(sender: Sender, recipient: Recipient) -> None:
    other = RecipientFactory(organisation=sender.organisation)
    strike(queue_text(sender, recipient), 1)
    strike(queue_text(sender, other), 1)

    advice.forget_strikes(recipient_ids=[other.pk])

    recipient.refresh_from_db()
    other.refresh_from_db()
    assert (recipient.strikes, other.strikes) == (1, 0)


@pytest.mark.parametrize("word", [Advice.NONE, Advice.SLOW_DOWN, Advice.UNREACHABLE])
def test_other_advice_is_not_about_the_number(
    word: Advice, sender: Sender, recipient: Recipient
) -> None:
    message = queue_text(sender, recipient)

    advice.apply(advice={message.pk: word, 0: Advice.BAD_NUMBER}, now=NOW)

    recipient.refresh_from_db()
    message.refresh_from_db()
    assert (recipient.strikes, message.status) == (0, "queued")


def test_a_bad_number_found_by_a_call_is_struck(
    settings: Settings, sender: Sender, recipient: Recipient
) -> None:
    refusing(settings, Advice.BAD_NUMBER)
    queue_text(sender, recipient)
    queue_text(sender, recipient)

    dispatch.send_due()

    recipient.refresh_from_db()
    assert recipient.strikes == 1
    assert Attempt.objects.count() == 2


def test_two_strikes_at_once_are_one(committed: None) -> None:
    sender = SenderFactory()
    recipient = RecipientFactory(organisation=sender.organisation)
    message = queue_text(sender, recipient)

    errors = at_once(*[lambda: strike(message, 1)] * 3)

    recipient.refresh_from_db()
    assert errors == []
    assert recipient.strikes == 1


def test_two_that_forget_strikes_do_not_wait_for_each_other(committed: None) -> None:
    sender = SenderFactory()
    found = RecipientFactory.create_batch(30, organisation=sender.organisation)
    ids = [recipient.pk for recipient in found]
    Recipient.objects.update(strikes=1)

    def forget(some: list[int]) -> Any:
        return lambda: advice.forget_strikes(recipient_ids=some)

    errors = at_once(forget(ids), forget(ids[::-1]), forget(ids))

    assert errors == []
    assert not Recipient.objects.filter(strikes__gt=0).exists()


def test_opt_out_told_of_a_text_from_before_she_came_back_is_old_news(
    sender: Sender, recipient: Recipient
) -> None:
    """A report may take hours; one of a text that left since counts."""
    before = queue_text(sender, recipient, cause_key="before")
    dispatch.send_due()
    optout.opt_out(recipient=recipient, source="provider", now=NOW)
    assert coming_back.lift(recipient=recipient, source="start", now=NOW)

    advice.apply(advice={before.pk: Advice.OPTED_OUT}, now=NOW)

    assert not optout.is_opted_out(recipient=recipient)

    since = queue_text(sender, recipient, cause_key="since")
    dispatch.send_due()
    advice.apply(advice={since.pk: Advice.OPTED_OUT}, now=NOW)

    assert optout.is_opted_out(recipient=recipient)
