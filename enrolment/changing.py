"""What a person changes on her own page: by the verbs her texts use, and with an audit row each."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.content import Content
from enrolment import applying, erasing, leaving, renumbering, saying
from enrolment.holding import Held, hold
from enrolment.models.enrolment import Enrolment
from enrolment.models.participant import Participant
from enrolment.models.web_visit import WebVisit
from enrolment.talk import Change, Say, Talk
from enrolment.talking import talk_of
from messaging.models import Message
from trust import audit

SOURCE = "web"
#: After the link itself, which was the first answer to the text that asked for it.
_LEAVE_PLACE, _ERASE_PLACE = 1, 2

Decide = Callable[[Content, Talk], Sequence[Change]]


@transaction.atomic
def change(
    *,
    participant: Participant,
    enrolment_id: int,
    what: str,
    decide: Decide,
    now: datetime,
    after_leaving: bool = False,
) -> bool:
    """What `decide` makes of the state as it is under the locks; False when that enrolment is not
    hers, or has ended. `after_leaving`: of one that was left, too."""
    held = hold(participant.pk)
    enrolment = _open_one(held, enrolment_id)
    if enrolment is None and after_leaving:
        enrolment = _left_one(held, enrolment_id)
    if enrolment is None:
        return False
    content = compiled(enrolment.version)
    changes = decide(content, talk_of(enrolment, content))
    applying.make(changes=changes, enrolment=enrolment, content=content, source=SOURCE, now=now)
    _record(enrolment, what)
    return True


@transaction.atomic
def ask_number(*, participant: Participant, enrolment_id: int, number: str, now: datetime) -> bool:
    """False when it was asked too often today. A number that is known to us, has opted out or is
    her own makes no difference to the answer."""
    held = hold(participant.pk)
    enrolment = _open_one(held, enrolment_id)
    if enrolment is None or renumbering.are_too_many(participant=participant, now=now):
        return False
    renumbering.ask(enrolment=enrolment, number=number, source=SOURCE, now=now)
    _record(enrolment, "number")
    return True


@transaction.atomic
def leave(*, visit: WebVisit, now: datetime) -> bool:
    """As STOP: the whole number, all its campaigns, one confirmation. Where others live behind the
    number too, only what is hers. False when there was nothing to leave."""
    held = hold(visit.participant_id)
    if not held.open_ones:
        return False
    newest = held.open_ones[-1]
    if not _has_others(held):
        leaving.opt_out(recipient=held.participant.recipient, source=SOURCE, now=now)
    leaving.withdraw_all(enrolments=held.open_ones, source=SOURCE, reason="stop", now=now)
    confirmation = saying.reply(
        inbound=visit.link.inbound,
        enrolment=newest,
        content=compiled(newest.version),
        line=Say("system.stopped"),
        place=_LEAVE_PLACE,
        now=now,
        kind=Message.Kind.STOP_CONFIRMATION,
    )
    saying.queue(replies=[confirmation], now=now)
    _record(newest, "leave")
    return True


@transaction.atomic
def erase(*, visit: WebVisit, now: datetime) -> None:
    """The visit ends with it."""
    held = hold(visit.participant_id)
    if held.participant.recipient.number is None:
        # The button was pressed twice, and the first press has done it.
        return
    cause_key = f"{visit.link.inbound_id}:{_ERASE_PLACE}"
    erasing.erase(participant=held.participant, source=SOURCE, cause_key=cause_key, now=now)


def _has_others(held: Held) -> bool:
    theirs = Enrolment.objects.filter(
        participant__recipient=held.participant.recipient, status__in=Enrolment.OPEN
    )
    return theirs.exclude(participant=held.participant).exists()


def _open_one(held: Held, enrolment_id: int) -> Enrolment | None:
    return next((row for row in held.open_ones if row.pk == enrolment_id), None)


def _left_one(held: Held, enrolment_id: int) -> Enrolment | None:
    left = Enrolment.objects.select_for_update(of=("self",)).filter(
        pk=enrolment_id, participant=held.participant, status=Enrolment.Status.WITHDRAWN
    )
    return left.select_related("participant", "version__campaign", "campaign").first()


def _record(enrolment: Enrolment, what: str) -> None:
    audit.record(verb="web.change", subject=enrolment, detail={"what": what, "source": SOURCE})


@transaction.atomic
def record_download(*, visit: WebVisit) -> None:
    """Reading is recorded too, when all of it is taken away at once."""
    audit.record(verb="web.download", subject=visit.participant, detail={"source": SOURCE})
