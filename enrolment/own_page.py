"""What a person's own page shows: read from rows, put into plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from campaigns.compiling import compiled
from campaigns.consent_scopes import ConsentScope
from campaigns.content import Content
from campaigns.rules import KeywordAction
from campaigns.schedule import Span, local_day
from enrolment import consents, consequences, saying
from enrolment.fields import spoken_hours
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from enrolment.models.participant import Participant
from enrolment.spoken_languages import locale_of
from enrolment.talk import Talk
from enrolment.talking import talk_of

_HYPHEN = "\N{NON-BREAKING HYPHEN}"


@dataclass(frozen=True, slots=True)
class Agreed:
    """One scope of consent that the programme asks for. `is_given` and `since` are of the last word
    on it; None: not asked yet."""

    scope: str
    question: str
    asked: str
    is_given: bool | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Programme:
    """One enrolment as its person sees it. `fewer`, `more`: there is a dose further that way.
    `joined_at`: when she last said yes to the texts, if she did."""

    enrolment: Enrolment
    content: Content
    talk: Talk
    name: str
    paused_until: date | None
    fewer: bool
    more: bool
    agreed: list[Agreed]
    joined_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.enrolment.status in Enrolment.OPEN

    @property
    def is_running(self) -> bool:
        return self.is_open and not self.talk.joining

    @property
    def has_ended(self) -> bool:
        return not self.is_open

    @property
    def was_left(self) -> bool:
        return self.enrolment.status == Enrolment.Status.WITHDRAWN

    @property
    def may_agree(self) -> bool:
        return bool(self.agreed) and (self.is_open or self.was_left)

    @property
    def has_doses(self) -> bool:
        return self.fewer or self.more


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Newest programme last; the person's own settings belong to the newest open one."""

    participant: Participant
    zone: ZoneInfo
    programmes: list[Programme]

    @property
    def main(self) -> Programme | None:
        return next((found for found in reversed(self.programmes) if found.is_open), None)

    @property
    def language(self) -> str:
        return language_name(self.participant.language)

    @property
    def languages(self) -> tuple[str, ...]:
        return self.main.content.languages if self.main else ()

    @property
    def number_end(self) -> str:
        """Enough to know it by, and no more: somebody may look over her shoulder."""
        return (self.participant.recipient.number or "")[-3:]

    @property
    def hours(self) -> str:
        start, end = self.participant.hours_start, self.participant.hours_end
        return spoken_hours(Span(start, end)) if start is not None and end is not None else ""

    @property
    def usual_hours(self) -> str:
        """Never parted at the end of a line."""
        return spoken_hours(self.main.content.hours).replace("-", _HYPHEN) if self.main else ""

    @property
    def slots(self) -> tuple[str, ...]:
        return slots_asked(self.main.content) if self.main else ()

    @property
    def slot(self) -> str:
        chosen = self.participant.slot
        return slot_name(self.main.content, chosen) if self.main and chosen else ""


def own_page(participant: Participant, now: datetime) -> OwnPage:
    zone = ZoneInfo(participant.time_zone)
    rows = participant.enrolments.exclude(status=Enrolment.Status.ERASED)
    enrolments = rows.select_related("version__campaign", "campaign").order_by("pk")
    programmes = [_programme(row, participant, zone, now) for row in enrolments]
    return OwnPage(participant, zone, programmes)


def _programme(
    enrolment: Enrolment, participant: Participant, zone: ZoneInfo, now: datetime
) -> Programme:
    enrolment.participant = participant
    content = compiled(enrolment.version)
    talk = talk_of(enrolment, content)
    until = enrolment.next_due_at if talk.paused else None
    said = consents.last_words(enrolment)
    to_texts = said.get(Consent.Scope.SERVICE)
    return Programme(
        enrolment=enrolment,
        content=content,
        talk=talk,
        name=programme_name(enrolment),
        paused_until=local_day(until, zone) if until is not None else None,
        fewer=bool(consequences.dose(content, talk, KeywordAction.LESS)[0]),
        more=bool(consequences.dose(content, talk, KeywordAction.MORE)[0]),
        agreed=_agreed(enrolment, content, said, now),
        joined_at=to_texts.given_at if to_texts is not None and to_texts.is_given else None,
    )


def _agreed(
    enrolment: Enrolment, content: Content, said: Mapping[str, Consent], now: datetime
) -> list[Agreed]:
    """What the content asks for, in the order of the scopes, each by the first question of it."""
    found: list[Agreed] = []
    for scope in ConsentScope:
        asked = [rule.key for rule in content.questions.values() if rule.consent == scope]
        if not asked:
            continue
        key = f"question.{asked[0]}"
        words = saying.words(enrolment=enrolment, content=content, text_key=key, now=now)
        line = said.get(scope)
        is_given, since = (None, None) if line is None else (line.is_given, line.given_at)
        found.append(Agreed(scope, asked[0], words, is_given, since))
    return found


def programme_name(enrolment: Enrolment) -> str:
    """As its texts call it, where they do."""
    return str(enrolment.campaign.variables.get("programme") or enrolment.campaign.name)


def language_name(code: str) -> str:
    """In the language itself, as people look for it."""
    return str(locale_of(code).get_display_name()).capitalize()


def slots_asked(content: Content) -> tuple[str, ...]:
    """The times of day the content lets people choose from, none where it never asks."""
    for question in content.questions.values():
        if question.attribute == "slot":
            return tuple(choice.value for choice in question.choices)
    return ()


def slot_name(content: Content, slot: str) -> str:
    """By the clock, which needs no translation."""
    span = content.slots.get(slot)
    return "" if span is None else f"{span.start:%H:%M}\N{EN DASH}{span.end:%H:%M}"
