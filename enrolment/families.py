"""A text from a number that several people share, or may share soon: whose it is, asked where it
cannot be told; and somebody else who wants to join."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.own_questions import OWN_QUESTIONS
from campaigns.rules import KeywordAction
from enrolment import company, conversation, newcomers, speaking, turns
from enrolment.models.enrolment import Enrolment
from enrolment.models.participant import Participant
from enrolment.models.turn import Turn
from enrolment.outcomes import Outcome
from enrolment.own_texts import own_text
from enrolment.saying import plain_reply
from enrolment.speaking import Speaker
from enrolment.spoken_words import knows_word
from enrolment.talk import End
from enrolment.waiting import Waiting
from messaging.folding import fold, without_signature
from messaging.models import InboundMessage, Message
from messaging.stopwords import START


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whose the text is, by her open enrolments, and what she said."""

    enrolments: Sequence[Enrolment]
    text: str


def choose(waiting: Waiting, text: str, now: datetime) -> Chosen | Outcome:
    """The caller holds the row locks of the number and of its open enrolments, of which there is
    at least one. Leaves no row changed when it raises."""
    turn = Turn.objects.filter(pk=waiting.turn).first() if waiting.turn is not None else None
    if turn is not None and turns.is_asking(turn, now) and not _overtaken(turn, waiting, now):
        with transaction.atomic():
            answered = _answered(waiting, turn, text, now)
            if answered is not None:
                return answered
            turns.close(turn)
    asked = _who_joins(waiting, text, now)
    if asked is not None:
        return asked
    people = _people(waiting.enrolments)
    if len(people) < 2:
        return Chosen(waiting.enrolments, text)
    speakers = [_speaker(found, text, now) for found in people.values()]
    meant = speaking.whose(speakers, text, remembered=turns.remembered(turn, now))
    if meant.participant_id is None:
        return _ask(waiting, Turn.Kind.WHOSE, [row.participant_id for row in speakers], now)
    turns.remember(
        recipient_id=waiting.inbound.recipient_id, participant_id=meant.participant_id, now=now
    )
    return Chosen(people[meant.participant_id], meant.text)


def _answered(waiting: Waiting, turn: Turn, text: str, now: datetime) -> Chosen | Outcome | None:
    """None where the text is no answer to what was asked."""
    names = turns.names(turn.options, _language(waiting))
    place = speaking.chosen(names, text)
    if place is None or turn.inbound is None:
        return None
    chosen, original, kind = turn.options[place], turn.inbound, turn.kind
    turns.close(turn)
    if kind == Turn.Kind.JOINS:
        return _joined(waiting, original, chosen, text, now)
    enrolments = _people(waiting.enrolments).get(chosen)
    if enrolments is None:
        return None
    return _theirs(waiting, original, chosen, enrolments, now)


def _theirs(
    waiting: Waiting,
    original: InboundMessage,
    participant_id: int,
    enrolments: Sequence[Enrolment],
    now: datetime,
) -> Chosen:
    turns.note(inbound=original, participant_id=participant_id)
    turns.remember(
        recipient_id=waiting.inbound.recipient_id, participant_id=participant_id, now=now
    )
    return Chosen(enrolments, original.body or "")


def _joined(
    waiting: Waiting, original: InboundMessage, chosen: int, text: str, now: datetime
) -> Chosen | Outcome | None:
    said = original.body or ""
    version = newcomers.joins(waiting.inbound, fold(without_signature(said)))
    if version is None:
        return None
    people = _people(waiting.enrolments)
    if any(row.campaign_id == version.campaign_id for row in people.get(chosen, ())):
        return _theirs(waiting, original, chosen, people[chosen], now)
    behind = Participant.objects.filter(recipient_id=waiting.inbound.recipient_id)
    participant = behind.filter(pk=chosen).first()
    if participant is None and chosen != turns.SOMEBODY_ELSE:
        return None
    joined = newcomers.join(
        waiting.inbound,
        version,
        said,
        now,
        exact_text=f"{said} / {text}",
        participant=participant,
        is_newcomer=participant is None,
    )
    assert joined.listener is not None, "whoever joins hears it"
    turns.note(inbound=original, participant_id=joined.listener.participant_id)
    return joined


def _who_joins(waiting: Waiting, text: str, now: datetime) -> Outcome | None:
    """A word to join, from a number that is in something already: asked, for it may be somebody
    else's. Not while an answer is waited for."""
    word = fold(without_signature(text))
    if word in START or not _may_join(waiting.enrolments, word, now):
        return None
    version = newcomers.joins(waiting.inbound, word)
    if version is None:
        return None
    if any(_is_busy(row, version.campaign_id) for row in waiting.enrolments):
        return None
    # Whoever has left may come back as who she is.
    people = [row.pk for row in company.people(waiting.inbound.recipient_id)]
    if len(people) >= company.MOST:
        return _said(waiting, "full", own_text("full", _language(waiting)))
    return _ask(waiting, Turn.Kind.JOINS, [*people, turns.SOMEBODY_ELSE], now)


def _may_join(enrolments: Sequence[Enrolment], word: str, now: datetime) -> bool:
    """Whether it is worth while to ask the database: nearly every text is a word of the person's
    own campaign, or an answer."""
    known = [compiled(row.version).keywords.get(word) for row in enrolments]
    if any(known):
        return all(rule is None or rule.action is KeywordAction.JOIN for rule in known)
    return not any(asks(row, now) for row in enrolments)


def _is_busy(enrolment: Enrolment, campaign_id: int) -> bool:
    if enrolment.question in OWN_QUESTIONS:
        return True
    is_joining = enrolment.status == Enrolment.Status.INVITED
    return is_joining and enrolment.campaign_id == campaign_id


def _ask(waiting: Waiting, kind: Turn.Kind, options: Sequence[int], now: datetime) -> Outcome:
    language = _language(waiting)
    names = speaking.listed(turns.names(options, language))
    with transaction.atomic():
        turns.ask(kind=kind, inbound=waiting.inbound, options=options, now=now)
    return _said(waiting, kind.value, own_text(kind.value, language, people=names))


def _said(waiting: Waiting, reason: str, text: str) -> Outcome:
    reply = plain_reply(inbound=waiting.inbound, text=text, kind=Message.Kind.REPLY)
    return Outcome(waiting.inbound, End.ANSWERED, reason, replies=[reply], heard=waiting.enrolments)


def _overtaken(turn: Turn, waiting: Waiting, now: datetime) -> bool:
    """Of two open questions the one asked last is answered."""
    asked = [row.asked_at for row in waiting.enrolments if row.asked_at and asks(row, now)]
    return turn.asked_at is not None and any(at > turn.asked_at for at in asked)


def asks(enrolment: Enrolment, now: datetime) -> bool:
    """Whether a text would be the answer to its question."""
    if not enrolment.question:
        return False
    return conversation.is_open(
        compiled(enrolment.version),
        enrolment.question,
        enrolment.asked_at,
        now,
        joining=enrolment.status == Enrolment.Status.INVITED,
    )


def _people(enrolments: Sequence[Enrolment]) -> dict[int, list[Enrolment]]:
    """By participant, oldest enrolment first."""
    found: dict[int, list[Enrolment]] = {}
    for row in enrolments:
        found.setdefault(row.participant_id, []).append(row)
    return found


def _speaker(enrolments: Sequence[Enrolment], text: str, now: datetime) -> Speaker:
    participant = enrolments[0].participant
    asked = [row.asked_at for row in enrolments if row.asked_at and asks(row, now)]
    return Speaker(
        participant_id=participant.pk,
        name=participant.first_name or "",
        knows=any(knows_word(compiled(row.version), text) for row in enrolments),
        asked_at=max(asked, default=None),
    )


def _language(waiting: Waiting) -> str:
    return waiting.enrolments[-1].participant.language
