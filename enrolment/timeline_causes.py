"""Which texts one enrolment brought about, by their causes, and what the wire reported of them."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models import Case as SqlCase
from django.db.models.functions import Cast, Concat, JSONObject

from enrolment import belonging
from enrolment.belonging import OF_ENROLMENT, cause_part, keys_of
from enrolment.models.case import Case
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.models.former_number import FormerNumber
from enrolment.models.number_change import NumberChange
from enrolment.saying import QUESTION_SHELF
from messaging.models import InboundMessage, Message, Receipt

_KIND = Message.CauseKind
_LOST = (Message.Status.FAILED, Message.Status.UNDELIVERED, Message.Status.EXPIRED)
#: What answers a STOP, HELP or words of need was of its moment alone.
_RESENT_KINDS = (
    Message.Kind.DUE, Message.Kind.REPLY, Message.Kind.STAFF, Message.Kind.BROADCAST,
)  # fmt: skip


def heard_in(enrolment: Enrolment, former: Sequence[FormerNumber]) -> QuerySet[InboundMessage]:
    """What was texted to this campaign's number while the enrolment lasted, and no answer to
    another campaign. `former`: the numbers the person had before."""
    heard = belonging.texts_from(enrolment.participant, former).filter(
        _by_its_sender(enrolment),
        Q(answer=None) | Q(answer__enrolment=enrolment),
        received_at__gte=enrolment.enrolled_at,
    )
    if enrolment.ended_at is None:
        return heard
    return heard.filter(Q(received_at__lte=enrolment.ended_at) | Q(case__enrolment=enrolment))


def of_enrolment(
    messages: QuerySet[Message], enrolment: Enrolment, former: Sequence[FormerNumber]
) -> QuerySet[Message]:
    """Those of `messages` that this enrolment brought about, with `step`, `due_at` and
    `cause_word`."""
    came = heard_in(enrolment, former)
    decision = Decision.objects.filter(pk=OuterRef("decision_id"), enrolment=enrolment)
    of_staff = Q(cause_word__in=OF_ENROLMENT, cause_of=str(enrolment.pk))
    of_staff |= Q(cause_word="case", cause_of__in=keys_of(Case.objects.filter(enrolment=enrolment)))
    changes = NumberChange.objects.filter(participant=enrolment.participant_id)
    of_staff |= Q(cause_word__in=("number", "moved"), cause_of__in=keys_of(changes))
    return messages.annotate(
        decision_id=_id_where(_KIND.DECISION),
        inbound_id=_id_where(_KIND.INBOUND),
        cause_word=cause_part(1),
        cause_of=cause_part(2),
        step=Subquery(decision.values("step_key")[:1], output_field=CharField()),
        due_at=Subquery(decision.values("due_at")[:1], output_field=DateTimeField()),
    ).filter(
        Q(Exists(decision), cause_kind=_KIND.DECISION)
        | Q(Exists(came.filter(pk=OuterRef("inbound_id"))), cause_kind=_KIND.INBOUND)
        | Q(of_staff, cause_kind=_KIND.STAFF)
        | Q(cause_kind=_KIND.BROADCAST, cause_of=str(enrolment.pk))
    )


def _by_its_sender(enrolment: Enrolment) -> Q:
    """The campaign's, and those that stand in for it."""
    sender = enrolment.campaign.sender
    own = Q(sender=sender.pk)
    return own if sender.group_id is None else own | Q(sender__group=sender.group_id)


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


def resend_key(enrolment_id: int, message_id: int) -> str:
    """The cause of a text that staff sent again: once a text."""
    return f"resend:{enrolment_id}:{message_id}"


def is_resendable(*, status: str, kind: str, at: datetime, now: datetime) -> bool:
    """Whether a text that ended at `at` did not arrive and is still worth sending."""
    return status in _LOST and kind in _RESENT_KINDS and at > now - QUESTION_SHELF


def was_resent(enrolment: Enrolment) -> Exists:
    """Of a Message."""
    key = Concat(
        Value(resend_key(enrolment.pk, 0)[:-1]),
        Cast(OuterRef("pk"), TextField()),
        output_field=TextField(),
    )
    return Exists(Message.objects.filter(cause_kind=_KIND.STAFF, cause_key=key))


def _id_where(kind: str) -> SqlCase:
    """A CASE is worked out in order, so only what is an id is ever read as one."""
    return SqlCase(When(cause_kind=kind, then=Cast(cause_part(1), BigIntegerField())), default=None)
