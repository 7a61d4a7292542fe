"""What one text brings about: its end, its replies, and whatever it changes.

What many texts have in common (a reply, a tip, that something was heard, a STOP) is left to be
written for the whole batch; rarer changes are written here, by their verbs.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.own_questions import LEAVE, STILL
from enrolment import (
    company,
    conversation,
    families,
    flooding,
    leaving,
    listening,
    narrowing,
    need,
    newcomers,
    pausing,
    permitting,
    rehousing,
    renumbering,
    safety,
    still_there,
    wrong_number,
)
from enrolment.applying import apply
from enrolment.models.enrolment import Enrolment
from enrolment.outcomes import Outcome, outcome, replies_of
from enrolment.own_texts import own_text
from enrolment.saying import Reply, plain_reply
from enrolment.spoken_words import knows_word
from enrolment.talk import End, Response, Say
from enrolment.talking import Known, talk_of
from enrolment.waiting import Waiting
from messaging import coming_back
from messaging.crisis import Crisis, crisis_in
from messaging.models import InboundMessage, Message
from messaging.stopwords import graded, is_wrong_number


def outcome_of(waiting: Waiting, known: Known, now: datetime) -> Outcome:
    """Leaves no row changed when it raises. `known` is of all the enrolments of `waiting`."""
    crisis = crisis_in(waiting.inbound.body or "")
    if crisis is not None:
        return _in_need(waiting, crisis, now)
    return _usual(waiting, known, now)


def _in_need(waiting: Waiting, crisis: Crisis, now: datetime) -> Outcome:
    """A STOP in it is obeyed as every STOP; its confirmation comes after the reply, and asks not
    why."""
    inbound = waiting.inbound
    replies, listener = safety.respond(waiting=waiting, crisis=crisis, now=now)
    left: Sequence[Enrolment] = ()
    if _is_stop(inbound):
        stopped = _stop(waiting, now)
        left = stopped.left
        kind = Message.Kind.STOP_CONFIRMATION
        plain = plain_reply(inbound=inbound, text=inbound.sender.stop_text, kind=kind)
        replies += [replace(plain, place=1) for _ in stopped.replies]
    return Outcome(
        inbound,
        End.INBOX,
        need.reason(crisis),
        replies=replies,
        heard=() if left else waiting.enrolments,
        left=left,
        listener=listener,
    )


def _usual(waiting: Waiting, known: Known, now: datetime) -> Outcome:
    inbound = waiting.inbound
    text = inbound.body or ""
    if _is_stop(inbound):
        return _wrong_number(waiting, now) if is_wrong_number(text) else _stop(waiting, now)
    if inbound.provider_answered and graded(text) == "help":
        return Outcome(inbound, End.ANSWERED, "help_by_provider")
    unanswered = flooding.dropped(text, waiting.lately)
    if unanswered is not None:
        listener = waiting.enrolments[-1] if waiting.enrolments else None
        return Outcome(inbound, unanswered.end, unanswered.reason, listener=listener)
    if waiting.is_wanted:
        moved = _moved(inbound, now)
        if moved is not None:
            return moved
    if waiting.enrolments:
        return _converse(waiting, text, known, now)
    return newcomers.answer(inbound, text, now)


def _is_stop(inbound: InboundMessage) -> bool:
    """As it was judged at the door. One that opted out, too, where the version before stored it."""
    return inbound.is_stop or inbound.opted_out


def _stop(waiting: Waiting, now: datetime) -> Outcome:
    """Every enrolment of the number ends, or the one that is named; one confirmation, and only to
    the STOP that did it. A provider that has confirmed it itself would refuse another."""
    inbound, leaves = waiting.inbound, waiting.enrolments
    if not inbound.opted_out or inbound.provider_answered:
        return Outcome(inbound, End.ANSWERED, "stop", left=leaves)
    one = narrowing.only_one(inbound.body or "", leaves)
    if one is not None:
        leaves = [one]
    if leaves:
        replies = _confirmation(inbound, leaves[-1], now)
    else:
        text = inbound.sender.stop_text
        kind = Message.Kind.STOP_CONFIRMATION
        replies = [plain_reply(inbound=inbound, text=text, kind=kind)]
    if one is not None:
        # Last, as what breaks before it leaves the number opted out.
        coming_back.narrow(stop=inbound, now=now)
    return Outcome(inbound, End.ANSWERED, "stop", replies=replies, left=leaves)


@transaction.atomic
def _wrong_number(waiting: Waiting, now: datetime) -> Outcome:
    """As a STOP, and the number's next owner sees nothing of before."""
    inbound = waiting.inbound
    people = company.people(inbound.recipient_id)
    if not people:
        return _stop(waiting, now)
    inbound.recipient = wrong_number.disown(
        recipient=inbound.recipient, enrolments=waiting.enrolments, source="sms", now=now
    )
    replies: list[Reply] = []
    if inbound.opted_out and not inbound.provider_answered:
        text = own_text("wrong_number", people[-1].language)
        kind = Message.Kind.STOP_CONFIRMATION
        replies = [plain_reply(inbound=inbound, text=text, kind=kind)]
    return Outcome(inbound, End.ANSWERED, wrong_number.REASON, replies=replies)


@transaction.atomic
def _moved(inbound: InboundMessage, now: datetime) -> Outcome | None:
    """The text agrees to somebody's texts coming to its number. Raises Busy."""
    change = renumbering.agreed(inbound=inbound, now=now)
    if change is None:
        return None
    language = change.participant.language
    try:
        mine = rehousing.move(change=change, inbound=inbound, now=now)
    except rehousing.Full:
        text = own_text("full", language)
        reply = plain_reply(inbound=inbound, text=text, kind=Message.Kind.REPLY)
        return Outcome(inbound, End.ANSWERED, "full", replies=[reply])
    text = own_text("moved_here", language)
    reply = plain_reply(inbound=inbound, text=text, kind=Message.Kind.REPLY)
    return Outcome(
        inbound,
        End.MATCHED,
        "number_moved",
        replies=[reply],
        heard=mine,
        listener=mine[-1] if mine else None,
    )


def _confirmation(inbound: InboundMessage, enrolment: Enrolment, now: datetime) -> list[Reply]:
    """It also asks why, which may be answered by a digit."""
    content, says = compiled(enrolment.version), (Say("system.stopped"),)
    return replies_of(inbound, enrolment, content, says, Message.Kind.STOP_CONFIRMATION, now)


def _converse(waiting: Waiting, text: str, known: Known, now: datetime) -> Outcome:
    """The enrolment that asked last hears it first, else the newest that knows the word."""
    inbound, enrolments = waiting.inbound, waiting.enrolments
    chosen = families.choose(waiting, text, now)
    if isinstance(chosen, Outcome):
        return chosen
    text = chosen.text
    enrolment = _listener(chosen.enrolments, text, now)
    content = compiled(enrolment.version)
    if pausing.is_long_gone(enrolment, now) and enrolment.question != STILL:
        response = still_there.ask()
    else:
        talk, at = talk_of(enrolment, content, known), _answered_at(inbound, enrolment, now)
        response = conversation.respond(content, talk, text, at)
        response = permitting.permitted(enrolment=enrolment, response=response, now=now)
    if _changes_little(response, enrolments):
        return outcome(inbound, enrolment, content, response, now, heard=enrolments)
    with transaction.atomic():
        listening.heard(enrolments=enrolments, now=now)
        made = apply(
            enrolment=enrolment, content=content, inbound=inbound, response=response, now=now
        )
        if response.reason == "erase":
            # The last text is on its way already, from where nothing else is kept.
            return Outcome(inbound, response.end, response.reason)
        if response.reason == "stop":
            # A word the transport was not sure of, and the person is.
            leaving.opt_out(recipient=inbound.recipient, source="sms", now=now)
            replies = _confirmation(inbound, enrolment, now)
            return Outcome(inbound, response.end, "stop", replies=replies, left=enrolments)
        return outcome(inbound, enrolment, content, response, now, made=made)


def _answered_at(inbound: InboundMessage, enrolment: Enrolment, now: datetime) -> datetime:
    """Whether somebody leaves goes by when she said so, however late it is read."""
    asked_at = enrolment.asked_at
    if enrolment.question != LEAVE or asked_at is None or inbound.received_at < asked_at:
        return now
    return min(inbound.received_at, now)


def _changes_little(response: Response, enrolments: Sequence[Enrolment]) -> bool:
    """Whether nothing has to be written before the replies are put into words."""
    if response.changes or response.heard is not None:
        return False
    return all(enrolment.pause_reason != pausing.UNREACHABLE for enrolment in enrolments)


def _listener(enrolments: Sequence[Enrolment], text: str, now: datetime) -> Enrolment:
    """One question of a number is listened to at a time, the one asked last; another campaign's,
    asked before it, waits until that is answered or has expired."""
    newest_first = enrolments[::-1]
    asking = [enrolment for enrolment in newest_first if families.asks(enrolment, now)]
    if asking:
        return max(asking, key=lambda enrolment: enrolment.asked_at or now)
    for enrolment in newest_first:
        if knows_word(compiled(enrolment.version), text):
            return enrolment
    return newest_first[0]
