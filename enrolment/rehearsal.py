"""A persona's months through the two hearts on a virtual clock: its transcript. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from campaigns.content import Content
from campaigns.national_days import national_days_off
from campaigns.schedule import ONE_DAY, instant_at
from enrolment.fields import currency_of
from enrolment.persona import Persona, ScriptLine, When
from enrolment.stand_in import Country, StandIn
from enrolment.state import AnchorAt
from enrolment.transcribing import Transcriber
from enrolment.transcript import Transcript
from enrolment.virtual_clock import Moved, Outage, Texting, VirtualClock, join_word


def rehearse(
    content: Content, persona: Persona, *, country: Country | None = None, days: int | None = None
) -> Transcript:
    """country: the campaign's calendar, for a persona that names none. days: instead of its own."""
    person = StandIn(
        content=content,
        seed=persona.seed,
        zone=persona.zone,
        language=persona.language or content.default_language,
        heard_at=persona.joins_at,
        country=_country(persona, country),
        wanted_arms=persona.arms,
    )
    end = persona.end if days is None else persona.instant(persona.joins + days * ONE_DAY)
    outages = [_outage(persona, place) for place in range(len(persona.outages))]
    life = Script(persona)
    transcriber = Transcriber(persona, content)
    moves = [Moved(life.instant(move.when), move.anchor, move.day) for move in persona.moved_dates]
    clock = VirtualClock(person, life, transcriber, end=end, outages=outages, moves=moves)
    transcriber.words = clock.words
    clock.run(join_word(content, person.language), persona.joins_at)
    return transcriber.transcript(end, unsaid=life.unsaid(clock.coming_in))


class Script:
    """A persona's answers and texts, as a life the clock can drive."""

    def __init__(self, persona: Persona) -> None:
        self.persona, self.zone = persona, ZoneInfo(persona.zone)
        self._asked: dict[str, int] = {}
        self._silent_at = self._fixed(persona.silent_from)
        self._said: set[ScriptLine] = set()

    def begins(self, at: datetime) -> Iterator[Texting]:
        for line in self.persona.script:
            moment = self._fixed(line.when)
            if moment is not None and self._speaks(moment):
                self._said.add(line)
                yield Texting(moment, line.text)

    def is_asked(self, question: str, at: datetime, *, planned: bool) -> Iterator[Texting]:
        answer = self._next_answer(question)
        moment = at + self.persona.answers_after
        if answer is not None and self._speaks(moment):
            yield Texting(moment, answer)

    def quits(self, day: date, attempt: int, at: datetime) -> Iterator[Texting]:
        """Those counted from a quit date; only what still lies ahead."""
        silent = self.persona.silent_from
        if silent is not None and silent.quit_date and silent.attempt == attempt:
            self._silent_at = self._from(day, silent)
        for line in self.persona.script:
            if line.when.quit_date and line.when.attempt == attempt:
                moment = self._from(day, line.when)
                if moment >= at and self._speaks(moment):
                    self._said.add(line)
                    yield Texting(moment, line.text, from_quit_date=True)

    def unsaid(self, still_to_come: list[Texting]) -> tuple[str, ...]:
        """Lines of the script that found no moment: nobody should think they were rehearsed."""
        waiting = {texting.text for texting in still_to_come}
        return tuple(
            line.text
            for line in self.persona.script
            if line not in self._said or line.text in waiting
        )

    def _next_answer(self, question: str) -> str | None:
        answers = self.persona.answers.get(question)
        if answers is None or isinstance(answers, str):
            return answers
        turn = self._asked.get(question, 0)
        self._asked[question] = turn + 1
        return answers[turn] if turn < len(answers) else None

    def _speaks(self, moment: datetime) -> bool:
        return self._silent_at is None or moment < self._silent_at

    def instant(self, when: When) -> datetime:
        """Of a moment counted from joining."""
        return self._from(self.persona.joins.date(), when)

    def _fixed(self, when: When | None) -> datetime | None:
        return None if when is None or when.quit_date else self.instant(when)

    def _from(self, day: date, when: When) -> datetime:
        return instant_at(day + when.day * ONE_DAY, when.at, self.zone)


def _outage(persona: Persona, place: int) -> Outage:
    found = persona.outages[place]
    end = persona.instant(found.ends)
    return Outage(end - found.hours * (ONE_DAY / 24), end)


def _country(persona: Persona, campaigns: Country | None) -> Country:
    """The persona's own country, without corrections, else the campaign's calendar."""
    found = campaigns or Country()
    if persona.country:
        days_off = national_days_off(persona.country, persona.joins.year)
        found = Country(days_off, currency=currency_of(persona.country))
    dates = tuple(AnchorAt(kind, day.year, day=day) for kind, day in persona.dates.items())
    return replace(found, dates=dates or found.dates)
