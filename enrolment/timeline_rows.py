"""Everything that happened around one enrolment, of ten tables, in one query a page.

Each table gives its newest rows before the cursor, no more than a page of them, so that a person
with thousands of texts costs what any other does. All times are calendar time; the audit's machine
time is brought to it by the steps the demo's clock took since.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from django.db.models import (
    BinaryField,
    DateTimeField,
    Expression,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, Coalesce, JSONObject

from campaigns.rules import ENROLMENT_ANCHOR
from enrolment.models.anchor import Anchor
from enrolment.models.case import Case
from enrolment.models.consent import Consent
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.models.former_number import FormerNumber
from enrolment.models.note import Note
from enrolment.models.reading import Reading
from enrolment.models.withdrawal import Withdrawal
from enrolment.timeline_causes import heard_in, moved_to, of_enrolment, receipts, was_resent
from enrolment.timeline_deeds import deeds_of
from messaging.models import Message
from trust import keys


class Sort(IntEnum):
    """What a row is. At one instant the lower happened first."""

    INBOUND = 1
    READING = 2
    CONSENT = 3
    AUDIT = 4
    ANCHOR = 5
    WITHDRAWAL = 6
    DECISION = 7
    MESSAGE = 8
    CASE = 9
    NOTE = 10


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """Where a page ended."""

    at: datetime
    sort: int
    row: int


@dataclass(frozen=True, slots=True)
class Row:
    sort: Sort
    row: int
    at: datetime
    facts: Mapping[str, Any]
    words: str | None = field(repr=False)

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.at, self.sort, self.row)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose rows, which of them, and which of the words may be read."""

    enrolment: Enrolment
    former: Sequence[FormerNumber]
    sorts: frozenset[Sort]
    with_words: bool
    silent_only: bool = False
    answers_only: bool = False


_Rows = QuerySet[Any, Any]
_NOTHING = Cast(Value(None), BinaryField())
_PLACES = {
    Sort.INBOUND: "messaging_inboundmessage.body",
    Sort.CONSENT: "enrolment_consent.exact_text",
    Sort.MESSAGE: "messaging_messagebody.text",
    Sort.NOTE: "enrolment_note.words",
}


def rows(*, wanted: Wanted, before: Cursor | None, limit: int) -> list[Row]:
    """Newest first."""
    parts = [_part(wanted, sort, before, limit) for sort in sorted(wanted.sorts)]
    found = parts[0]
    if len(parts) > 1:
        found = found.union(*parts[1:], all=True).order_by("-moment", "-sort", "-row")[:limit]
    return [_row(*values) for values in found]


def _row(sort: int, row: int, at: datetime, facts: Mapping[str, Any], sealed: Any) -> Row:
    kind = Sort(sort)
    words = None if sealed is None else keys.unseal(_PLACES[kind], row, bytes(sealed))
    return Row(kind, row, at, facts, words)


def _part(wanted: Wanted, sort: Sort, before: Cursor | None, limit: int) -> _Rows:
    found = _BRANCHES[sort](wanted).order_by()
    if before is not None:
        earlier = Q(moment__lt=before.at)
        if sort < before.sort:
            earlier = Q(moment__lte=before.at)
        elif sort == before.sort:
            earlier |= Q(moment=before.at, pk__lt=before.row)
        found = found.filter(earlier)
    kind = Value(int(sort), output_field=IntegerField())
    part = found.annotate(sort=kind, row=F("pk")).order_by("-moment", "-pk")[:limit]
    told: _Rows = part.values_list("sort", "row", "moment", "facts", "sealed")
    return told


def _told(
    found: QuerySet[Any],
    moment: str | Expression,
    facts: Mapping[str, Any],
    sealed: str = "",
) -> _Rows:
    at = F(moment) if isinstance(moment, str) else moment
    words = ExpressionWrapper(F(sealed), output_field=BinaryField()) if sealed else _NOTHING
    told: _Rows = found.annotate(
        moment=ExpressionWrapper(at, output_field=DateTimeField()),
        facts=JSONObject(**facts),
        sealed=words,
    )
    return told


def _decisions(wanted: Wanted) -> _Rows:
    """Those that came to nothing, and those that were moved on. What was sent is its Message's."""
    found = Decision.objects.filter(enrolment=wanted.enrolment)
    silent = ~Q(outcome=Decision.Outcome.QUEUED) | ~Q(reason="")
    facts = {
        "step": "step_key",
        "outcome": "outcome",
        "reason": "reason",
        "version": "version_id",
        "moved_to": moved_to(),
    }
    return _told(found.filter(silent), "due_at", facts)


def _messages(wanted: Wanted) -> _Rows:
    numbers = {row.recipient_id for row in wanted.former}
    numbers.add(wanted.enrolment.participant.recipient_id)
    mine = Message.objects.filter(recipient_id__in=numbers)
    found = of_enrolment(mine, wanted.enrolment, wanted.former)
    if wanted.silent_only:
        found = found.filter(status__in=(*Message.SILENT, "failed", "undelivered"))
    facts = {
        "kind": "kind",
        "cause": "cause_kind",
        "word": "cause_word",
        "step": "step",
        "status": "status",
        "reason": "status_reason",
        "not_before": "not_before",
        "due_at": "due_at",
        "segments": "segments",
        "receipts": receipts(),
        "resent": was_resent(wanted.enrolment),
    }
    sealed = "body__text" if wanted.with_words else ""
    return _told(found, Coalesce("settled_at", "not_before"), facts, sealed)


def _inbound(wanted: Wanted) -> _Rows:
    found = heard_in(wanted.enrolment, wanted.former)
    if wanted.answers_only:
        found = found.filter(answer__isnull=False)
    facts = {
        "end": "end",
        "reason": "end_reason",
        "opted_out": "opted_out",
        "question": "answer__question_key",
        "value": "answer__value",
        "valid": "answer__is_valid",
    }
    return _told(found, "received_at", facts, "body" if wanted.with_words else "")


def _readings(wanted: Wanted) -> _Rows:
    found = Reading.objects.filter(enrolment=wanted.enrolment)
    names = ("kind", "value", "second", "unit", "source")
    return _told(found, "measured_at", {name: name for name in names})


def _consents(wanted: Wanted) -> _Rows:
    found = Consent.objects.filter(enrolment=wanted.enrolment)
    names = ("scope", "is_given", "channel", "wording_key")
    facts = {name: name for name in names} | {"actor": "actor__name"}
    return _told(found, "given_at", facts, "exact_text" if wanted.with_words else "")


def _withdrawals(wanted: Wanted) -> _Rows:
    found = Withdrawal.objects.filter(enrolment=wanted.enrolment)
    return _told(found, "withdrawn_at", {name: name for name in ("source", "reason", "told")})


def _anchors(wanted: Wanted) -> _Rows:
    """Joining is told by the deed that began the journey."""
    found = Anchor.objects.filter(enrolment=wanted.enrolment).exclude(kind=ENROLMENT_ANCHOR)
    return _told(found, "set_at", {name: name for name in ("kind", "day", "source", "attempt")})


def _cases(wanted: Wanted) -> _Rows:
    found = Case.objects.filter(enrolment=wanted.enrolment)
    names = ("reason", "detail", "status", "resolution", "urgency")
    facts = {name: name for name in names} | {"actor": "assigned_to__name"}
    return _told(found, "opened_at", facts)


def _notes(wanted: Wanted) -> _Rows:
    found = Note.objects.filter(enrolment=wanted.enrolment)
    if not wanted.with_words:
        found = found.filter(is_confidential=False)
    facts = {"actor": "author__name", "confidential": "is_confidential"}
    return _told(found, "written_at", facts, "words")


def _audit(wanted: Wanted) -> _Rows:
    names = {"verb": "verb", "detail": "detail", "actor": "actor__name", "label": "actor_label"}
    found = deeds_of(wanted.enrolment)
    return _told(found, "calendar_at", names)


_BRANCHES: Mapping[Sort, Callable[[Wanted], _Rows]] = {
    Sort.INBOUND: _inbound,
    Sort.READING: _readings,
    Sort.CONSENT: _consents,
    Sort.AUDIT: _audit,
    Sort.ANCHOR: _anchors,
    Sort.WITHDRAWAL: _withdrawals,
    Sort.DECISION: _decisions,
    Sort.MESSAGE: _messages,
    Sort.CASE: _cases,
    Sort.NOTE: _notes,
}
