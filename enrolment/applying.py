"""A Response written to rows: the answer, the tips used, and each change."""

from datetime import datetime

from django.db import transaction

from campaigns.rules import (
    QUIT_DATE_ANCHOR,
    SLIP_ANCHOR,
)
from enrolment import anchors, joining
from enrolment.models.answer import Answer
from enrolment.models.bank_use import BankUse
from enrolment.models.enrolment import Enrolment
from enrolment.talk import (
    Activate,
    Ask,
    Change,
    CloseQuestion,
    CountSlip,
    CountTry,
    Heard,
    MarkIneligible,
    NoteHelp,
    Response,
    SetAttribute,
    SetQuitDate,
)
from messaging.models import InboundMessage

#: The only values that are a person's own words; they live sealed on the participant.
_PRIVATE = frozenset({"first_name"})


@transaction.atomic
def apply(
    *, enrolment: Enrolment, inbound: InboundMessage, response: Response, now: datetime
) -> None:
    """The caller holds the recipient's and the enrolment's row locks."""
    if response.heard is not None:
        _record_answer(enrolment, inbound, response.heard, response.changes, now)
    for line in response.says:
        if line.bank:
            BankUse.objects.create(
                enrolment=enrolment,
                inbound=inbound,
                bank_key=line.bank,
                text_key=line.text_key,
                used_at=now,
            )
    for change in response.changes:
        _make(change, enrolment, now)


def _record_answer(
    enrolment: Enrolment,
    inbound: InboundMessage,
    heard: Heard,
    changes: tuple[Change, ...],
    now: datetime,
) -> None:
    private = any(
        isinstance(change, SetAttribute) and change.attribute in _PRIVATE for change in changes
    )
    assert enrolment.asked_at is not None, "an answer needs an open question"
    Answer.objects.create(
        enrolment=enrolment,
        attempt=enrolment.attempt,
        question_key=heard.question,
        wording_version_id=enrolment.version_id,
        inbound=inbound,
        raw=inbound.body,
        value="" if private else heard.value,
        is_valid=heard.valid,
        asked_at=enrolment.asked_at,
        answered_at=now,
    )


def _make(change: Change, enrolment: Enrolment, now: datetime) -> None:
    match change:
        case SetAttribute(attribute, value):
            setattr(enrolment.participant, attribute, value)
            enrolment.participant.save(update_fields=[attribute])
        case SetQuitDate(day):
            anchors.set_day(
                enrolment=enrolment, kind=QUIT_DATE_ANCHOR, day=day, source="participant", now=now
            )
        case Ask(question):
            _open_question(enrolment, question, now)
        case CloseQuestion():
            _open_question(enrolment, "", None)
        case CountTry():
            enrolment.tries += 1
            enrolment.save(update_fields=["tries"])
        case Activate():
            joining.activate(enrolment=enrolment, now=now)
        case MarkIneligible():
            joining.mark_ineligible(enrolment=enrolment, reason="not_using", now=now)
        case CountSlip(starts_path):
            enrolment.slips += 1
            enrolment.save(update_fields=["slips"])
            if starts_path:
                anchors.add_event(
                    enrolment=enrolment, kind=SLIP_ANCHOR, source="participant", now=now
                )
        case NoteHelp():
            enrolment.helped_at = now
            enrolment.save(update_fields=["helped_at"])


def _open_question(enrolment: Enrolment, question: str, asked_at: datetime | None) -> None:
    enrolment.question = question
    enrolment.asked_at = asked_at
    enrolment.tries = 0
    enrolment.save(update_fields=["question", "asked_at", "tries"])
