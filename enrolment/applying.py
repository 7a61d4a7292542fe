"""A Response written to rows: the answer, and each change."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from campaigns.content import Content
from campaigns.rules import QUIT_DATE_ANCHOR, SLIP_ANCHOR
from campaigns.schedule import Span
from enrolment import (
    anchors,
    attempts,
    cases,
    consents,
    erasing,
    inviting,
    joining,
    leaving,
    measuring,
    pausing,
    remembering,
    renumbering,
    rezoning,
    turning_away,
    web_links,
)
from enrolment.models.answer import Answer
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from enrolment.reading import OWN_WORDS
from enrolment.reminding import first_look
from enrolment.talk import (
    Activate,
    Ask,
    AskErase,
    AskNewNumber,
    Change,
    CloseQuestion,
    CountSlip,
    CountTry,
    Decline,
    EnterStage,
    Erase,
    GiveConsent,
    Heard,
    MarkIneligible,
    NoteHelp,
    OpenWeb,
    Pause,
    RaiseFlag,
    RecordReading,
    Response,
    Rest,
    Resume,
    SetAttribute,
    SetHours,
    SetProfile,
    SetQuitDate,
    StartAttempt,
)
from messaging.models import InboundMessage

_SOURCE = remembering.SOURCE


@transaction.atomic
def apply(
    *,
    enrolment: Enrolment,
    content: Content,
    inbound: InboundMessage,
    response: Response,
    now: datetime,
) -> dict[str, str]:
    """What is made on the way and kept nowhere, a link or a code, as values for the reply's
    placeholders. The caller holds the row locks of the recipient and of all her open enrolments."""
    made: dict[str, str] = {}
    answer = None
    if response.heard is not None:
        answer = _record_answer(enrolment, content, inbound, response.heard, now)
    for change in response.changes:
        if isinstance(change, GiveConsent):
            said = inbound.body or ""
            _record_consent(enrolment, change, Consent.Channel.SMS, said, now)
        elif isinstance(change, OpenWeb | AskErase | Erase | AskNewNumber):
            made |= _serve(change, enrolment, inbound, now)
        elif isinstance(change, RaiseFlag):
            cases.open_flagged(
                enrolment=enrolment,
                reason=change.reason,
                detail=change.detail,
                haste=change.haste,
                inbound=inbound,
                now=now,
            )
        elif isinstance(change, RecordReading):
            measuring.record(
                enrolment=enrolment, told=change, measured_at=now, answer=answer, inbound=inbound
            )
        else:
            _make(change, enrolment, content, _SOURCE, now)
    return made


@transaction.atomic
def make(
    *,
    changes: Iterable[Change],
    enrolment: Enrolment,
    content: Content,
    source: str,
    now: datetime,
) -> None:
    """Changes that no text brought. The caller holds the same locks."""
    for change in changes:
        if isinstance(change, GiveConsent):
            _record_consent(enrolment, change, source, change.said, now)
        else:
            _make(change, enrolment, content, source, now)


def _serve(
    change: OpenWeb | AskErase | Erase | AskNewNumber,
    enrolment: Enrolment,
    inbound: InboundMessage,
    now: datetime,
) -> dict[str, str]:
    participant = enrolment.participant
    match change:
        case OpenWeb():
            return {"web_link": web_links.make(participant=participant, inbound=inbound, now=now)}
        case AskErase():
            return {"erase_code": erasing.ask(participant=participant, now=now)}
        case AskNewNumber(said):
            number = renumbering.read_number(enrolment=enrolment, said=said)
            asked = renumbering.ask(enrolment=enrolment, number=number, source="sms", now=now)
            return {"code": asked.code}
        case Erase(code):
            assert erasing.fits(participant=participant, code=code, now=now), "see permitting"
            erasing.erase(
                participant=participant, source="sms", cause_key=f"{inbound.pk}:0", now=now
            )
    return {}


def _record_consent(
    enrolment: Enrolment, change: GiveConsent, channel: str, said: str, now: datetime
) -> None:
    consents.record(
        enrolment=enrolment,
        scope=change.scope,
        is_given=change.is_given,
        channel=channel,
        exact_text=said,
        wording_key=change.wording_key,
        now=now,
    )
    if change.scope == Consent.Scope.SERVICE:
        inviting.take_name(enrolment=enrolment, is_given=change.is_given)


def _record_answer(
    enrolment: Enrolment,
    content: Content,
    inbound: InboundMessage,
    heard: Heard,
    now: datetime,
) -> Answer:
    private = content.questions[heard.question].kind in OWN_WORDS
    assert enrolment.asked_at is not None, "an answer needs an open question"
    return Answer.objects.create(
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


def _make(
    change: Change, enrolment: Enrolment, content: Content, source: str, now: datetime
) -> None:
    match change:
        case SetAttribute() | SetHours() | SetProfile():
            _remember(change, enrolment, content, source, now)
        case Ask() | CloseQuestion() | CountTry() | NoteHelp() | Rest():
            _note(change, enrolment, content, now)
        case SetQuitDate() | StartAttempt() | EnterStage() | CountSlip():
            _turn(change, enrolment, content, source, now)
        case Pause(until):
            pausing.pause(enrolment=enrolment, until=until, reason="asked", now=now)
        case Resume():
            pausing.resume(enrolment=enrolment, now=now)
        case Activate():
            joining.activate(enrolment=enrolment, now=now)
        case Decline():
            leaving.withdraw(enrolment=enrolment, source="sms", reason="declined", now=now)
        case MarkIneligible(turning_away.REASON):
            turning_away.turn_away(enrolment=enrolment, now=now)
        case MarkIneligible(reason):
            joining.mark_ineligible(enrolment=enrolment, reason=reason, now=now)
        case RaiseFlag(reason, detail, haste):
            cases.open_flagged(
                enrolment=enrolment, reason=reason, detail=detail, haste=haste, now=now
            )
        case RecordReading():
            """Written with its text."""
        case _:
            raise TypeError(f"{type(change).__name__} needs the text that brought it")


def _remember(
    change: SetAttribute | SetHours | SetProfile,
    enrolment: Enrolment,
    content: Content,
    source: str,
    now: datetime,
) -> None:
    match change:
        case SetAttribute(name, value):
            told = {"name": name, "value": value, "source": source}
            remembering.set_attribute(enrolment=enrolment, content=content, now=now, **told)
        case SetHours(start, end):
            rezoning.set_hours(enrolment=enrolment, hours=Span(start, end), now=now)
        case SetProfile(profile):
            remembering.set_profile(enrolment=enrolment, profile=profile, now=now)


def _turn(
    change: SetQuitDate | StartAttempt | EnterStage | CountSlip,
    enrolment: Enrolment,
    content: Content,
    source: str,
    now: datetime,
) -> None:
    """What the journey counts from."""
    match change:
        case SetQuitDate(day):
            anchors.leave_paths(enrolment=enrolment, content=content, now=now)
            anchors.set_day(
                enrolment=enrolment, kind=QUIT_DATE_ANCHOR, day=day, source=source, now=now
            )
        case StartAttempt(day):
            attempts.start(enrolment=enrolment, day=day, source=source, now=now)
        case EnterStage(stage):
            anchors.enter_stage(
                enrolment=enrolment, stage=stage, content=content, source=source, now=now
            )
        case CountSlip(starts_path):
            enrolment.slips += 1
            enrolment.save(update_fields=["slips"])
            if starts_path:
                anchors.add_event(enrolment=enrolment, kind=SLIP_ANCHOR, source=source, now=now)


def _note(
    change: Ask | CloseQuestion | CountTry | NoteHelp | Rest,
    enrolment: Enrolment,
    content: Content,
    now: datetime,
) -> None:
    """Where the conversation stands."""
    match change:
        case Ask(question):
            _open_question(enrolment, question, now)
            _look_for_reminder(enrolment, first_look(content, question, now))
        case CloseQuestion():
            _open_question(enrolment, "", None)
        case CountTry():
            enrolment.tries += 1
            enrolment.save(update_fields=["tries"])
        case NoteHelp():
            enrolment.helped_at = now
            enrolment.save(update_fields=["helped_at"])
        case Rest(until):
            enrolment.rest_until = until
            enrolment.save(update_fields=["rest_until"])


def _open_question(enrolment: Enrolment, question: str, asked_at: datetime | None) -> None:
    enrolment.question = question
    enrolment.asked_at = asked_at
    enrolment.tries = 0
    enrolment.save(update_fields=["question", "asked_at", "tries"])


def _look_for_reminder(enrolment: Enrolment, at: datetime | None) -> None:
    if at is None or enrolment.status != Enrolment.Status.ACTIVE:
        return
    enrolment.next_due_at = min(enrolment.next_due_at or at, at)
    enrolment.save(update_fields=["next_due_at"])
