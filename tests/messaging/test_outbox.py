from dataclasses import fields, replace
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from messaging import claiming, clock, outbox
from messaging.models import Message, Recipient, Sender
from messaging.outgoing import Outline
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import queue_text, text_in
from trust.ids import draw_ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def sender() -> Sender:
    return SenderFactory()


@pytest.fixture
def recipient(sender: Sender) -> Recipient:
    return RecipientFactory(organisation=sender.organisation)


def outline(sender: Sender, recipient: Recipient, message_id: int, cause_key: str) -> Outline:
    now = clock.calendar_now()
    return Outline(
        message_id=message_id,
        organisation_id=sender.organisation_id,
        sender_id=sender.pk,
        recipient_id=recipient.pk,
        kind=Message.Kind.DUE,
        cause_kind=Message.CauseKind.DECISION,
        cause_key=cause_key,
        text="Two days to go, \N{EURO SIGN}5 saved.",
        not_before=now,
        valid_until=now + timedelta(hours=1),
        hours=None,
        zone="Europe/London",
        priority=20,
        is_test=False,
        approved=True,
    )


def test_queue_writes_the_message_and_its_words(sender: Sender, recipient: Recipient) -> None:
    message = queue_text(sender, recipient, text="Day one is behind you.")

    assert message.status == Message.Status.QUEUED
    assert (message.segments, message.encoding) == (1, "gsm7")
    assert message.body.text == "Day one is behind you."
    assert message.settled_at is None


def test_queue_takes_the_cheaper_form_of_an_accented_letter(
    sender: Sender, recipient: Recipient
) -> None:
    message = queue_text(sender, recipient, text="Pa\u030a tide")

    assert message.encoding == "gsm7"
    assert message.body.text == "P\u00e5 tide"


def test_queue_queues_a_cause_once(sender: Sender, recipient: Recipient) -> None:
    first = queue_text(sender, recipient, cause_key="7")

    with pytest.raises(AssertionError):
        queue_text(sender, recipient, cause_key="7")

    assert list(Message.objects.values_list("pk", flat=True)) == [first.pk]


def test_queue_blocks_a_number_that_opted_out(sender: Sender, recipient: Recipient) -> None:
    text_in(sender, recipient.number, "STOP")

    blocked = queue_text(sender, recipient)
    confirmation = queue_text(sender, recipient, kind=Message.Kind.STOP_CONFIRMATION)

    assert (blocked.status, blocked.status_reason) == (Message.Status.BLOCKED, "opted_out")
    assert blocked.settled_at is not None
    assert confirmation.status == Message.Status.QUEUED


def test_queue_blocks_unapproved_words_of_a_real_sender() -> None:
    sender = SenderFactory(provider="gone")
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation), approved=False)

    assert message.status_reason == "not_clinically_approved"


def test_queue_lets_a_fake_sender_have_unapproved_words(
    sender: Sender, recipient: Recipient
) -> None:
    assert queue_text(sender, recipient, approved=False).status == Message.Status.QUEUED


def test_queue_blocks_a_zone_the_database_does_not_know(
    sender: Sender, recipient: Recipient
) -> None:
    message = queue_text(sender, recipient, zone="Nowhere/Atlantis")

    assert (message.status, message.status_reason) == (Message.Status.BLOCKED, "unknown_zone")


def test_queue_many_writes_all(sender: Sender, recipient: Recipient) -> None:
    ids = draw_ids(Message, 3)
    outbox.queue_many(
        outlines=[outline(sender, recipient, number, f"d{number}") for number in ids],
        now=clock.calendar_now(),
    )

    messages = list(Message.objects.order_by("pk").select_related("body"))
    assert [message.pk for message in messages] == ids
    assert {message.body.text for message in messages} == {"Two days to go, \N{EURO SIGN}5 saved."}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"text": "Pa\u030a tide. " * 30, "hours": (time(8), time(20, 30)), "is_test": True},
        {"text": "Да \U0001f600", "kind": Message.Kind.BROADCAST, "priority": 30},
        {"zone": "Nowhere/Atlantis", "approved": False, "text": ""},
    ],
)
def test_queue_many_writes_what_queue_writes(
    sender: Sender, recipient: Recipient, changes: dict[str, Any]
) -> None:
    now = clock.calendar_now()
    first, second = draw_ids(Message, 2)
    one = replace(outline(sender, recipient, first, "one"), **changes)
    alone = {field.name: getattr(one, field.name) for field in fields(Outline)}
    del alone["message_id"]

    outbox.queue_many(outlines=[one, replace(one, message_id=second, cause_key="two")], now=now)
    third = outbox.queue(**{**alone, "cause_key": "three"}, now=now)

    rows = Message.objects.order_by("pk").select_related("body")
    assert [row.pk for row in rows] == [first, second, third]
    assert len({tuple(shown(row).items()) for row in rows}) == 1


def shown(message: Message) -> dict[str, object]:
    own = {"id", "cause_key"}
    columns = {field.attname for field in Message._meta.concrete_fields} - own
    return {**{name: getattr(message, name) for name in sorted(columns)}, "text": message.body.text}


def test_queue_many_refuses_a_batch_with_a_cause_known_before(
    sender: Sender, recipient: Recipient
) -> None:
    first, second = draw_ids(Message, 2)
    now = clock.calendar_now()
    outbox.queue_many(outlines=[outline(sender, recipient, first, "a")], now=now)

    with pytest.raises(IntegrityError), transaction.atomic():
        outbox.queue_many(outlines=[outline(sender, recipient, second, "a")], now=now)

    assert Message.objects.count() == 1


def test_queue_many_takes_an_empty_batch() -> None:
    outbox.queue_many(outlines=[], now=clock.calendar_now())


def test_cancel_ends_only_what_is_queued(sender: Sender, recipient: Recipient) -> None:
    queued, sending, other = (queue_text(sender, recipient, cause_key=key) for key in "abc")
    Message.objects.filter(pk=sending.pk).update(status=Message.Status.SENDING)

    cancelled = outbox.cancel(
        cause_kind=Message.CauseKind.DECISION,
        cause_keys=["a", "b", "zzz"],
        reason="withdrawn",
        now=clock.calendar_now(),
    )

    for message in (queued, sending, other):
        message.refresh_from_db()
    assert cancelled == 1
    assert (queued.status, queued.status_reason) == (Message.Status.CANCELLED, "withdrawn")
    assert (sending.status, sending.cancel_reason) == (Message.Status.SENDING, "withdrawn")
    assert other.status == Message.Status.QUEUED


def test_cancel_recipient_keeps_the_kinds_to_keep(sender: Sender, recipient: Recipient) -> None:
    due = queue_text(sender, recipient)
    help_text = queue_text(sender, recipient, kind=Message.Kind.HELP)
    stranger = queue_text(sender, RecipientFactory(organisation=sender.organisation))

    cancelled = outbox.cancel_recipient(
        recipient_id=recipient.pk,
        reason="opted_out",
        now=clock.calendar_now(),
        keep_kinds=Message.PAST_OPT_OUT,
    )

    statuses = [Message.objects.get(pk=row.pk).status for row in (due, help_text, stranger)]
    assert cancelled == 1
    assert statuses == ["cancelled", "queued", "queued"]


def test_reword_changes_words_size_and_approval(sender: Sender, recipient: Recipient) -> None:
    message = queue_text(sender, recipient, cause_key="7", approved=True)

    changed = outbox.reword(
        cause_kind=Message.CauseKind.DECISION,
        cause_key="7",
        text="Pa\u030a tide \N{GRINNING FACE} " + "n" * 70,
        approved=False,
    )

    message.refresh_from_db()
    assert changed
    assert (message.segments, message.encoding, message.is_approved) == (2, "ucs2", False)
    assert message.body.text is not None
    assert message.body.text.startswith("P\u00e5 tide")


@pytest.mark.parametrize("status", [Message.Status.SENDING, Message.Status.CANCELLED])
def test_reword_leaves_what_no_longer_waits(
    sender: Sender, recipient: Recipient, status: str
) -> None:
    message = queue_text(sender, recipient, cause_key="7")
    ended = clock.calendar_now() if status == Message.Status.CANCELLED else None
    Message.objects.filter(pk=message.pk).update(
        status=status, status_reason="withdrawn", settled_at=ended
    )

    changed = outbox.reword(
        cause_kind=Message.CauseKind.DECISION, cause_key="7", text="New", approved=True
    )

    message.refresh_from_db()
    assert not changed
    assert message.body.text == "Day one is behind you."


@pytest.mark.django_db(transaction=True)
def test_held_text_waits_until_it_is_released(sender: Sender, recipient: Recipient) -> None:
    held = queue_text(sender, recipient, cause_key="a")
    of_another = RecipientFactory(organisation=sender.organisation)
    sending = queue_text(sender, of_another, cause_key="b")
    Message.objects.filter(pk=sending.pk).update(status=Message.Status.SENDING)
    kind = Message.CauseKind.DECISION

    assert outbox.hold(cause_kind=kind, cause_keys=["a", "b", "zzz"]) == 1
    assert [call.message_id for call in claiming.claim(limit=9).calls] == []
    assert outbox.release(cause_kind=kind, cause_keys=["a", "b"]) == 1
    assert [call.message_id for call in claiming.claim(limit=9).calls] == [held.pk]


def test_release_leaves_a_retry_alone(sender: Sender, recipient: Recipient) -> None:
    queued = queue_text(sender, recipient, cause_key="a")
    retry_at = queued.not_before + timedelta(minutes=5)
    Message.objects.filter(pk=queued.pk).update(retry_at=retry_at)

    assert outbox.release(cause_kind=Message.CauseKind.DECISION, cause_keys=["a"]) == 0
    queued.refresh_from_db()
    assert queued.retry_at == retry_at
