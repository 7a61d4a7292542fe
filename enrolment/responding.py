"""What one text brings about: its end, its replies, and whatever it changes.

What many texts have in common (a reply, a tip, that something was heard, a STOP) is left to be
written for the whole batch; rarer changes are written here, by their verbs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.content import Content
from campaigns.models import Campaign, CampaignVersion
from campaigns.own_questions import STILL
from campaigns.rules import KeywordAction
from enrolment import (
    after_leaving,
    conversation,
    flooding,
    joining,
    leaving,
    listening,
    narrowing,
    parting,
    pausing,
    permitting,
    returning,
    still_there,
    strangers,
)
from enrolment.applying import apply
from enrolment.models.bank_use import BankUse
from enrolment.models.enrolment import Enrolment
from enrolment.saying import Reply, plain_reply, reply
from enrolment.spoken_words import knows_word
from enrolment.talk import End, Response, Say
from enrolment.talking import Known, talk_of
from enrolment.waiting import Waiting
from messaging.folding import fold, without_signature
from messaging.models import InboundMessage, Message
from messaging.optout import is_opted_out
from messaging.stopwords import graded

#: A stranger's unknown words are answered with help once in this time.
STRANGER_HELP_EVERY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is still to be written of one text. `heard` and `left` are enrolments: something was
    heard of them, and they end."""

    inbound: InboundMessage
    end: str
    reason: str
    replies: Sequence[Reply] = field(default=(), repr=False)
    uses: Sequence[BankUse] = ()
    heard: Sequence[Enrolment] = ()
    left: Sequence[Enrolment] = ()


def outcome_of(waiting: Waiting, known: Known, now: datetime) -> Outcome:
    """Leaves no row changed when it raises. `known` is of all the enrolments of `waiting`."""
    inbound = waiting.inbound
    text = inbound.body or ""
    if inbound.opted_out or graded(text) == "stop":
        return _stop(waiting, now)
    if inbound.provider_answered and graded(text) == "help":
        return Outcome(inbound, End.ANSWERED, "help_by_provider")
    unanswered = flooding.dropped(text, waiting.lately)
    if unanswered is not None:
        return Outcome(inbound, unanswered.end, unanswered.reason)
    if waiting.enrolments:
        return _converse(waiting, text, known, now)
    asked = after_leaving.answer(inbound=inbound, text=text, now=now)
    if asked is not None:
        return Outcome(inbound, asked.end, asked.reason, replies=asked.replies)
    if is_opted_out(recipient=inbound.recipient):
        known_before = _after_stop(inbound, text, now)
        if known_before is not None:
            return known_before
    if not strangers.may_be_answered(inbound=inbound):
        return Outcome(inbound, End.LOOP, "country_not_answered")
    version = _joins(inbound, fold(without_signature(text)))
    if version is not None:
        return _join(inbound, version, text, now)
    return _stranger(inbound, text, now)


def _stop(waiting: Waiting, now: datetime) -> Outcome:
    """Every enrolment of the number ends, or the one that is named; one confirmation, and only to
    the STOP that did it. A provider that has confirmed it itself would refuse another."""
    inbound, leaves = waiting.inbound, waiting.enrolments
    one = narrowing.only_one(inbound.body or "", leaves)
    if inbound.opted_out and one is not None and not inbound.provider_answered:
        narrowing.stay_in_the_others(recipient=inbound.recipient, now=now)
        leaves = [one]
    replies: list[Reply] = []
    if inbound.opted_out and not inbound.provider_answered:
        if leaves:
            replies = _confirmation(inbound, leaves[-1], now)
        else:
            text = inbound.sender.stop_text
            kind = Message.Kind.STOP_CONFIRMATION
            replies = [plain_reply(inbound=inbound, text=text, kind=kind)]
    return Outcome(inbound, End.ANSWERED, "stop", replies=replies, left=leaves)


def _confirmation(inbound: InboundMessage, enrolment: Enrolment, now: datetime) -> list[Reply]:
    """It also asks why, which may be answered by a digit."""
    content, says = compiled(enrolment.version), (Say("system.stopped"),)
    return _replies(inbound, enrolment, content, says, Message.Kind.STOP_CONFIRMATION, now)


def _after_stop(inbound: InboundMessage, text: str, now: datetime) -> Outcome | None:
    """Of a number that has opted out and is in nothing: the reason it was asked for, which is never
    answered, or START."""
    told = parting.reason_in(text)
    if told and parting.tell(recipient=inbound.recipient, told=told, now=now):
        return Outcome(inbound, End.ANSWERED, "leaving_reason")
    if returning.is_start(text):
        return _return(inbound, text, now)
    return None


@transaction.atomic
def _return(inbound: InboundMessage, text: str, now: datetime) -> Outcome | None:
    before = returning.left_by_stop(recipient=inbound.recipient, now=now)
    if not before:
        return None
    returning.restore(enrolments=before, exact_text=text, now=now)
    newest = before[-1]
    content, says = compiled(newest.version), [Say("system.welcome_back")]
    if newest.question:
        says.append(Say(f"question.{newest.question}"))
    replies = _replies(inbound, newest, content, says, Message.Kind.REPLY, now)
    return Outcome(inbound, End.MATCHED, "start", replies=replies)


def _converse(waiting: Waiting, text: str, known: Known, now: datetime) -> Outcome:
    """The enrolment that asked last hears it first, else the newest that knows the word."""
    inbound, enrolments = waiting.inbound, waiting.enrolments
    enrolment = _listener(enrolments, text, now)
    content = compiled(enrolment.version)
    if pausing.is_long_gone(enrolment, now) and enrolment.question != STILL:
        response = still_there.ask()
    else:
        response = conversation.respond(content, talk_of(enrolment, content, known), text, now)
        response = permitting.permitted(enrolment=enrolment, response=response, now=now)
    if _changes_little(response, enrolments):
        return _outcome(inbound, enrolment, content, response, now, heard=enrolments)
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
        return _outcome(inbound, enrolment, content, response, now, made=made)


def _changes_little(response: Response, enrolments: Sequence[Enrolment]) -> bool:
    """Whether nothing has to be written before the replies are put into words."""
    if response.changes or response.heard is not None:
        return False
    return all(enrolment.pause_reason != pausing.UNREACHABLE for enrolment in enrolments)


def _outcome(
    inbound: InboundMessage,
    enrolment: Enrolment,
    content: Content,
    response: Response,
    now: datetime,
    heard: Sequence[Enrolment] = (),
    made: Mapping[str, str] | None = None,
) -> Outcome:
    kind = Message.Kind.HELP if response.reason == "help" else Message.Kind.REPLY
    return Outcome(
        inbound,
        response.end,
        response.reason,
        replies=_replies(inbound, enrolment, content, response.says, kind, now, made or {}),
        uses=[
            BankUse(
                enrolment=enrolment,
                inbound=inbound,
                bank_key=line.bank,
                text_key=line.text_key,
                used_at=now,
            )
            for line in response.says
            if line.bank
        ],
        heard=heard,
    )


def _replies(
    inbound: InboundMessage,
    enrolment: Enrolment,
    content: Content,
    says: Sequence[Say],
    kind: str,
    now: datetime,
    made: Mapping[str, str] | None = None,
) -> list[Reply]:
    return [
        reply(
            inbound=inbound,
            enrolment=enrolment,
            content=content,
            line=line,
            place=place,
            now=now,
            kind=kind,
            made=made or {},
        )
        for place, line in enumerate(says)
    ]


def _listener(enrolments: Sequence[Enrolment], text: str, now: datetime) -> Enrolment:
    """One question of a number is listened to at a time, the one asked last; another campaign's,
    asked before it, waits until that is answered or has expired."""
    newest_first = enrolments[::-1]
    asking = [enrolment for enrolment in newest_first if _asks(enrolment, now)]
    if asking:
        return max(asking, key=lambda enrolment: enrolment.asked_at or now)
    for enrolment in newest_first:
        if knows_word(compiled(enrolment.version), text):
            return enrolment
    return newest_first[0]


def _asks(enrolment: Enrolment, now: datetime) -> bool:
    if not enrolment.question:
        return False
    return conversation.is_open(
        compiled(enrolment.version),
        enrolment.question,
        enrolment.asked_at,
        now,
        joining=enrolment.status == Enrolment.Status.INVITED,
    )


def _joins(inbound: InboundMessage, word: str) -> CampaignVersion | None:
    """The live version on this sender whose join word was texted."""
    campaigns = Campaign.objects.filter(sender_id=inbound.sender_id)
    live = CampaignVersion.objects.filter(
        campaign__in=campaigns, status=CampaignVersion.Status.PUBLISHED
    )
    for version in live.select_related("campaign").order_by("pk"):
        keyword = compiled(version).keywords.get(word)
        if keyword is not None and keyword.action is KeywordAction.JOIN:
            return version
    return None


@transaction.atomic
def _join(inbound: InboundMessage, version: CampaignVersion, text: str, now: datetime) -> Outcome:
    content = compiled(version)
    enrolment = joining.join(
        version=version,
        recipient=inbound.recipient,
        language=_language_of(content, fold(without_signature(text)), version),
        channel="sms",
        exact_text=text,
        now=now,
    )
    says, changes = conversation.opening(content)
    response = Response(End.MATCHED, "join", says=says, changes=changes)
    apply(enrolment=enrolment, content=content, inbound=inbound, response=response, now=now)
    return _outcome(inbound, enrolment, content, response, now)


def _language_of(content: Content, word: str, version: CampaignVersion) -> str:
    """The language whose join word was used, when it is one language's own word."""
    languages = set(
        version.keywords.filter(folded=word, language__in=content.languages).values_list(
            "language", flat=True
        )
    )
    return languages.pop() if len(languages) == 1 else content.default_language


def _stranger(inbound: InboundMessage, text: str, now: datetime) -> Outcome:
    """HELP is always answered; other words once in a while, and then a person reads them."""
    help_text = inbound.sender.help_text
    if graded(text) == "help":
        if strangers.are_too_many(sender=inbound.sender, now=now):
            return Outcome(inbound, End.INBOX, "too_many_strangers")
        helped = plain_reply(inbound=inbound, text=help_text, kind=Message.Kind.HELP)
        return Outcome(inbound, End.ANSWERED, "help", replies=[helped])
    lately = Message.objects.filter(
        recipient_id=inbound.recipient_id,
        cause_kind=Message.CauseKind.INBOUND,
        created_at__gt=now - STRANGER_HELP_EVERY,
    ).exclude(kind=Message.Kind.STOP_CONFIRMATION)
    replies: list[Reply] = []
    if not lately.exists() and not strangers.are_too_many(sender=inbound.sender, now=now):
        replies = [plain_reply(inbound=inbound, text=help_text, kind=Message.Kind.REPLY)]
    return Outcome(inbound, End.INBOX, "unknown_word", replies=replies)
