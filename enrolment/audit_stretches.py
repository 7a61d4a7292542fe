"""The books in stretches: what there is to look at, what has come in, and where a finding lies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Model, QuerySet

from enrolment import ledger
from enrolment.models.broadcast import Broadcast
from enrolment.models.broadcast_decision import BroadcastDecision
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from messaging import ledger as wire_ledger
from messaging.ledger import Violation
from messaging.models import Attempt, Message, Receipt


class Kind(StrEnum):
    """What a stretch is of, in the order of a round."""

    MESSAGES = "messages"
    ENROLMENTS = "enrolments"
    BROADCASTS = "broadcasts"


#: How many make a stretch. Of a broadcast all decisions are read.
AT_ONCE = {Kind.MESSAGES: 1000, Kind.ENROLMENTS: 1000, Kind.BROADCASTS: 1}
#: A row may be committed so long after one with a higher id. Longer than any task may run.
SETTLED_AFTER = timedelta(minutes=5)
NEW_ROWS = 1000
_ENDED_LATELY = timedelta(hours=2)
_ROWS: dict[Kind, type[Model]] = {
    Kind.MESSAGES: Message, Kind.ENROLMENTS: Enrolment, Kind.BROADCASTS: Broadcast,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A table whose new rows say what is to be looked at. `kind` and `subject` lead to it, `first`
    is the table by which a subject is looked at anyway once it is new itself. `made_at` is
    calendar time, but of those stamped by the machine."""

    model: type[Model]
    kind: Kind
    subject: str
    made_at: str
    first: str
    by_machine: bool = False

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)


SOURCES = (
    Source(Message, Kind.MESSAGES, "pk", "created_at", "message"),
    Source(Attempt, Kind.MESSAGES, "message_id", "started_at", "message", by_machine=True),
    Source(
        Receipt, Kind.MESSAGES, "attempt__message_id", "received_at", "message", by_machine=True
    ),
    Source(Enrolment, Kind.ENROLMENTS, "pk", "enrolled_at", "enrolment"),
    Source(Decision, Kind.ENROLMENTS, "enrolment_id", "decided_at", "enrolment"),
    Source(BroadcastDecision, Kind.ENROLMENTS, "enrolment_id", "decided_at", "enrolment"),
)  # fmt: skip


def ask(kind: Kind, ids: Sequence[int], *, calendar: datetime) -> list[Violation]:
    match kind:
        case Kind.MESSAGES:
            return [*wire_ledger.of_messages(ids), *ledger.of_messages(ids)]
        case Kind.ENROLMENTS:
            return ledger.of_enrolments(ids, now=calendar)
        case Kind.BROADCASTS:
            return ledger.of_broadcasts(ids)


def following(kind: Kind, after: int) -> list[int]:
    """The next stretch of a round; empty at its end."""
    rows = _ROWS[kind]._default_manager
    ids = rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
    return list(ids[: AT_ONCE[kind]])


def new_rows(source: Source, after: int) -> list[tuple[int, int]]:
    """Row and what it leads to, in the order of rows."""
    rows = source.model._default_manager.filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", source.subject)[:NEW_ROWS])


def settled(source: Source, after: int, *, now: datetime, calendar: datetime) -> int:
    """Up to here no row can come in any more: found from the newest row on downwards."""
    until = (now if source.by_machine else calendar) - SETTLED_AFTER
    rows = source.model._default_manager.filter(pk__gt=after, **{f"{source.made_at}__lt": until})
    return rows.order_by("-pk").values_list("pk", flat=True).first() or after


def unplanned(*, calendar: datetime) -> list[int]:
    """Enrolments whose tick should have come by now, by the oldest; a stretch of them."""
    late = Enrolment.objects.filter(next_due_at__lt=calendar - ledger.TICK_GRACE)
    return list(
        late.order_by("next_due_at").values_list("pk", flat=True)[: AT_ONCE[Kind.ENROLMENTS]]
    )


def broadcasts_of_late(*, calendar: datetime) -> list[int]:
    """Under way, or just ended."""
    begun = Broadcast.objects.filter(began_at__isnull=False)
    found = begun.filter(ended_at=None) | begun.filter(ended_at__gt=calendar - _ENDED_LATELY)
    return list(found.order_by("pk").values_list("pk", flat=True))


def places_of(found: Iterable[Violation]) -> dict[Kind, list[int]]:
    """Where to ask again for these findings, by kind. What only waits is always asked for."""
    by_subject: dict[str, list[int]] = {}
    for violation in found:
        name, _, row_id = violation.subject.rpartition(" ")
        by_subject.setdefault(name, []).append(int(row_id))
    places: dict[Kind, set[int]] = {kind: set() for kind in Kind}
    for name, ids in by_subject.items():
        if name in _LEADS:
            kind, rows, key, to = _LEADS[name]
            places[kind].update(rows.filter(**{f"{key}__in": ids}).values_list(to, flat=True))
    return {kind: sorted(ids) for kind, ids in places.items()}


_CONFIRMATIONS = Message.objects.filter(kind=Message.Kind.STOP_CONFIRMATION)
_LEADS: dict[str, tuple[Kind, QuerySet[Model], str, str]] = {
    "message": (Kind.MESSAGES, Message.objects.all(), "pk", "pk"),
    "attempt": (Kind.MESSAGES, Attempt.objects.all(), "pk", "message_id"),
    "recipient": (Kind.MESSAGES, _CONFIRMATIONS, "recipient_id", "pk"),
    "enrolment": (Kind.ENROLMENTS, Enrolment.objects.all(), "pk", "pk"),
    "decision": (Kind.ENROLMENTS, Decision.objects.all(), "pk", "enrolment_id"),
    "broadcast decision": (
        Kind.ENROLMENTS, BroadcastDecision.objects.all(), "pk", "enrolment_id",
    ),
    "broadcast": (Kind.BROADCASTS, Broadcast.objects.all(), "pk", "pk"),
}  # fmt: skip
