"""One person's history on one screen: what was decided, what the wire did, what came in.

Every silence is explained by a sentence, and so is every text that came at another time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from enrolment import belonging
from enrolment.models.broadcast_decision import BroadcastDecision
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.why import MOVED, in_words
from messaging.models import Message
from trust.redaction import without_links


class Kind(StrEnum):
    SENT = "sent"
    SILENT = "silent"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. `body` is None where nothing was written or it may not be read."""

    at: datetime
    kind: Kind
    title: str
    status: str
    body: str | None
    why: str


def timeline(*, enrolment: Enrolment, with_bodies: bool) -> list[Entry]:
    """Oldest first, in calendar time. Five queries."""
    decisions = list(Decision.objects.filter(enrolment=enrolment))
    messages = {
        message.cause_key: message
        for message in Message.objects.filter(
            cause_kind=Message.CauseKind.DECISION,
            cause_key__in=[str(decision.pk) for decision in decisions],
        ).select_related("body")
    }
    entries = [
        *(
            _decided(decision, messages.get(str(decision.pk)), with_bodies)
            for decision in decisions
        ),
        *_broadcasts(enrolment, with_bodies),
        *_conversation(enrolment, with_bodies),
    ]
    return sorted(entries, key=lambda entry: (entry.at, entry.kind != Kind.RECEIVED))


def _decided(decision: Decision, message: Message | None, with_bodies: bool) -> Entry:
    if message is None:
        why = in_words(decision.reason)
        return Entry(
            at=decision.due_at,
            kind=Kind.SILENT,
            title=decision.step_key,
            status=decision.get_outcome_display(),
            body=None,
            why=f"Not sent: {why}.",
        )
    moved = MOVED.get(decision.reason, "")
    return _sent(message, decision.step_key, with_bodies, moved)


def _broadcasts(enrolment: Enrolment, with_bodies: bool) -> Iterator[Entry]:
    found = BroadcastDecision.objects.filter(enrolment=enrolment)
    for decision in found.select_related("broadcast", "message__body"):
        title = f"broadcast {decision.broadcast.name}"
        if decision.message is not None:
            yield _sent(decision.message, title, with_bodies)
            continue
        why = f"Not sent: {in_words(decision.reason)}."
        yield Entry(
            decision.decided_at, Kind.SILENT, title, decision.get_outcome_display(), None, why
        )


def _sent(message: Message, title: str, with_bodies: bool, moved: str = "") -> Entry:
    silent = message.status in (
        Message.Status.CANCELLED,
        Message.Status.EXPIRED,
        Message.Status.BLOCKED,
    )
    why = f"Not sent: {in_words(message.status_reason)}." if silent else moved.capitalize()
    return Entry(
        at=message.settled_at or message.not_before,
        kind=Kind.SILENT if silent else Kind.SENT,
        title=title,
        status=message.get_status_display(),
        body=without_links(message.body.text or "")
        if with_bodies and hasattr(message, "body")
        else None,
        why=why if silent or not moved else f"{why}.",
    )


def _conversation(enrolment: Enrolment, with_bodies: bool) -> Iterator[Entry]:
    """The person's inbound texts during this enrolment, and our replies to them."""
    participant = enrolment.participant
    inbounds = belonging.texts_from(participant).filter(received_at__gte=enrolment.enrolled_at)
    if enrolment.ended_at is not None:
        inbounds = inbounds.filter(received_at__lte=enrolment.ended_at)
    # The JOIN that made the enrolment came in a moment before it.
    first = enrolment.consents.order_by("pk").first()
    if first is not None:
        yield Entry(
            enrolment.enrolled_at, Kind.RECEIVED, "consent", first.channel,
            first.exact_text if with_bodies else None, "",
        )  # fmt: skip
    for inbound in inbounds:
        yield Entry(
            at=inbound.received_at,
            kind=Kind.RECEIVED,
            title=inbound.end_reason.replace("_", " ") or "text",
            status=inbound.get_end_display(),
            body=(inbound.body or "") if with_bodies else None,
            why="",
        )
    replies = (
        belonging.texts_to(participant)
        .filter(cause_kind=Message.CauseKind.INBOUND, created_at__gte=enrolment.enrolled_at)
        .select_related("body")
    )
    if enrolment.ended_at is not None:
        replies = replies.filter(created_at__lte=enrolment.ended_at)
    for message in replies:
        yield _sent(message, message.get_kind_display(), with_bodies)
