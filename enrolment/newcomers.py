"""Texts of numbers that are in no campaign: words to join, what may still be asked by whoever has
left, and strangers."""

from datetime import datetime, timedelta

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.content import Content
from campaigns.models import Campaign, CampaignVersion
from campaigns.rules import KeywordAction
from enrolment import after_leaving, conversation, joining, parting, returning, strangers
from enrolment.applying import apply
from enrolment.models.participant import Participant
from enrolment.outcomes import Outcome, outcome, replies_of
from enrolment.saying import Reply, plain_reply
from enrolment.spoken_languages import first_language
from enrolment.talk import End, Response, Say
from messaging.addresses import country_of
from messaging.folding import fold, without_signature
from messaging.models import InboundMessage, Message
from messaging.optout import is_opted_out
from messaging.stopwords import graded

#: A stranger's unknown words are answered with help once in this time.
STRANGER_HELP_EVERY = timedelta(hours=24)


def answer(inbound: InboundMessage, text: str, now: datetime) -> Outcome:
    """The caller holds the number's row lock."""
    asked = after_leaving.answer(inbound=inbound, text=text, now=now)
    if asked is not None:
        return Outcome(inbound, asked.end, asked.reason, replies=asked.replies)
    if is_opted_out(recipient=inbound.recipient):
        known_before = _after_stop(inbound, text, now)
        if known_before is not None:
            return known_before
    if not strangers.may_be_answered(inbound=inbound):
        return Outcome(inbound, End.LOOP, "country_not_answered")
    version = joins(inbound, fold(without_signature(text)))
    if version is not None:
        return join(inbound, version, text, now)
    return _stranger(inbound, text, now)


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
    replies = replies_of(inbound, newest, content, says, Message.Kind.REPLY, now)
    return Outcome(inbound, End.MATCHED, "start", replies=replies)


def joins(inbound: InboundMessage, word: str) -> CampaignVersion | None:
    """The live version on this sender whose join word was texted; where two campaigns have it, the
    older one's, whichever published last."""
    campaigns = Campaign.objects.filter(sender_id=inbound.sender_id)
    live = CampaignVersion.objects.filter(
        campaign__in=campaigns, status=CampaignVersion.Status.PUBLISHED
    )
    for version in live.select_related("campaign").order_by("campaign_id"):
        keyword = compiled(version).keywords.get(word)
        if keyword is not None and keyword.action is KeywordAction.JOIN:
            return version
    return None


@transaction.atomic
def join(
    inbound: InboundMessage,
    version: CampaignVersion,
    text: str,
    now: datetime,
    *,
    exact_text: str = "",
    participant: Participant | None = None,
    is_newcomer: bool = False,
) -> Outcome:
    """`text`: the word to join. The caller holds the number's row lock."""
    content = compiled(version)
    enrolment = joining.join(
        version=version,
        recipient=inbound.recipient,
        language=_language_of(content, inbound, text),
        channel="sms",
        exact_text=exact_text or text,
        now=now,
        participant=participant,
        is_newcomer=is_newcomer,
    )
    says, changes = conversation.opening(content)
    response = Response(End.MATCHED, "join", says=says, changes=changes)
    apply(enrolment=enrolment, content=content, inbound=inbound, response=response, now=now)
    return outcome(inbound, enrolment, content, response, now)


def _language_of(content: Content, inbound: InboundMessage, text: str) -> str:
    """As the join word and the number tell it."""
    return first_language(
        content.languages,
        content.default_language,
        word=content.keywords[fold(without_signature(text))].languages,
        country=country_of(inbound.recipient.number or ""),
    )


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
