"""Which texts one enrolment brought about, by their causes, and what the wire reported of them."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models import Case as SqlCase
from django.db.models import When
from django.db.models.functions import Cast, JSONObject

from enrolment.models.case import Case
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.models.number_change import NumberChange
from messaging.models import InboundMessage, Message, Receipt

_KIND = Message.CauseKind
#: Causes that staff or the engine itself gave, told by the word before the enrolment's id.
_OF_ENROLMENT = ("invite", "still", "resend")


def of_enrolment(
    messages: QuerySet[Message], enrolment: Enrolment, came: QuerySet[InboundMessage]
) -> QuerySet[Message]:
    """Those of `messages` that this enrolment brought about, with `step`, `due_at` and
    `cause_word`. `came`: the texts whose answers are its own."""
    decision = Decision.objects.filter(pk=OuterRef("decision_id"), enrolment=enrolment)
    of_staff = Q(cause_word__in=_OF_ENROLMENT, cause_of=str(enrolment.pk))
    of_staff |= Q(cause_word="case", cause_of__in=_keys(Case.objects.filter(enrolment=enrolment)))
    changes = NumberChange.objects.filter(participant=enrolment.participant_id)
    of_staff |= Q(cause_word__in=("number", "moved"), cause_of__in=_keys(changes))
    of_all = Q() if not enrolment.participant.is_shared else Q(pk=None)
    return messages.annotate(
        decision_id=_id_where(_KIND.DECISION),
        inbound_id=_id_where(_KIND.INBOUND),
        cause_word=_part(1),
        cause_of=_part(2),
        step=Subquery(decision.values("step_key")[:1], output_field=CharField()),
        due_at=Subquery(decision.values("due_at")[:1], output_field=DateTimeField()),
    ).filter(
        Q(Exists(decision), cause_kind=_KIND.DECISION)
        | Q(Exists(came.filter(pk=OuterRef("inbound_id"))), cause_kind=_KIND.INBOUND)
        | Q(of_staff, cause_kind=_KIND.STAFF)
        # Of a number in several hands nobody knows whose a broadcast is.
        | Q(of_all, cause_kind=_KIND.BROADCAST, sender=enrolment.campaign.sender_id)
    )


def moved_to() -> Subquery:
    """Of a Decision: when its text may leave."""
    texts = Message.objects.filter(
        cause_kind=_KIND.DECISION, cause_key=Cast(OuterRef("pk"), TextField())
    )
    return Subquery(texts.values("not_before")[:1])


def receipts() -> ArraySubquery:
    """Of a Message: its reports in the order they came, in calendar time."""
    calendar_at = ExpressionWrapper(
        F("attempt__calendar_at") + (F("received_at") - F("attempt__started_at")),
        output_field=DateTimeField(),
    )
    found = Receipt.objects.filter(attempt__message=OuterRef("pk")).order_by("pk")
    return ArraySubquery(found.values(each=JSONObject(status="status", at=calendar_at)))


def _id_where(kind: str) -> SqlCase:
    """A CASE is worked out in order, so only what is an id is ever read as one."""
    return SqlCase(When(cause_kind=kind, then=Cast(_part(1), BigIntegerField())), default=None)


def _part(place: int) -> Func:
    return Func(
        F("cause_key"), Value(":"), Value(place), function="split_part", output_field=TextField()
    )


def _keys(rows: QuerySet[Case] | QuerySet[NumberChange]) -> QuerySet[Case] | QuerySet[NumberChange]:
    return rows.order_by().annotate(key=Cast("pk", TextField())).values("key")  # type: ignore[return-value]
