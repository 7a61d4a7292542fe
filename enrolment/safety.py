"""Words of need: answered at once with the country's number, and nothing else comes for a day.

They win over everything, also after STOP, as an answer, from a stranger, and inside a longer
sentence. A person reads every one of them; which words are heard is `messaging.crisis`.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction

from campaigns.compiling import compiled
from enrolment import need
from enrolment.models.enrolment import Enrolment
from enrolment.saying import Reply, plain_reply, reply
from enrolment.talk import Say
from enrolment.waiting import Waiting
from enrolment.withholding import withhold
from messaging.crisis import Crisis, crisis_in
from messaging.models import InboundMessage, Message
from trust import audit

log = structlog.get_logger(__name__)

#: Why a text is in the inbox that could not be answered.
FAULT = "fault"


@transaction.atomic
def respond(
    *, waiting: Waiting, crisis: Crisis, now: datetime
) -> tuple[list[Reply], Enrolment | None]:
    """The reply, which passes an opt-out and a spent budget, and whose words it is in. The caller
    holds the row locks of the number and of its enrolments, and ends the text in the inbox: that
    opens an urgent case, and pages a person."""
    for enrolment in waiting.enrolments:
        _hold(enrolment, now)
    # No words and no number: whoever may read them opens the inbox.
    log.error("crisis", inbound_id=waiting.inbound.pk, status=crisis.value)
    audit.record(
        verb="safety.crisis",
        subject=waiting.inbound,
        detail={"kind": crisis.value, "enrolments": len(waiting.enrolments)},
    )
    heard = waiting.enrolments or _before(waiting)
    return _reply(waiting, heard, crisis, now), heard[-1] if heard else None


def after_fault(*, inbound: InboundMessage) -> tuple[str, list[Reply]]:
    """How a text ends that could not be answered, and what is said all the same: words of need are
    as urgent then, and have the sender's own words. Raises nothing."""
    try:
        crisis = crisis_in(inbound.body or "")
    except Exception:
        log.exception("inbound_unreadable", inbound_id=inbound.pk)
        crisis = None
    if crisis is None:
        return FAULT, []
    return need.reason(crisis), [_plain(inbound)]


def _before(waiting: Waiting) -> Sequence[Enrolment]:
    """Of a number that has left, the campaign it was in last, whose words it knows."""
    ended = Enrolment.objects.filter(
        participant__recipient_id=waiting.inbound.recipient_id, status__in=Enrolment.ENDED
    ).exclude(status=Enrolment.Status.ERASED)
    return list(
        ended.select_related("participant", "version__campaign", "campaign").order_by("-pk")[:1]
    )


def _hold(enrolment: Enrolment, now: datetime) -> None:
    until = now + need.HELD
    if enrolment.rest_until is None or enrolment.rest_until < until:
        enrolment.rest_until = until
        enrolment.save(update_fields=["rest_until"])
    withhold(enrolment=enrolment, reason="crisis", now=now)


def _reply(
    waiting: Waiting, enrolments: Sequence[Enrolment], crisis: Crisis, now: datetime
) -> list[Reply]:
    """The campaign's own words of that kind, its usual ones, or the sender's."""
    inbound, kind = waiting.inbound, Message.Kind.CRISIS
    for enrolment in reversed(enrolments):
        content = compiled(enrolment.version)
        key = need.text_key(content, crisis)
        if key is not None:
            return [
                reply(
                    inbound=inbound,
                    enrolment=enrolment,
                    content=content,
                    line=Say(key),
                    place=0,
                    now=now,
                    kind=kind,
                )
            ]
    return [_plain(inbound)]


def _plain(inbound: InboundMessage) -> Reply:
    text = inbound.sender.crisis_text or inbound.sender.help_text
    return plain_reply(inbound=inbound, text=text, kind=Message.Kind.CRISIS)
