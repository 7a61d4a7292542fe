"""A counsellor's own words, sent to the person a case is about."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import (
    Count,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
    TextChoices,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.compiling import compiled
from campaigns.rules import Priority
from campaigns.wording import placeholders
from enrolment.models.case import Case
from enrolment.saying import QUESTION_SHELF, REPLY_SHELF
from messaging import inbox, outbox
from messaging.clock import CalendarNow
from messaging.models import InboundMessage, Message, OptOut, Recipient
from messaging.optout import is_opted_out
from messaging.segments import measure
from trust import audit
from trust.models import User

#: Whoever has texted so lately may be answered at any hour.
LATELY = timedelta(hours=24)
#: Begins the cause of every answer.
CASE_KEY = "case:"
#: More than this is a letter.
MOST_SEGMENTS = 4
#: Of a number in no campaign, whose own hours nobody knows.
_DAYTIME = (time(8), time(20, 30))


class AtOnce(TextChoices):
    """Why somebody who has not texted of late is answered at night, too."""

    SAFETY = "safety", _("It can't wait")
    ASKED = "asked", _("They asked to be answered at once")
    SPOKEN = "spoken", _("We are speaking with them now")


class Refused(Exception):
    """The answer may not go; says why, to the counsellor."""


class Overtaken(Refused):
    """There is an answer this one's writer has not seen."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody who has not texted of late may be texted, as wall times of a zone."""

    span: tuple[time, time]
    zone: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whether an answer may go, and when. `refusal`: why none may, in words for the counsellor.
    `of_need`: it answers words of need that are fresh, so it passes a STOP."""

    refusal: str
    heard_lately: bool
    of_need: bool
    hours: Hours


def with_outlook(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Each with all that its outlook asks, so that a page reads it in one query."""
    texts = InboundMessage.objects.filter(recipient_id=OuterRef("recipient_id"))
    prefix = Concat(
        Value(CASE_KEY), Cast(OuterRef("pk"), TextField()), Value(":"), output_field=TextField()
    )
    answers = Message.objects.filter(
        cause_kind=Message.CauseKind.STAFF, cause_key__startswith=prefix
    )
    return cases.select_related(
        "organisation", "campaign", "recipient", "participant", "enrolment__version__campaign",
        "enrolment__participant", "inbound", "assigned_to",
    ).annotate(
        heard_lately=Exists(texts.filter(received_at__gt=CalendarNow() - LATELY)),
        is_opted_out=Exists(
            OptOut.objects.filter(
                organisation_id=OuterRef("organisation_id"),
                number_index=OuterRef("recipient__number_index"),
                lifted_at=None,
            )
        ),
        turn_count=Coalesce(
            Subquery(answers.order_by().values("cause_kind").annotate(n=Count("pk")).values("n")), 0
        ),
    )  # fmt: skip


def outlook(*, case: Case, now: datetime) -> Outlook:
    heard: bool | None = getattr(case, "heard_lately", None)
    heard = _texted_lately(case, now) if heard is None else heard
    of_need = case.reason == Case.Reason.CRISIS and heard
    refusal = ""
    if case.participant is not None and case.participant.number_lost_at is not None:
        refusal = gettext(
            "Somebody else has this number now. This person can't be texted any more."
        )
    elif case.recipient.number is None:
        refusal = gettext("This number was erased, as the person asked. Nothing can be sent to it.")
    elif case.status == Case.Status.RESOLVED:
        refusal = gettext("This case is resolved. Open it again to answer.")
    elif not of_need and _is_opted_out(case):
        refusal = gettext("This number has said STOP, so nothing may be sent to it.")
    return Outlook(refusal, heard, of_need, _hours(case))


@transaction.atomic
def answer(
    *, case: Case, text: str, turn: int, actor: User, now: datetime, at_once: str = ""
) -> int:
    """The message's id. Leaves at once where the person texted of late or a reason is given, else
    in the person's hours. `turn`: how many answers the counsellor saw when writing this one; it is
    sent once, however often the button is pressed. Raises Refused.

    A STOP stands in the way of any answer but one to words of need, as long as they are fresh."""
    Recipient.objects.select_for_update(no_key=True).get(pk=case.recipient_id)
    locked = Case.objects.select_for_update(of=("self",)).select_related("recipient")
    case = locked.get(pk=case.pk)
    _require_fit(text)
    found = outlook(case=case, now=now)
    if found.refusal:
        raise Refused(found.refusal)
    if turn != turns(case=case):
        raise Overtaken(
            gettext("Somebody has answered meanwhile. Read it; send yours if it still fits.")
        )
    why = AtOnce(at_once).value if at_once else ""
    message_id = _queue(case, text, turn, found, is_now=found.heard_lately or bool(why), now=now)
    case.move_to(
        Case.Status.ANSWERED, assigned_to_id=case.assigned_to_id or actor.pk, answered_at=now
    )
    if case.inbound is not None:
        end = InboundMessage.End.ANSWERED
        inbox.end(inbound=case.inbound, end=end, reason="person", now=now)
    detail: dict[str, str | int] = {
        "message": message_id,
        "at_once": "texted_lately" if found.heard_lately else why or "no",
    }
    audit.record(verb="case.answer", subject=case, actor=actor, detail=detail)
    return message_id


def turns(*, case: Case) -> int:
    """How many answers of this case were sent or wait."""
    return Message.objects.filter(
        cause_kind=Message.CauseKind.STAFF, cause_key__startswith=_key(case, "")
    ).count()


def _require_fit(text: str) -> None:
    if not text.strip():
        raise Refused(gettext("Write something to send."))
    if holes := placeholders(text):
        names = ", ".join(f"{{{{ {name} }}}}" for name in sorted(holes))
        raise Refused(
            gettext("Write the words themselves in place of %(names)s.") % {"names": names}
        )
    size = measure(text)
    if size.segments > MOST_SEGMENTS:
        raise Refused(
            gettext("That is %(count)s texts long; %(most)s is the most.")
            % {"count": size.segments, "most": MOST_SEGMENTS}
        )


def _queue(case: Case, text: str, turn: int, found: Outlook, *, is_now: bool, now: datetime) -> int:
    message_id = outbox.queue(
        organisation_id=case.organisation_id,
        sender_id=_sender_id(case),
        recipient_id=case.recipient_id,
        kind=Message.Kind.CRISIS if found.of_need else Message.Kind.STAFF,
        cause_kind=Message.CauseKind.STAFF,
        cause_key=_key(case, str(turn)),
        text=text.strip(),
        not_before=now,
        valid_until=now + (REPLY_SHELF if is_now else QUESTION_SHELF),
        hours=None if is_now else found.hours.span,
        zone=found.hours.zone,
        priority=Priority.REPLY.rank,
        is_test=bool(case.enrolment and case.enrolment.is_test),
        # A person's own words are nobody's curriculum.
        approved=True,
        now=now,
    )
    assert message_id is not None, "turns are counted under the number's lock"
    return message_id


def _key(case: Case, turn: str) -> str:
    return f"{CASE_KEY}{case.pk}:{turn}"


def _sender_id(case: Case) -> int:
    """Where the person texted to; a reading from a device came to no number."""
    if case.inbound is not None:
        return case.inbound.sender_id
    assert case.campaign is not None, "what no text brought comes of an enrolment"
    return case.campaign.sender_id


def _is_opted_out(case: Case) -> bool:
    known: bool | None = getattr(case, "is_opted_out", None)
    return is_opted_out(recipient=case.recipient) if known is None else known


def _texted_lately(case: Case, now: datetime) -> bool:
    texts = InboundMessage.objects.filter(recipient_id=case.recipient_id)
    return texts.filter(received_at__gt=now - LATELY).exists()


def _hours(case: Case) -> Hours:
    """The person's own, else the campaign's."""
    person = case.participant
    if person is None or case.enrolment is None:
        return Hours(_DAYTIME, case.organisation.time_zone)
    if person.hours_start is not None and person.hours_end is not None:
        return Hours((person.hours_start, person.hours_end), person.time_zone)
    hours = compiled(case.enrolment.version).hours
    return Hours((hours.start, hours.end), person.time_zone)
