"""Shorthand of these tests: a text queued, a text come in, many threads at once."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection

from messaging import claiming, clock, inbox, outbox, refusing
from messaging.models import InboundMessage, Message, Recipient, Sender
from messaging.providers.webhook import InboundText
from messaging.routing import Choice, Route


def queue_text(sender: Sender, recipient: Recipient, **changes: Any) -> Message:
    """A due text that may leave now, with any field of `outbox.queue` changed."""
    now = clock.calendar_now()
    fields: dict[str, Any] = {
        "organisation_id": sender.organisation_id,
        "sender_id": sender.pk,
        "recipient_id": recipient.pk,
        "kind": Message.Kind.DUE,
        "cause_kind": Message.CauseKind.DECISION,
        "cause_key": uuid.uuid4().hex,
        "text": "Day one is behind you.",
        "not_before": now - timedelta(minutes=1),
        "valid_until": now + timedelta(hours=2),
        "hours": None,
        "zone": "Europe/London",
        "priority": 20,
        "is_test": False,
        "approved": True,
        "now": now,
        **changes,
    }
    message_id = outbox.queue(**fields)
    assert message_id is not None
    return Message.objects.get(pk=message_id)


def text_in(sender: Sender, number: str | None, body: str, key: str = "") -> InboundMessage | None:
    return inbox.store(
        sender=sender,
        inbound=InboundText(key or uuid.uuid4().hex, from_number=number or "", body=body),
    )


def at_once(*works: Callable[[], object], seconds: float = 60) -> list[BaseException]:
    """Runs each work in a thread with a connection of its own; the errors they raised. Each has
    `seconds` for it."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=seconds)
    assert not any(thread.is_alive() for thread in threads)
    return errors


def started(message: Message) -> list[claiming.Call]:
    """What the last statement of a claim makes of a message that was chosen before."""
    choice = Choice(message.pk, message.recipient_id, message.sender_id, message.segments)
    routes = {message.sender_id: Route(message.sender_id, "fake", None, 1)}
    return claiming._start([choice], refusing.read(message_ids=[message.pk]), routes)
