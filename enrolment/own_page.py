"""What a person's own page shows: read from rows, put into plain values."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from campaigns.compiling import compiled
from campaigns.content import Content
from campaigns.rules import KeywordAction
from campaigns.schedule import Span, local_day
from enrolment import consequences
from enrolment.fields import spoken_hours
from enrolment.models.enrolment import Enrolment
from enrolment.models.participant import Participant
from enrolment.spoken_languages import locale_of
from enrolment.talk import Talk
from enrolment.talking import talk_of

_HYPHEN = "\N{NON-BREAKING HYPHEN}"


@dataclass(frozen=True, slots=True)
class Programme:
    """One enrolment as its person sees it. `fewer`, `more`: there is a dose further that way."""

    enrolment: Enrolment
    content: Content
    talk: Talk
    name: str
    paused_until: date | None
    fewer: bool
    more: bool

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
    return OwnPage(participant, zone, [_programme(row, participant, zone) for row in enrolments])


def _programme(enrolment: Enrolment, participant: Participant, zone: ZoneInfo) -> Programme:
    enrolment.participant = participant
    content = compiled(enrolment.version)
    talk = talk_of(enrolment, content)
    until = enrolment.next_due_at if talk.paused else None
    return Programme(
        enrolment=enrolment,
        content=content,
        talk=talk,
        name=programme_name(enrolment),
        paused_until=local_day(until, zone) if until is not None else None,
        fewer=bool(consequences.dose(content, talk, KeywordAction.LESS)[0]),
        more=bool(consequences.dose(content, talk, KeywordAction.MORE)[0]),
    )


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
