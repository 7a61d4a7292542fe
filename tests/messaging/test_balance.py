"""Weight moved from a sender that is slow or fails: what is counted, and what follows from it."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from messaging import balance
from messaging.balance import EVERY, FEWEST, HEALS_AFTER, LEAST, STEP, Health, moved
from messaging.models import Attempt, Message, Receipt, Sender, SenderGroup
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import at_once

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
WELL, FAILS, SLOW = Health(100, 90, 24, 14), Health(100, 90, 25, 0), Health(100, 90, 0, 15)
FEW = Health(FEWEST - 1, 1, FEWEST - 1, FEWEST - 1)
FULL = {1: (100, 100), 2: (100, 100)}


@pytest.mark.parametrize(
    ("health", "wanted"),
    [
        ({1: FAILS, 2: WELL}, {1: 90}),
        ({1: SLOW, 2: WELL}, {1: 90}),
        ({1: FAILS, 2: SLOW}, {1: 90}),
        ({1: FAILS}, {1: 90}),
        ({1: FAILS, 2: FAILS}, {}),
        ({1: SLOW, 2: SLOW}, {}),
        ({1: WELL, 2: WELL}, {}),
        ({1: FEW, 2: WELL}, {}),
        ({}, {}),
    ],
    ids=[
        "one fails", "one is slow", "failing before slow", "the other says nothing",
        "both fail", "both slow", "well", "too few", "nothing sent",
    ],
)  # fmt: skip
def test_moved_takes_weight_from_the_one_that_is_ill(
    health: dict[int, Health], wanted: dict[int, int]
) -> None:
    assert moved(FULL, health, heals=True) == wanted


@pytest.mark.parametrize(
    ("weight", "present", "after"),
    [(100, 12, LEAST), (100, LEAST, None), (3, 3, None), (0, 0, None)],
)
def test_moved_leaves_every_sender_a_little(weight: int, present: int, after: int | None) -> None:
    wanted = moved({1: (weight, present), 2: (100, 100)}, {1: FAILS}, heals=True)

    assert wanted == ({1: after} if after is not None else {})


def test_moved_gives_back_what_it_took_in_steps_and_no_more() -> None:
    weights = {1: (100, 40), 2: (45, 40), 3: (30, 30)}

    assert moved(weights, {}, heals=False) == {}
    assert moved(weights, {}, heals=True) == {1: 50, 2: 45}
    assert moved(weights, {3: FAILS}, heals=True) == {3: 20}


healths = st.builds(Health, st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
some_weights = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(
    lambda pair: (max(pair), min(pair))
)


@given(
    st.dictionaries(st.integers(1, 4), st.tuples(some_weights, healths), min_size=2), st.booleans()
)
def test_moved_never_steps_far_and_never_out_of_bounds(
    group: dict[int, tuple[tuple[int, int], Health]], heals: bool
) -> None:
    weights = {sender: pair for sender, (pair, _) in group.items()}

    after = moved(weights, {sender: health for sender, (_, health) in group.items()}, heals=heals)

    assert len([sender for sender in after if after[sender] < weights[sender][1]]) < len(weights)
    for sender, weight in after.items():
        own, present = weights[sender]
        assert min(LEAST, present) <= weight <= own
        assert 0 < abs(weight - present) <= STEP


# --- What is counted


def pair(**changes: Any) -> list[Sender]:
    first: Sender = SenderFactory()
    group = SenderGroup.objects.create(organisation=first.organisation, name="Both")
    second: Sender = SenderFactory(organisation=first.organisation, group=group, **changes)
    Sender.objects.filter(pk=first.pk).update(group=group)
    first.refresh_from_db()
    return [first, second]


def sent(
    sender: Sender,
    count: int,
    *,
    minutes_ago: float = 10,
    outcome: str = "accepted",
    status: str = "delivered",
    after: timedelta | None = timedelta(seconds=10),
    provider: str = "fake",
) -> Sequence[Attempt]:
    """Attempts so long ago, with a report `after` each unless that is None."""
    recipient = RecipientFactory(organisation=sender.organisation)
    texts = Message.objects.bulk_create(
        Message(
            organisation_id=sender.organisation_id, sender=sender, recipient=recipient,
            kind="due", cause_kind="decision", cause_key=uuid.uuid4().hex, priority=20,
            status=status, status_reason="x" if status == "failed" else "", not_before=NOW,
            valid_until=NOW, zone="UTC", segments=1, encoding="gsm7", created_at=NOW,
            settled_at=None if status in Message.OPEN else NOW,
        )
        for _ in range(count)
    )  # fmt: skip
    attempts = Attempt.objects.bulk_create(
        Attempt(
            message=text, token=uuid.uuid4().hex, provider=provider, outcome=outcome,
            calendar_at=NOW, settled_at=None if outcome in ("started", "unknown") else NOW,
        )
        for text in texts
    )  # fmt: skip
    ids = [attempt.pk for attempt in attempts]
    Attempt.objects.filter(pk__in=ids).update(
        started_at=F("started_at") - timedelta(minutes=minutes_ago)
    )
    found = list(Attempt.objects.filter(pk__in=ids))
    if after is not None:
        receipts = Receipt.objects.bulk_create(
            Receipt(attempt=attempt, status="delivered") for attempt in found
        )
        for receipt in receipts:
            receipt.received_at = receipt.attempt.started_at + after
        Receipt.objects.bulk_update(receipts, ["received_at"])
    return found


def weights(*senders: Sender) -> list[int | None]:
    return [Sender.objects.get(pk=sender.pk).weight_now for sender in senders]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "trouble",
    [
        {"outcome": "rejected_retryable", "status": "queued", "after": None},
        {"outcome": "unknown", "status": "unknown", "after": None},
        {"outcome": "rejected_permanent", "status": "failed", "after": None},
        {"after": None},
        {"after": timedelta(minutes=6)},
    ],
    ids=["refused", "unknown", "failed", "never delivered", "delivered late"],
)
@pytest.mark.parametrize("minutes_ago", [10])
def test_rebalance_sees_a_sender_in_trouble(trouble: dict[str, Any], minutes_ago: float) -> None:
    ill, well = pair()
    sent(ill, 15, minutes_ago=minutes_ago)
    sent(ill, 5, minutes_ago=minutes_ago, **trouble)
    sent(well, 20)

    assert balance.rebalance(now=NOW) == 1
    assert weights(ill, well) == [90, None]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fine",
    [
        {},
        {"after": None, "minutes_ago": 4},
        {"after": None, "minutes_ago": 20},
        {"after": timedelta(minutes=4)},
    ],
    ids=["delivered", "not old enough to be late", "long ago", "delivered in time"],
)
def test_rebalance_leaves_a_sender_that_is_well(fine: dict[str, Any]) -> None:
    first, second = pair()
    sent(first, 25, **fine)
    sent(second, 25)

    assert balance.rebalance(now=NOW) == 0
    assert weights(first, second) == [None, None]


@pytest.mark.django_db
def test_rebalance_judges_nobody_by_a_few() -> None:
    first, second = pair()
    sent(first, FEWEST - 1, outcome="unknown", status="unknown", after=None)
    sent(second, 25)

    assert balance.rebalance(now=NOW) == 0


@pytest.mark.django_db
def test_rebalance_does_not_blame_a_sender_for_what_another_provider_did_before() -> None:
    """A refused text moves on to the sender that takes over."""
    _, takes_over = pair(provider="other")
    sent(takes_over, 25, provider="fake", outcome="rejected_retryable", status="queued", after=None)
    sent(takes_over, 25, provider="other")

    assert balance.rebalance(now=NOW) == 0


@pytest.mark.django_db
def test_rebalance_changes_a_group_once_in_five_minutes() -> None:
    ill, well = pair()
    sent(ill, 25, outcome="unknown", status="unknown", after=None)

    changed = [
        balance.rebalance(now=NOW + by)
        for by in (timedelta(0), EVERY - timedelta(seconds=1), EVERY, EVERY * 1.5, EVERY * 2)
    ]

    assert changed == [1, 0, 1, 0, 1]
    assert weights(ill, well) == [70, None]


@pytest.mark.django_db
def test_rebalance_heals_a_step_an_hour_and_then_follows_staff_again() -> None:
    first, second = pair()
    Sender.objects.filter(pk=first.pk).update(weight=100, weight_now=85)
    SenderGroup.objects.update(rebalanced_at=NOW)

    assert balance.rebalance(now=NOW + HEALS_AFTER - timedelta(seconds=1)) == 0
    assert balance.rebalance(now=NOW + HEALS_AFTER) == 1
    assert weights(first, second) == [95, None]
    assert balance.rebalance(now=NOW + HEALS_AFTER * 2) == 1
    assert weights(first, second) == [None, None]
    assert balance.rebalance(now=NOW + HEALS_AFTER * 3) == 0


@pytest.mark.django_db
def test_rebalance_goes_down_from_staffs_weight_when_that_is_lower() -> None:
    ill, _ = pair()
    Sender.objects.filter(pk=ill.pk).update(weight=50, weight_now=90)
    sent(ill, 25, outcome="unknown", status="unknown", after=None)

    balance.rebalance(now=NOW)

    assert weights(ill) == [40]


@pytest.mark.django_db
@pytest.mark.parametrize("alone", [{"is_active": False}, {"group": None}], ids=["off", "alone"])
def test_rebalance_needs_two(alone: dict[str, Any]) -> None:
    ill, other = pair()
    Sender.objects.filter(pk=other.pk).update(**alone)
    sent(ill, 25, outcome="unknown", status="unknown", after=None)

    assert balance.rebalance(now=NOW) == 0
    assert weights(ill) == [None]


@pytest.mark.django_db
def test_rebalance_judges_each_group_for_itself() -> None:
    ill, _ = pair()
    first, second = pair()
    for sender in (ill, first, second):
        sent(sender, 25, outcome="unknown", status="unknown", after=None)

    assert balance.rebalance(now=NOW) == 1
    assert weights(ill, first, second) == [90, None, None]


def test_rebalance_twice_at_once_takes_one_step(committed: None) -> None:
    ill, _ = pair()
    sent(ill, 25, outcome="unknown", status="unknown", after=None)

    errors = at_once(*[lambda: balance.rebalance(now=NOW)] * 3)

    assert errors == []
    assert weights(ill) == [90]
