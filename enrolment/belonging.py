"""Which texts are one person's, of a number that others share, shared or have now.

Planned texts are known by their Decision, answers by the text they answer, others by their cause.
A text that came in is its Hearing's; one without a Hearing came while one person had the number.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from enrolment.models.case import Case
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.models.former_number import FormerNumber
from enrolment.models.number_change import NumberChange
from enrolment.models.participant import Participant
from messaging.models import InboundMessage, Message

#: Causes that staff or the engine itself gave, told by the word before the enrolment's id.
OF_ENROLMENT = ("invite", "still", "resend")


def texts_from(
    participant: Participant, former: Sequence[FormerNumber] | None = None
) -> QuerySet[InboundMessage]:
    """What she texted. `former`: her numbers of before, where they have been read."""
    if former is None:
        former = list(FormerNumber.objects.filter(participant=participant))
    if not former and not participant.is_shared and participant.behind_since is None:
        return InboundMessage.objects.filter(recipient_id=participant.recipient_id)
    stay = _stay(participant.recipient_id, participant.behind_since, None)
    for row in former:
        stay |= _stay(row.recipient_id, row.since, row.until)
    mine = Q(hearing__participant=participant)
    return InboundMessage.objects.filter(mine | (stay & Q(hearing=None)))


def texts_to(
    participant: Participant, former: Sequence[FormerNumber] | None = None
) -> QuerySet[Message]:
    """What she was sent, or was to be."""
    if former is None:
        former = list(FormerNumber.objects.filter(participant=participant))
    numbers = {participant.recipient_id, *(row.recipient_id for row in former)}
    if len(numbers) == 1 and not participant.is_shared and participant.behind_since is None:
        return Message.objects.filter(recipient_id=participant.recipient_id)
    sent = Message.objects.filter(recipient_id__in=numbers).annotate(
        cause_word=cause_part(1), cause_of=cause_part(2)
    )
    theirs = Enrolment.objects.filter(participant=participant)
    decisions = Decision.objects.filter(enrolment__in=theirs)
    cases = Case.objects.filter(participant=participant)
    kind = Message.CauseKind
    return sent.filter(
        Q(cause_kind=kind.DECISION, cause_key__in=keys_of(decisions))
        | Q(cause_kind=kind.INBOUND, cause_word__in=keys_of(texts_from(participant, former)))
        | Q(cause_kind=kind.BROADCAST, cause_of__in=keys_of(theirs))
        | Q(cause_kind=kind.STAFF, cause_word__in=OF_ENROLMENT, cause_of__in=keys_of(theirs))
        | Q(cause_kind=kind.STAFF, cause_word="case", cause_of__in=keys_of(cases))
    )


def _stay(recipient_id: int, since: object, until: object) -> Q:
    found = Q(recipient_id=recipient_id)
    if since is not None:
        found &= Q(received_at__gt=since)
    if until is not None:
        found &= Q(received_at__lte=until)
    return found


def cause_part(place: int) -> Func:
    return Func(
        F("cause_key"),
        Value(":"),
        Value(place),
        function="split_part",
        output_field=TextField(),
    )


def keys_of(
    rows: QuerySet[Decision]
    | QuerySet[InboundMessage]
    | QuerySet[Enrolment]
    | QuerySet[Case]
    | QuerySet[NumberChange],
) -> QuerySet[Any, Any]:
    return rows.order_by().annotate(key=Cast("pk", TextField())).values("key")
