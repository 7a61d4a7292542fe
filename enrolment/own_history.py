"""What was texted both ways, and what was answered, as a person may read it of herself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.compiling import compiled
from campaigns.content import Content
from enrolment import belonging
from enrolment.models.answer import Answer
from enrolment.models.participant import Participant
from messaging.models import InboundMessage, Message
from trust.redaction import without_links

#: What has left us, whether or not we know that it arrived.
_LEFT = (
    Message.Status.SENDING,
    Message.Status.UNKNOWN,
    Message.Status.ACCEPTED,
    Message.Status.SENT,
    Message.Status.DELIVERED,
    Message.Status.UNDELIVERED,
)


@dataclass(frozen=True, slots=True)
class Texted:
    """`body` is None once its words have been erased."""

    at: datetime
    ours: bool
    body: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """`asked`: the question's words. `said`: the answer's own; `value`: as it was understood. `by`:
    one of Answer.Source; what was told in a call has its value for words."""

    at: datetime
    key: str
    asked: str
    said: str
    value: str
    is_valid: bool
    by: str

    @property
    def meant(self) -> str:
        """The value, where it is not what was said anyway."""
        plain = self.value.replace("_", " ")
        return "" if plain.casefold() == self.said.casefold() else plain


def texts(participant: Participant, *, start: int = 0, count: int | None = None) -> list[Texted]:
    """Newest first. At most `start + count` rows of each sort are read."""
    stop = None if count is None else start + count
    sent = belonging.texts_to(participant).filter(status__in=_LEFT)
    came = belonging.texts_from(participant)
    lines = [
        *(_sent(row) for row in sent.select_related("body").order_by("-id")[:stop]),
        *(_came(row) for row in came.order_by("-id")[:stop]),
    ]
    lines.sort(key=lambda line: line.at, reverse=True)
    return lines[start:stop]


def count_texts(participant: Participant) -> int:
    sent = belonging.texts_to(participant).filter(status__in=_LEFT)
    came = belonging.texts_from(participant)
    return sent.count() + came.count()


def answers(participant: Participant) -> list[Told]:
    """Newest first."""
    rows = Answer.objects.filter(enrolment__participant=participant).select_related(
        "enrolment__campaign", "wording_version__campaign"
    )
    return [_told(row, participant.language) for row in rows.order_by("-answered_at", "-pk")]


def _sent(message: Message) -> Texted:
    body = message.body.text if hasattr(message, "body") else None
    # A link opens one visit only, but a page may be left open on a table.
    words = None if body is None else without_links(body)
    return Texted(message.settled_at or message.not_before, True, words)


def _came(inbound: InboundMessage) -> Texted:
    return Texted(inbound.received_at, False, inbound.body)


def _told(answer: Answer, language: str) -> Told:
    content = compiled(answer.wording_version)
    return Told(
        at=answer.answered_at,
        key=answer.question_key,
        asked=_question(content, answer.question_key, language),
        said=answer.raw or (answer.value if answer.source == Answer.Source.CALL else ""),
        value=answer.value,
        is_valid=answer.is_valid,
        by=answer.source,
    )


def _question(content: Content, key: str, language: str) -> str:
    """Its usual words, or those of the step that asks it."""
    for text_key in _wordings(content, key):
        if content.has_text(text_key):
            wording = content.wording(text_key, language)
            return "".join(_plain(wording.parts, content.defaults.get(language, {})))
    return key.replace("_", " ")


def _wordings(content: Content, key: str) -> Iterator[str]:
    yield f"question.{key}"
    yield from (step.key for step in content.steps if step.question == key)


def _plain(parts: Sequence[str], defaults: Mapping[str, str]) -> Iterator[str]:
    for place, part in enumerate(parts):
        yield defaults.get(part, "\N{HORIZONTAL ELLIPSIS}") if place % 2 else part
