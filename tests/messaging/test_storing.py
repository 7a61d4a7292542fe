"""Texts that came at the same moment, stored in one transaction."""

import threading
import uuid
from functools import partial

import pytest
from django.db import connection, transaction

from messaging import inbox, optout
from messaging.models import InboundMessage, Message, OptOut, Recipient, Sender
from messaging.providers.webhook import InboundText
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import at_once, queue_text, text_in
from trust.models import AuditEvent


@pytest.fixture
def sender(db: None) -> Sender:
    return SenderFactory()


def people(sender: Sender, count: int) -> list[Recipient]:
    return RecipientFactory.create_batch(count, organisation=sender.organisation)


def a_text(recipient: Recipient, body: str, key: str = "") -> InboundText:
    number = recipient.number or ""
    return InboundText(key or uuid.uuid4().hex, from_number=number, body=body)


def store(sender: Sender, *texts: InboundText) -> list[bool]:
    return inbox.store_free(texts=[(sender, text) for text in texts])


def test_texts_of_known_numbers_are_stored_each_with_its_own_words(sender: Sender) -> None:
    first, second = people(sender, 2)

    assert store(sender, a_text(first, "CRAVE"), a_text(second, 'He said "no" \\ 🎣')) == [True] * 2

    bodies = {row.recipient_id: row.body for row in InboundMessage.objects.all()}
    assert bodies == {first.pk: "CRAVE", second.pk: 'He said "no" \\ 🎣'}
    assert not OptOut.objects.exists()


def test_stops_among_them_opt_out_their_own_numbers_and_cancel_what_waits(sender: Sender) -> None:
    stays, leaves, leaves_too = people(sender, 3)
    kept, cancelled, cancelled_too = (
        queue_text(sender, each) for each in (stays, leaves, leaves_too)
    )
    confirmation = queue_text(sender, leaves, kind=Message.Kind.STOP_CONFIRMATION)

    store(sender, a_text(leaves, "STOP"), a_text(stays, "CRAVE"), a_text(leaves_too, "Stopp"))

    assert optout.opted_out_among([stays.pk, leaves.pk, leaves_too.pk]) == {
        leaves.pk,
        leaves_too.pk,
    }
    statuses = dict(Message.objects.values_list("pk", "status"))
    assert statuses == {
        kept.pk: "queued",
        cancelled.pk: "cancelled",
        cancelled_too.pk: "cancelled",
        confirmation.pk: "queued",
    }
    opted_out = InboundMessage.objects.filter(opted_out=True)
    assert set(opted_out.values_list("recipient_id", flat=True)) == {leaves.pk, leaves_too.pk}
    deeds = AuditEvent.objects.filter(verb="number.opt_out")
    assert set(deeds.values_list("subject_type", "subject_id", "organisation_id")) == {
        ("messaging.recipient", str(each.pk), sender.organisation_id)
        for each in (leaves, leaves_too)
    }


def test_text_sent_twice_counts_as_stored_and_stops_nobody_again(sender: Sender) -> None:
    [recipient] = people(sender, 1)
    store(sender, a_text(recipient, "STOP", key="p1"))
    with transaction.atomic():
        optout.lift(
            recipient=recipient, source="join", now=InboundMessage.objects.get().received_at
        )

    assert store(sender, a_text(recipient, "STOP", key="p1")) == [True]

    assert InboundMessage.objects.count() == 1
    assert not optout.is_opted_out(recipient=recipient)


def test_second_text_of_a_number_is_left_out(sender: Sender) -> None:
    [recipient] = people(sender, 1)

    stored = store(sender, a_text(recipient, "one"), a_text(recipient, "two"))

    assert stored == [True, False]
    assert [row.body for row in InboundMessage.objects.all()] == ["one"]


def test_numbers_seen_for_the_first_time_are_made_and_their_stop_obeyed(sender: Sender) -> None:
    [known] = people(sender, 1)
    leaves = InboundText("p8", from_number="+447700900998", body="STOP")
    joins = InboundText("p9", from_number="+447700900999", body="JOIN")

    assert store(sender, a_text(known, "one"), leaves, joins) == [True] * 3

    texted = {row.recipient.number: row.body for row in InboundMessage.objects.all()}
    assert texted == {known.number: "one", leaves.from_number: "STOP", joins.from_number: "JOIN"}
    left = InboundMessage.objects.get(is_stop=True).recipient
    assert OptOut.objects.get().number_index == left.number_index
    assert store(sender, leaves, joins) == [True] * 2
    assert Recipient.objects.count() == 3


@pytest.mark.usefixtures("committed")
def test_first_texts_of_the_same_numbers_in_batches_at_once_make_each_once() -> None:
    sender = SenderFactory()
    numbers = [f"+4477009000{place:02}" for place in range(20)]
    batches = [
        [InboundText(f"{turn}-{number}", from_number=number, body="JOIN") for number in order]
        for turn, order in enumerate((numbers, numbers[::-1]))
    ]

    errors = at_once(*[partial(store, sender, *batch) for batch in batches])

    assert errors == []
    assert Recipient.objects.count() == len(numbers)


def test_erased_number_is_left_out(sender: Sender) -> None:
    [recipient] = people(sender, 1)
    text = a_text(recipient, "hello")
    Recipient.objects.update(number=None)

    assert store(sender, text) == [False]


def test_one_that_cannot_be_written_leaves_all_to_be_stored_alone(sender: Sender) -> None:
    first, second = people(sender, 2)
    unwritable = a_text(second, "hello", key="x" * 81)

    assert store(sender, a_text(first, "STOP"), unwritable) == [False, False]

    assert not InboundMessage.objects.exists()
    assert not OptOut.objects.exists()


def test_number_that_bears_strikes_loses_them(sender: Sender) -> None:
    struck, other = people(sender, 2)
    Recipient.objects.filter(pk=struck.pk).update(strikes=2)

    store(sender, a_text(struck, "hello"), a_text(other, "hello"))

    struck.refresh_from_db()
    assert struck.strikes == 0


@pytest.mark.usefixtures("committed")
def test_number_that_somebody_holds_is_left_out_and_keeps_nobody_waiting() -> None:
    sender = SenderFactory()
    held, free = people(sender, 2)
    texts = [a_text(held, "STOP"), a_text(free, "STOP")]
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Recipient.objects.select_for_update(no_key=True).get(pk=held.pk)
            holding.set()
            assert done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert holding.wait(10)
    try:
        stored = store(sender, *texts)
    finally:
        done.set()
        holder.join(10)

    assert stored == [False, True]
    assert text_in(sender, held.number, "STOP") is not None
    assert OptOut.objects.count() == 2


@pytest.mark.usefixtures("committed")
def test_stored_together_is_refused_within_a_transaction_of_others() -> None:
    sender = SenderFactory()
    [recipient] = people(sender, 1)

    with transaction.atomic():
        assert store(sender, a_text(recipient, "hello")) == [False]


@pytest.mark.usefixtures("committed")
def test_batches_at_once_store_every_text_once_and_opt_out_once() -> None:
    sender = SenderFactory()
    numbers = people(sender, 6)
    texts = [a_text(each, "STOP", key=f"p{each.pk}") for each in numbers]

    errors = at_once(*[partial(store, sender, *turn) for turn in (texts, texts[::-1], texts)])

    assert errors == []
    assert store(sender, *texts) == [True] * 6
    assert InboundMessage.objects.count() == OptOut.objects.count() == 6
    assert InboundMessage.objects.filter(opted_out=True).count() == 6
