"""What a month costs, counted once; and that a spent budget silences all but HELP and STOP."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from messaging import budget, clock, receipts, tasks
from messaging.dispatch import send_due
from messaging.models import Attempt, Message, Recipient, Sender, SpendDay
from messaging.providers.base import DeliveryReport, ReportStatus
from messaging.providers.fake import Fake
from tests.factories.message import MessageFactory
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import at_once, queue_text
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 12, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)
STOPPED = Sender.BudgetState.STOPPED


def priced(**changes: Any) -> Sender:
    """Ten segments exhaust it; eight warn."""
    fields = {
        "segment_price": Decimal("0.1"), "currency": "GBP", "monthly_budget": Decimal(1), **changes
    }  # fmt: skip
    return SenderFactory(**fields)


def sent(
    sender: Sender,
    *,
    segments: int = 1,
    at: datetime = NOON,
    status: str = Message.Status.SENT,
    outcome: str = Attempt.Outcome.ACCEPTED,
) -> Attempt:
    message = MessageFactory(
        sender=sender,
        segments=segments,
        status=status,
        status_reason="given" if status == Message.Status.FAILED else "",
        settled_at=None if status in Message.OPEN else at,
    )
    return Attempt.objects.create(
        message=message,
        token=f"t{message.pk}",
        provider="fake",
        outcome=outcome,
        calendar_at=at,
        settled_at=None if outcome in Attempt.UNRESOLVED else at,
    )


def someone(sender: Sender) -> Recipient:
    return RecipientFactory(organisation=sender.organisation)


def state_of(sender: Sender) -> str:
    sender.refresh_from_db()
    return sender.budget_state


@pytest.mark.parametrize(
    ("status", "outcome", "counted"),
    [
        ("accepted", "accepted", 3),
        ("sent", "accepted", 3),
        ("delivered", "accepted", 3),
        ("undelivered", "accepted", 3),
        ("failed", "accepted", 3),
        ("failed", "rejected_permanent", 0),
        ("queued", "rejected_retryable", 0),
        ("sending", "started", 0),
        ("unknown", "unknown", 0),
    ],
)
def test_spend_is_what_the_provider_accepted(status: str, outcome: str, counted: int) -> None:
    sender = priced()
    sent(sender, segments=3, status=status, outcome=outcome)

    budget.refresh(now=NOON)

    assert budget.standing(sender=sender, now=NOON).segments == counted


def test_refresh_twice_counts_once() -> None:
    sender = priced()
    sent(sender, segments=2)
    sent(sender, segments=3)

    budget.refresh(now=NOON)
    budget.refresh(now=NOON + timedelta(minutes=1))

    (day,) = SpendDay.objects.all()
    assert (day.sender_id, day.day, day.messages, day.segments) == (
        sender.pk, date(2026, 12, 15), 2, 5
    )  # fmt: skip


@pytest.mark.usefixtures("committed")
def test_refresh_at_once_counts_once_and_tells_once() -> None:
    sender = priced()
    sent(sender, segments=10)

    errors = at_once(*[lambda: budget.refresh(now=NOON)] * 3)

    assert errors == []
    assert budget.standing(sender=sender, now=NOON).segments == 10
    assert AuditEvent.objects.filter(verb="budget.stopped").count() == 1


@pytest.mark.parametrize("later", [timedelta(minutes=5), DAY, 5 * DAY], ids=str)
def test_text_settled_late_counts_on_the_day_it_left(later: timedelta) -> None:
    sender = priced()
    sent(sender)
    open_one = sent(sender, segments=4, status="unknown", outcome="unknown")
    budget.refresh(now=NOON)
    report = DeliveryReport(status=ReportStatus.DELIVERED, token=open_one.token)
    receipts.append(provider="fake", report=report, now=NOON + later)

    budget.refresh(now=NOON + later)
    budget.refresh(now=NOON + later)

    (day,) = SpendDay.objects.all()
    assert (day.day, day.segments) == (NOON.date(), 5)


def test_refresh_after_a_gap_finds_what_left_meanwhile() -> None:
    sender = priced()
    sent(sender, at=NOON)
    budget.refresh(now=NOON)
    sent(sender, at=NOON + 10 * DAY)

    budget.refresh(now=NOON + 25 * DAY)

    assert SpendDay.objects.get(day=(NOON + 10 * DAY).date()).segments == 1


def test_spend_of_real_dispatch_is_counted() -> None:
    sender = priced()
    queue_text(sender, someone(sender), text="x" * 200)
    queue_text(sender, someone(sender))
    send_due()

    budget.refresh(now=clock.calendar_now())

    found = budget.standing(sender=sender, now=clock.calendar_now())
    assert (found.messages, found.segments, found.spent) == (2, 3, Decimal("0.3"))


def test_task_counts_and_judges() -> None:
    sender = priced(monthly_budget=Decimal(0))

    tasks.refresh_budgets()

    assert state_of(sender) == STOPPED


def test_text_refused_for_good_costs_nothing(network: Callable[..., Fake]) -> None:
    network(faults=["reject_permanent"])
    sender = priced()
    queue_text(sender, someone(sender))
    send_due()

    budget.refresh(now=clock.calendar_now())

    assert not SpendDay.objects.exists()


def test_quiet_days_are_not_counted_again_and_again() -> None:
    sent(priced())
    budget.refresh(now=NOON)

    budget.refresh(now=NOON + 5 * DAY)

    assert SpendDay.objects.get().counted_at == NOON + 5 * DAY
    assert budget._since(NOON + 5 * DAY) == datetime(2026, 12, 19, tzinfo=UTC)


def test_day_and_month_are_utc() -> None:
    sender = priced()
    sent(sender, segments=2, at=datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    sent(sender, segments=3, at=datetime(2026, 12, 1, 0, 0, tzinfo=UTC))

    budget.refresh(now=NOON)

    found = budget.standing(sender=sender, now=NOON)
    assert (found.month, found.segments) == (date(2026, 12, 1), 3)


def test_spend_of_another_sender_is_its_own() -> None:
    sender, other = priced(), priced()
    sent(other, segments=10)

    budget.refresh(now=NOON)

    assert state_of(sender) == "open"
    assert state_of(other) == STOPPED


@pytest.mark.parametrize(
    ("segments", "state"), [(7, "open"), (8, "warned"), (9, "warned"), (10, "stopped")]
)
def test_budget_warns_and_then_stops(segments: int, state: str) -> None:
    sender = priced()
    sent(sender, segments=segments)

    changed = budget.refresh(now=NOON)

    assert state_of(sender) == state
    assert budget.standing(sender=sender, now=NOON).state == state
    assert changed == (state != "open")


@pytest.mark.parametrize(
    "changes", [{"monthly_budget": None}, {"monthly_budget": None, "segment_price": None}], ids=str
)
def test_sender_without_a_budget_never_stops(changes: dict[str, None]) -> None:
    sender = priced(**changes)
    sent(sender, segments=5000)

    budget.refresh(now=NOON)

    assert state_of(sender) == "open"


def test_change_of_state_is_audited_once() -> None:
    sender = priced()
    sent(sender, segments=9)

    for _ in range(3):
        budget.refresh(now=NOON)

    event = AuditEvent.objects.get(verb__startswith="budget.")
    assert event.verb == "budget.warned"
    assert (event.subject_id, event.organisation_id) == (str(sender.pk), sender.organisation_id)
    assert event.detail == {"before": "open", "percent": 90, "segments": 9}


def test_new_month_opens_again() -> None:
    sender = priced()
    sent(sender, segments=10)
    budget.refresh(now=NOON)

    budget.refresh(now=datetime(2027, 1, 1, tzinfo=UTC))

    assert state_of(sender) == "open"


def test_raised_budget_opens_again() -> None:
    sender = priced()
    sent(sender, segments=10)
    budget.refresh(now=NOON)
    Sender.objects.update(monthly_budget=Decimal(100))

    budget.refresh(now=NOON)

    assert state_of(sender) == "open"
    assert AuditEvent.objects.filter(verb="budget.open").count() == 1


@pytest.mark.parametrize(
    ("state", "segments", "words"),
    [
        ("open", 9, ""),
        ("warned", 8, "80 % of the budget of December 2026 is spent. At 100 % its texts stop."),
        ("stopped", 11, "110 % of the budget of December 2026 is spent: only answers to HELP"),
        ("stopped", 9, "90 % of the budget of December 2026 is spent. Its texts go on at the next"),
    ],
)
def test_notice_tells_what_dispatch_goes_by(state: str, segments: int, words: str) -> None:
    sender = priced(budget_state=state)
    SpendDay.objects.create(
        sender=sender, day=NOON.date(), messages=1, segments=segments, counted_at=NOON
    )

    found = budget.notice(sender=sender, now=NOON)

    assert found.startswith(words)
    assert bool(found) == bool(words)


def test_month_is_told_in_a_line() -> None:
    sender = priced(monthly_budget=Decimal(1000))
    SpendDay.objects.create(
        sender=sender, day=NOON.date(), messages=1500, segments=2500, counted_at=NOON
    )

    line = budget.told(sender=sender, now=NOON)

    assert line == "1,500 texts, 2,500 segments, GBP 250.00, 25 % of the budget"
