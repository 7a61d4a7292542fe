from datetime import timedelta
from itertools import permutations

import pytest

from messaging import clock, ledger, receipts
from messaging.models import Attempt, Message, Receipt
from messaging.providers.base import DeliveryReport, ReportStatus
from tests.factories.message import MessageFactory

pytestmark = pytest.mark.django_db


def attempt_of(message: Message, **changes: object) -> Attempt:
    now = clock.calendar_now()
    fields = {
        "token": f"token-{message.pk}",
        "provider": "fake",
        "provider_message_id": f"id-{message.pk}",
        "outcome": Attempt.Outcome.ACCEPTED,
        "calendar_at": now,
        "settled_at": now,
        **changes,
    }
    return Attempt.objects.create(message=message, **fields)


def accepted() -> tuple[Message, Attempt]:
    message = MessageFactory(status=Message.Status.ACCEPTED, settled_at=clock.calendar_now())
    return message, attempt_of(message)


def append(attempt: Attempt, status: str, error_code: str = "") -> bool:
    report = DeliveryReport(ReportStatus(status), attempt.token, error_code=error_code)
    return receipts.append(provider="fake", report=report, now=clock.calendar_now())


@pytest.mark.parametrize(
    "order", list(permutations(["sent", "failed", "undelivered", "delivered"]))
)
def test_append_ends_in_the_same_place_whatever_the_order(order: tuple[str, ...]) -> None:
    message, attempt = accepted()
    ranks = []

    for status in (*order, *order):
        append(attempt, status)
        message.refresh_from_db()
        ranks.append(receipts.RANK.index(message.status))

    assert message.status == Message.Status.DELIVERED
    assert ranks == sorted(ranks)
    assert Receipt.objects.count() == 4
    assert ledger.violations() == []


def test_append_finds_the_attempt_by_the_providers_id() -> None:
    message, attempt = accepted()
    report = DeliveryReport(
        ReportStatus.UNDELIVERED,
        provider_message_id=attempt.provider_message_id,
        error_code="30003",
    )

    assert receipts.append(provider="fake", report=report, now=clock.calendar_now())

    message.refresh_from_db()
    assert (message.status, message.status_reason) == ("undelivered", "30003")


@pytest.mark.parametrize(
    "report",
    [
        DeliveryReport(ReportStatus.SENT, token="never-ours"),
        DeliveryReport(ReportStatus.SENT, provider_message_id="never-theirs"),
        DeliveryReport(ReportStatus.SENT),
    ],
)
def test_append_knows_nothing_of_a_stranger(report: DeliveryReport) -> None:
    accepted()

    assert not receipts.append(provider="fake", report=report, now=clock.calendar_now())


@pytest.mark.parametrize(("outcome", "status"), [("started", "sending"), ("unknown", "unknown")])
def test_append_proves_a_call_whose_answer_was_lost(outcome: str, status: str) -> None:
    message = MessageFactory(status=status)
    attempt = attempt_of(message, outcome=outcome, settled_at=None, provider_message_id="")
    report = DeliveryReport(ReportStatus.SENT, attempt.token, provider_message_id="late")

    receipts.append(provider="fake", report=report, now=clock.calendar_now())

    message.refresh_from_db()
    attempt.refresh_from_db()
    assert (attempt.outcome, attempt.provider_message_id) == ("accepted", "late")
    assert (message.status, message.provider_message_id) == ("sent", "late")
    assert message.settled_at is not None


def test_append_moves_no_message_of_an_attempt_that_was_rejected() -> None:
    message = MessageFactory()
    attempt = attempt_of(message, outcome=Attempt.Outcome.REJECTED_RETRYABLE)

    append(attempt, "delivered")

    message.refresh_from_db()
    assert message.status == Message.Status.QUEUED
    assert {found.code for found in ledger.violations(grace=timedelta())} == {"I7"}


def test_append_proves_a_call_that_was_given_up_before_the_text_is_tried_again() -> None:
    message = MessageFactory()
    attempt = attempt_of(message, outcome=Attempt.Outcome.NOT_ACCEPTED)

    append(attempt, "delivered")

    message.refresh_from_db()
    assert message.status == Message.Status.DELIVERED
    assert ledger.violations(grace=timedelta()) == []


def test_append_leaves_a_text_alone_that_was_tried_again_meanwhile() -> None:
    message = MessageFactory(status=Message.Status.SENDING)
    given_up = attempt_of(message, outcome=Attempt.Outcome.NOT_ACCEPTED)
    again = attempt_of(message, token="again", outcome="started", settled_at=None)

    append(given_up, "delivered")

    message.refresh_from_db()
    again.refresh_from_db()
    assert (message.status, again.outcome) == ("sending", "started")
