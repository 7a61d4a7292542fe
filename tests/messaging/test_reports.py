"""Delivery reports on their way in: early, late, twice, of nobody."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from pytest_django import Settings

from messaging import clock, dispatch, ledger, optout, reports
from messaging.claiming import claim
from messaging.models import Attempt, Message, Receipt, Recipient, Report, Sender
from messaging.providers.base import Advice, DeliveryReport, ReportStatus
from messaging.providers.fake import Fake
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import at_once, queue_text

pytestmark = pytest.mark.django_db

Network = Callable[..., Fake]
DELIVERED, SENT = ReportStatus.DELIVERED, ReportStatus.SENT


@pytest.fixture
def sender(settings: Settings) -> Sender:
    """On a provider that takes every text on and says no more."""
    settings.SMS_PROVIDERS = {
        "fake": {"BACKEND": "tests.messaging.networks.RealLooking"},
        "other": {"BACKEND": "tests.messaging.networks.RealLooking"},
    }
    return SenderFactory()


def accepted(sender: Sender, count: int = 1) -> list[Attempt]:
    for recipient in RecipientFactory.create_batch(count, organisation=sender.organisation):
        queue_text(sender, recipient)
    dispatch.send_due()
    return list(Attempt.objects.filter(outcome="accepted").order_by("pk"))


def report_in(status: ReportStatus, *, provider: str = "fake", **fields: Any) -> None:
    reports.receive(provider=provider, reports=[DeliveryReport(status, **fields)])


def now() -> datetime:
    return clock.calendar_now()


def fold() -> int:
    return reports.fold(now=now())


def time_passes(**by: float) -> None:
    Report.objects.update(
        received_at=F("received_at") - timedelta(**by), try_at=F("try_at") - timedelta(**by)
    )


def status_of(attempt: Attempt) -> str:
    return Message.objects.get(attempts=attempt).status


@pytest.mark.parametrize("by", ["token", "provider_message_id"])
def test_fold_finds_an_attempt_by_its_token_or_the_providers_id(sender: Sender, by: str) -> None:
    attempt, other = accepted(sender, 2)

    report_in(DELIVERED, **{by: getattr(attempt, by)})

    assert fold() == 1
    assert status_of(attempt) == "delivered"
    assert status_of(other) == "accepted"
    assert not Report.objects.exists()
    assert Receipt.objects.get().attempt == attempt


def test_fold_follows_the_token_where_the_ids_are_of_two_attempts(sender: Sender) -> None:
    attempt, other = accepted(sender, 2)

    report_in(DELIVERED, token=attempt.token, provider_message_id=other.provider_message_id)
    fold()

    assert (status_of(attempt), status_of(other)) == ("delivered", "accepted")


@pytest.mark.parametrize("by", ["token", "provider_message_id"])
def test_fold_listens_to_no_provider_about_anothers_attempt(sender: Sender, by: str) -> None:
    (attempt,) = accepted(sender)

    report_in(DELIVERED, provider="other", **{by: getattr(attempt, by)})

    assert fold() == 0
    assert status_of(attempt) == "accepted"


def test_a_report_before_the_answer_proves_the_call(sender: Sender) -> None:
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))
    (call,) = claim(limit=1).calls

    report_in(DELIVERED, token=call.token, provider_message_id="p9")

    assert fold() == 1
    message.refresh_from_db()
    assert (message.status, message.provider_message_id) == ("delivered", "p9")
    assert message.attempts.get().outcome == Attempt.Outcome.ACCEPTED
    assert ledger.violations(grace=timedelta()) == []


def test_a_report_that_overtakes_its_providers_id_is_found_later(sender: Sender) -> None:
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))
    (call,) = claim(limit=1).calls
    report_in(DELIVERED, provider_message_id=f"real-{call.token}")
    assert fold() == 0
    assert fold() == 0

    Attempt.objects.update(
        outcome="accepted", settled_at=now(), provider_message_id=f"real-{call.token}"
    )
    Message.objects.update(status="accepted", settled_at=now())
    assert fold() == 0
    time_passes(seconds=3)

    assert fold() == 1
    message.refresh_from_db()
    assert message.status == "delivered"


def test_a_report_of_nobody_is_asked_for_less_and_less_often(sender: Sender) -> None:
    report_in(DELIVERED, token="strange")
    waits = []
    for hours in (0, 0.5, 3):
        time_passes(hours=hours)
        Report.objects.update(try_at=F("received_at"))
        fold()
        waits.append((Report.objects.get().try_at - now()).total_seconds())

    assert waits == pytest.approx([2, 1800, 3600], abs=5)


def test_a_report_of_nobody_is_given_up_after_three_days(sender: Sender) -> None:
    report_in(DELIVERED, token="strange")
    fold()
    time_passes(hours=71)
    assert fold() == 0
    assert Report.objects.count() == 1

    time_passes(hours=2)

    assert fold() == 0
    assert not Report.objects.exists()


def test_strange_reports_do_not_stand_before_our_own(sender: Sender) -> None:
    (attempt,) = accepted(sender)
    for place in range(5):
        report_in(DELIVERED, token=f"strange{place}")
    report_in(DELIVERED, token=attempt.token)

    assert reports.fold(now=now(), limit=5) == 0
    assert reports.fold(now=now(), limit=5) == 1
    assert status_of(attempt) == "delivered"


def test_reports_may_come_twice_and_in_any_order(sender: Sender) -> None:
    (attempt,) = accepted(sender)
    for status in (DELIVERED, SENT, DELIVERED, SENT):
        report_in(status, token=attempt.token)

    assert fold() == 4
    report_in(SENT, token=attempt.token)
    assert fold() == 1

    assert status_of(attempt) == "delivered"
    assert sorted(Receipt.objects.values_list("status", flat=True)) == ["delivered", "sent"]


def test_a_failure_names_its_reason_and_a_later_delivery_takes_it_away(sender: Sender) -> None:
    (attempt,) = accepted(sender)

    report_in(ReportStatus.UNDELIVERED, token=attempt.token, error_code="30003")
    fold()
    assert Message.objects.get().status_reason == "30003"

    report_in(DELIVERED, token=attempt.token)
    fold()
    message = Message.objects.get()
    assert (message.status, message.status_reason) == ("delivered", "")


def test_receive_of_nothing_writes_nothing() -> None:
    reports.receive(provider="fake", reports=[])

    assert not Report.objects.exists()


def test_receive_keeps_no_more_of_a_word_than_there_is_room_for() -> None:
    report_in(SENT, token="t" * 50, provider_message_id="p" * 100, error_code="e" * 60)

    report = Report.objects.get()
    lengths = len(report.token), len(report.provider_message_id), len(report.error_code)
    assert lengths == (32, 80, 40)


def test_fold_takes_no_more_than_it_may(sender: Sender) -> None:
    for attempt in accepted(sender, 3):
        report_in(DELIVERED, token=attempt.token)

    assert reports.fold(now=now(), limit=2) == 2
    assert reports.fold(now=now(), limit=2) == 1


@pytest.mark.parametrize("status", [ReportStatus.FAILED, ReportStatus.UNDELIVERED])
def test_fold_obeys_an_opt_out_the_provider_tells_of(sender: Sender, status: ReportStatus) -> None:
    (attempt,) = accepted(sender)
    recipient = Recipient.objects.get()
    waiting = queue_text(sender, recipient, not_before=now() + timedelta(hours=1))

    report_in(status, token=attempt.token, advice=Advice.OPTED_OUT)
    fold()

    waiting.refresh_from_db()
    assert optout.is_opted_out(recipient=recipient)
    assert (waiting.status, waiting.status_reason) == ("cancelled", "opted_out")


def test_fold_strikes_a_bad_number_and_a_delivery_forgets_it(sender: Sender) -> None:
    (attempt,) = accepted(sender)

    report_in(ReportStatus.UNDELIVERED, token=attempt.token, advice=Advice.BAD_NUMBER)
    fold()
    assert Recipient.objects.get().strikes == 1

    report_in(DELIVERED, token=attempt.token)
    fold()
    assert Recipient.objects.get().strikes == 0


def test_fold_does_not_obey_reports_of_nobody(sender: Sender) -> None:
    accepted(sender)

    report_in(ReportStatus.FAILED, token="strange", advice=Advice.OPTED_OUT)
    fold()

    assert not optout.is_opted_out(recipient=Recipient.objects.get())


def test_folding_twice_at_once_takes_each_report_once(committed: None, settings: Settings) -> None:
    settings.SMS_PROVIDERS = {"fake": {"BACKEND": "tests.messaging.networks.RealLooking"}}
    attempts = accepted(SenderFactory(), 40)
    for status in (DELIVERED, SENT):
        found = [DeliveryReport(status, token=attempt.token) for attempt in attempts]
        reports.receive(provider="fake", reports=found)
    folded: list[int] = []

    def work() -> None:
        while count := reports.fold(now=now(), limit=7):
            folded.append(count)

    errors = at_once(work, work, work)

    assert errors == []
    assert sum(folded) == 80
    assert not Report.objects.exists()
    assert set(Message.objects.values_list("status", flat=True)) == {"delivered"}
    assert Receipt.objects.count() == 80
