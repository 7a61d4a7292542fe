"""Inbound texts answered: each row once, each to an end.

The transport has stored the text and obeyed STOP before anything here runs. A row that can't be
answered because of a fault goes to a person, never away.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from campaigns.compiling import content_of
from campaigns.content import Content
from campaigns.models import Campaign, CampaignVersion
from campaigns.rules import KeywordAction
from enrolment import conversation, joining, leaving, listening
from enrolment.applying import apply
from enrolment.models.enrolment import Enrolment
from enrolment.saying import say, say_plainly
from enrolment.spoken_words import knows_word
from enrolment.talk import End, Response, Say
from enrolment.talking import talk_of
from messaging import inbox
from messaging.models import InboundMessage, Message, Recipient
from messaging.stopwords import fold, graded

log = structlog.get_logger(__name__)

#: A stranger's unknown words are answered with help once in this time.
STRANGER_HELP_EVERY = timedelta(hours=24)


def answer_pending(*, now: datetime, limit: int = 200) -> int:
    """Answers what waits, oldest first; how many rows came to an end."""
    waiting = InboundMessage.objects.filter(end=InboundMessage.End.PENDING).order_by("id")
    ended = 0
    for inbound_id in waiting.values_list("pk", flat=True)[:limit]:
        try:
            ended += answer(inbound_id=inbound_id, now=now)
        except Exception:
            # A fault here must not silence a person: the row goes to the counsellors' inbox.
            log.exception("inbound_failed", inbound_id=inbound_id)
            with transaction.atomic():
                inbound = InboundMessage.objects.select_for_update().get(pk=inbound_id)
                ended += inbox.end(inbound=inbound, end=End.INBOX, reason="fault", now=now)
    return ended


@transaction.atomic
def answer(*, inbound_id: int, now: datetime) -> bool:
    """False when another worker had answered it before."""
    recipient_id = InboundMessage.objects.values_list("recipient_id", flat=True).get(pk=inbound_id)
    recipient = Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    enrolments = list(
        Enrolment.objects.select_for_update(of=("self",))
        .filter(participant__recipient=recipient, status__in=Enrolment.OPEN)
        .select_related("participant", "campaign", "version")
        .order_by("pk")
    )
    inbound = InboundMessage.objects.select_for_update(of=("self",)).get(pk=inbound_id)
    if inbound.end != InboundMessage.End.PENDING:
        return False
    end, reason = _answer(inbound, recipient, enrolments, now)
    return inbox.end(inbound=inbound, end=end, reason=reason, now=now)


def _answer(
    inbound: InboundMessage, recipient: Recipient, enrolments: list[Enrolment], now: datetime
) -> tuple[str, str]:
    text = inbound.body or ""
    if inbound.opted_out or graded(text) == "stop":
        return _stop(inbound, enrolments, now)
    if inbound.provider_answered and graded(text) == "help":
        return End.ANSWERED, "help_by_provider"
    if enrolments:
        listening.heard(enrolments=enrolments, now=now)
        return _converse(inbound, enrolments, text, now)
    version = _joins(inbound, fold(text))
    if version is not None:
        return _join(inbound, recipient, version, text, now)
    return _stranger(inbound, recipient, text, now)


def _stop(inbound: InboundMessage, enrolments: list[Enrolment], now: datetime) -> tuple[str, str]:
    """Every enrolment of the number ends; one confirmation, and only to the STOP that did it. A
    provider that has confirmed it itself would refuse another."""
    if inbound.opted_out and not inbound.provider_answered:
        if enrolments:
            newest = enrolments[-1]
            say(
                inbound=inbound,
                enrolment=newest,
                content=content_of(newest.version_id),
                line=Say("system.stopped"),
                place=0,
                now=now,
                kind=Message.Kind.STOP_CONFIRMATION,
            )
        else:
            say_plainly(
                inbound=inbound,
                text=inbound.sender.stop_text,
                now=now,
                kind=Message.Kind.STOP_CONFIRMATION,
            )
    for enrolment in enrolments:
        leaving.withdraw(enrolment=enrolment, source="sms", reason="stop", now=now)
    return End.ANSWERED, "stop"


def _converse(
    inbound: InboundMessage, enrolments: list[Enrolment], text: str, now: datetime
) -> tuple[str, str]:
    """The enrolment whose question is open hears it first, else the newest that knows the word."""
    enrolment = _listener(enrolments, text)
    content = content_of(enrolment.version_id)
    response = conversation.respond(content, talk_of(enrolment, content), text, now)
    apply(enrolment=enrolment, content=content, inbound=inbound, response=response, now=now)
    kind = Message.Kind.HELP if response.reason == "help" else Message.Kind.REPLY
    for place, line in enumerate(response.says):
        say(
            inbound=inbound,
            enrolment=enrolment,
            content=content,
            line=line,
            place=place,
            now=now,
            kind=kind,
        )
    return response.end, response.reason


def _listener(enrolments: list[Enrolment], text: str) -> Enrolment:
    newest_first = enrolments[::-1]
    for enrolment in newest_first:
        if enrolment.question:
            return enrolment
    for enrolment in newest_first:
        if knows_word(content_of(enrolment.version_id), text):
            return enrolment
    return newest_first[0]


def _joins(inbound: InboundMessage, word: str) -> CampaignVersion | None:
    """The live version on this sender whose join word was texted."""
    campaigns = Campaign.objects.filter(sender_id=inbound.sender_id)
    live = CampaignVersion.objects.filter(
        campaign__in=campaigns, status=CampaignVersion.Status.PUBLISHED
    )
    for version in live.select_related("campaign").order_by("pk"):
        keyword = content_of(version.pk).keywords.get(word)
        if keyword is not None and keyword.action is KeywordAction.JOIN:
            return version
    return None


def _join(
    inbound: InboundMessage,
    recipient: Recipient,
    version: CampaignVersion,
    text: str,
    now: datetime,
) -> tuple[str, str]:
    content = content_of(version.pk)
    enrolment = joining.join(
        version=version,
        recipient=recipient,
        language=_language_of(content, fold(text), version),
        channel="sms",
        exact_text=text,
        now=now,
    )
    says, changes = conversation.opening(content)
    response = Response(End.MATCHED, "join", says=says, changes=changes)
    apply(enrolment=enrolment, content=content, inbound=inbound, response=response, now=now)
    for place, line in enumerate(says):
        say(
            inbound=inbound,
            enrolment=enrolment,
            content=content,
            line=line,
            place=place,
            now=now,
            kind=Message.Kind.REPLY,
        )
    return response.end, response.reason


def _language_of(content: Content, word: str, version: CampaignVersion) -> str:
    """The language whose join word was used, when it is one language's own word."""
    languages = set(
        version.keywords.filter(folded=word, language__in=content.languages).values_list(
            "language", flat=True
        )
    )
    return languages.pop() if len(languages) == 1 else content.default_language


def _stranger(
    inbound: InboundMessage, recipient: Recipient, text: str, now: datetime
) -> tuple[str, str]:
    """HELP is always answered; other words once in a while, and then a person reads them."""
    if graded(text) == "help":
        say_plainly(inbound=inbound, text=inbound.sender.help_text, now=now, kind=Message.Kind.HELP)
        return End.ANSWERED, "help"
    lately = Message.objects.filter(
        recipient=recipient,
        cause_kind=Message.CauseKind.INBOUND,
        created_at__gt=now - STRANGER_HELP_EVERY,
    ).exclude(kind=Message.Kind.STOP_CONFIRMATION)
    if not lately.exists():
        say_plainly(
            inbound=inbound, text=inbound.sender.help_text, now=now, kind=Message.Kind.REPLY
        )
    return End.INBOX, "unknown_word"
