"""Which sender a text really leaves by: groups, weights and budgets as the database has them."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import Count

from messaging import dispatch, ledger, senders
from messaging.clock import CALENDAR_NOW
from messaging.models import Attempt, Message, Sender, SenderGroup
from messaging.providers.fake import Fake
from messaging.routing import Candidate, Purse, Route, choose
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import at_once, queue_text

pytestmark = pytest.mark.django_db

GROUP = 7


def grouped(*changes: dict[str, Any]) -> list[Sender]:
    """Senders of one group, in one organisation."""
    first: Sender = SenderFactory()
    group = SenderGroup.objects.create(organisation=first.organisation, name="Both")
    Sender.objects.filter(pk=first.pk).update(group=group, **changes[0])
    others: list[Sender] = [
        SenderFactory(organisation=first.organisation, group=group, **change)
        for change in changes[1:]
    ]
    first.refresh_from_db()
    return [first, *others]


def queue_to(sender: Sender, count: int, **changes: Any) -> list[Message]:
    numbers = RecipientFactory.create_batch(count, organisation=sender.organisation)
    return [queue_text(sender, number, **changes) for number in numbers]


def left_by() -> Counter[int]:
    """Senders of the texts a provider took on, and of the messages that say so."""
    return Counter(
        Attempt.objects.filter(outcome="accepted").values_list("message__sender_id", flat=True)
    )


@pytest.mark.django_db(transaction=True)
def test_texts_leave_by_both_senders_of_a_group_whichever_they_are_queued_on() -> None:
    first, second = grouped({}, {})
    queue_to(first, 60)

    dispatch.send_due()

    shares = left_by()
    assert sum(shares.values()) == 60
    assert min(shares[first.pk], shares[second.pk]) >= 12
    assert ledger.violations(grace=timedelta()) == []


def test_a_number_is_texted_by_the_same_sender_again() -> None:
    first, _ = grouped({}, {})
    for message in queue_to(first, 10):
        queue_text(first, message.recipient)

    dispatch.send_due()

    by_number = Message.objects.order_by().values("recipient_id")
    senders_each = by_number.annotate(senders=Count("sender_id", distinct=True), texts=Count("pk"))
    assert {(row["senders"], row["texts"]) for row in senders_each} == {(1, 2)}


def test_a_sender_without_a_group_is_nobodys_stand_in() -> None:
    first, second = SenderFactory(), SenderFactory()
    queue_to(first, 10)

    dispatch.send_due()

    assert left_by() == {first.pk: 10}
    assert second.pk not in left_by()


@pytest.mark.parametrize(
    "ill", [{"is_active": False}, {"provider": "gone"}], ids=["off", "misconfigured"]
)
def test_a_healthy_member_takes_over_what_is_not_yet_queued_elsewhere(
    ill: dict[str, Any], fake: Fake
) -> None:
    first, second = grouped({}, ill)
    queue_to(first, 12)

    dispatch.send_due()

    assert left_by() == {first.pk: 12}
    assert second.pk not in left_by()
    assert len(fake.entries()) == 12


def test_a_healthy_member_takes_over_what_is_queued_on_one_that_cannot_be_made() -> None:
    first, second = grouped({"provider": "gone"}, {})
    queue_to(first, 12)

    dispatch.send_due()

    assert left_by() == {second.pk: 12}


def test_a_lowered_weight_is_what_counts_and_never_more_than_staff_allow() -> None:
    lowered, raised, plain = grouped(
        {"weight": 100, "weight_now": 40}, {"weight": 0, "weight_now": 50}, {"weight": 70}
    )
    queue_to(lowered, 1)

    _, routes = senders.due(now_sql=CALENDAR_NOW)

    weights = {sender_id: route.weight for sender_id, route in routes.items()}
    assert weights == {lowered.pk: 40, raised.pk: 0, plain.pk: 70}


def test_a_member_whose_budget_is_spent_leaves_its_share_to_the_others() -> None:
    spent = {
        "segment_price": Decimal("0.1"),
        "currency": "GBP",
        "monthly_budget": 0,
        "budget_state": Sender.BudgetState.STOPPED,
    }
    first, second = grouped({}, spent)
    queue_to(first, 20)

    assert dispatch.send_due() == 20

    assert left_by() == {first.pk: 20}
    assert second.pk not in left_by()


def test_help_passes_when_every_member_has_spent_its_budget() -> None:
    stopped = {"budget_state": Sender.BudgetState.STOPPED}
    first, _ = grouped(stopped, stopped)
    queue_to(first, 3, kind=Message.Kind.HELP)
    queue_to(first, 3)

    dispatch.send_due()

    gone = Attempt.objects.filter(outcome="accepted").values_list("message__kind", flat=True)
    assert list(gone) == ["help"] * 3


@pytest.mark.usefixtures("committed")
def test_two_dispatchers_never_have_two_texts_to_a_number_on_the_wire(network: Any) -> None:
    network(latency=0.005)
    first, second = grouped({}, {})
    for number in RecipientFactory.create_batch(12, organisation=first.organisation):
        for sender in (first, second, first):
            queue_text(sender, number)

    errors = at_once(*[lambda: dispatch.send_due(limit=100)] * 2)
    dispatch.send_due(limit=100)

    assert errors == []
    assert set(Message.objects.values_list("status", flat=True)) == {"delivered"}
    spans = sorted(Attempt.objects.values_list("message__recipient_id", "started_at", "settled_at"))
    assert len(spans) == 36
    for before, after in pairwise(spans):
        if before[0] == after[0]:
            assert before[2] is not None
            assert before[2] <= after[1]
    assert ledger.violations(grace=timedelta()) == []


def test_choose_leaves_the_probe_to_one_text_and_the_rest_to_the_others() -> None:
    routes = {1: Route(1, "fake", GROUP, 100, probing=True), 2: Route(2, "fake", GROUP, 1)}
    due = [Candidate(number, number, 1, GROUP, 1, False) for number in range(1, 21)]

    choices, waiting = choose(due, routes, {1: Purse(9, 9, texts=1), 2: Purse(99, 99)})

    assert Counter(choice.sender_id for choice in choices) == {1: 1, 2: 19}
    assert not waiting


def test_choose_sends_by_a_member_without_weight_when_the_others_are_only_probing() -> None:
    routes = {1: Route(1, "fake", GROUP, 100, probing=True), 2: Route(2, "fake", GROUP, 0)}
    due = [Candidate(number, number, 1, GROUP, 1, False) for number in range(1, 6)]

    choices, waiting = choose(due, routes, {1: Purse(9, 9, texts=1), 2: Purse(9, 9)})

    assert Counter(choice.sender_id for choice in choices) == {1: 1, 2: 4}
    assert not waiting


def test_choose_waits_for_a_bucket_rather_than_use_a_member_without_weight() -> None:
    routes = {1: Route(1, "fake", GROUP, 100), 2: Route(2, "fake", GROUP, 0)}

    choices, waiting = choose(
        [Candidate(1, 1, 1, GROUP, 1, False)], routes, {1: Purse(-1, -1), 2: Purse(9, 9)}
    )

    assert choices == []
    assert waiting


def test_choose_keeps_a_number_in_order_when_its_first_text_must_wait() -> None:
    """A reply may pass an ordinary text; an ordinary one never passes another."""
    due = [
        Candidate(1, 5, 1, None, 1, urgent=False),
        Candidate(2, 5, 1, None, 1, urgent=True),
        Candidate(3, 5, 1, None, 1, urgent=False),
    ]

    (choice,), waiting = choose(due, {1: Route(1, "fake", None, 1)}, {1: Purse(0.2, 0)})

    assert choice.message_id == 2
    assert waiting
