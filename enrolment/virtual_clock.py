"""One person's months lived in seconds: the clock jumps from event to event. Pure.

An event is a text that comes in, the moment the journey wants to look again, or a silence that
has lasted long enough to mean something. In an outage nothing is planned and nothing answered;
when it ends, all that waited is done at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from campaigns.content import Content
from campaigns.rules import KeywordAction
from campaigns.wording import MissingValue, render
from enrolment import falling_silent, need, turning
from enrolment.addressing import own_words, wording_for
from enrolment.carrying_out import carry_out
from enrolment.conversation import opening, respond
from enrolment.fields import field_values
from enrolment.stand_in import StandIn, Standing, Waiting
from enrolment.state import Due, Entry, Verdict
from enrolment.talk import End, Response, Rest, Say
from messaging.crisis import Crisis, crisis_in
from messaging.stopwords import graded


@dataclass(frozen=True, slots=True, order=True)
class Texting:
    """A text the person sends at an instant. Those counted from the quit date move with it."""

    at: datetime
    text: str
    from_quit_date: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Moved:
    """A day of the country's calendar, moved by an administrator at an instant."""

    at: datetime
    kind: str
    day: date


@dataclass(frozen=True, slots=True)
class Outage:
    start: datetime
    end: datetime


class Life(Protocol):
    """What a person does. Each call may add texts still to come."""

    def begins(self, at: datetime) -> Iterable[Texting]: ...

    def is_asked(self, question: str, at: datetime, *, planned: bool) -> Iterable[Texting]: ...

    def quits(self, day: date, attempt: int, at: datetime) -> Iterable[Texting]: ...


class Witness(Protocol):
    """Who writes down what happens. `person` is as it stands afterwards."""

    def heard(self, at: datetime, text: str, response: Response, person: StandIn) -> None: ...

    def decided(self, at: datetime, due: Due, text: str | None, person: StandIn) -> None: ...

    def entered(self, entry: Entry, person: StandIn) -> None: ...

    def came_to_nothing(
        self, at: datetime, waiting: Waiting, reason: str, person: StandIn
    ) -> None: ...

    def asked_anew(self, at: datetime, question: str, person: StandIn) -> None: ...

    def out(self, outage: Outage) -> None: ...

    def moved(self, move: Moved, person: StandIn) -> None: ...

    def stood(self, at: datetime, before: Standing, person: StandIn) -> None: ...


class VirtualClock:
    """Drives one person from joining to `end`."""

    def __init__(
        self,
        person: StandIn,
        life: Life,
        witness: Witness,
        *,
        end: datetime,
        outages: Sequence[Outage] = (),
        moves: Sequence[Moved] = (),
        wordless: bool = False,
    ) -> None:
        """wordless: texts are known to be sendable, but not written out; a simulation has no use
        for a hundred thousand of them."""
        self.wordless = wordless
        self.person, self.life, self.witness, self.end = person, life, witness, end
        self.content: Content = person.content
        self.outages = sorted(outages, key=lambda outage: outage.start)
        self.moves = sorted(moves)
        self.coming_in: list[Texting] = []
        self._dated: tuple[int, date | None] = (0, None)

    def run(self, join_word: str, joins_at: datetime) -> None:
        self._answer(joins_at, join_word.upper(), self._join(joins_at))
        self._add(self.life.begins(joins_at))
        while (at := self._next()) is not None and at <= self.end:
            self._pass_outage(at)
            self.live(self._after_outage(at))

    def _next(self) -> datetime | None:
        times = [texting.at for texting in self.coming_in[:1]]
        times += [move.at for move in self.moves[:1]]
        looks = (self.person.next_due_at, falling_silent.next_look(self.person))
        times += [look for look in looks if look is not None]
        return min(times, default=None)

    def live(self, now: datetime) -> None:
        """One moment. Texts first, then what silence brings about, then the plan."""
        while self.moves and self.moves[0].at <= now:
            move = self.moves.pop(0)
            turning.move_calendar(self.person, move.kind, move.day, now)
            self.witness.moved(move, self.person)
        while self.coming_in and self.coming_in[0].at <= now:
            texting = self.coming_in.pop(0)
            self._answer(now, texting.text, self._response(texting.text, now))
        self._fall_silent(now)
        due_at = self.person.next_due_at
        if due_at is not None and due_at <= now:
            self._plan(now)
        if self.person.waiting:
            self.person.waiting = [found for found in self.person.waiting if found.leaves_at > now]

    def _fall_silent(self, now: datetime) -> None:
        person, before = self.person, self.person.standing
        if falling_silent.is_asked(person, now):
            self.witness.asked_anew(now, person.question, person)
            self._add(self.life.is_asked(person.question, now, planned=True))
        elif not falling_silent.leaves(person, now):
            return
        self._take_note(now, before)

    def _plan(self, now: datetime) -> None:
        person, before = self.person, self.person.standing
        plan = person.plan(now)
        texts = [self._worded(due) for due in plan.dues]
        person.advance(plan, [text is not None for text in texts], now)
        for entry in plan.entries:
            self.witness.entered(entry, person)
        for due, text in zip(plan.dues, texts, strict=True):
            self.witness.decided(now, due, text, person)
            if text is not None and due.step.question:
                asked_at = max(now, due.not_before)
                self._add(self.life.is_asked(due.step.question, asked_at, planned=True))
        if person.standing is not before:
            self.witness.stood(now, before, person)

    def _join(self, now: datetime) -> Response:
        says, changes = opening(self.content)
        return Response(End.MATCHED, "join", says=says, changes=changes)

    def _response(self, text: str, now: datetime) -> Response:
        person = self.person
        crisis = crisis_in(text)
        if crisis is not None:
            return self._in_need(crisis, now)
        if graded(text) == "stop":
            return Response(End.ANSWERED, "stop", says=(Say("system.stopped"),))
        if person.has_ended:
            return Response(End.INBOX, "not_in_a_campaign")
        person.hears(now)
        return respond(self.content, person.talk(), text, now)

    def _in_need(self, crisis: Crisis, now: datetime) -> Response:
        """responding._in_need, safety.respond"""
        person = self.person
        key = need.text_key(self.content, crisis)
        says = () if key is None else (Say(key),)
        changes: tuple[Rest, ...] = ()
        if not person.has_ended:
            person.hears(now)
            changes = (Rest(max(person.rest_until or now, now + need.HELD)),)
        return Response(End.INBOX, need.reason(crisis), says=says, changes=changes)

    def _answer(self, now: datetime, text: str, response: Response) -> None:
        person, before = self.person, self.person.standing
        if response.reason == "stop":
            if person.has_ended:
                response = Response(End.ANSWERED, "stop")
            turning.end(person, Standing.LEFT)
        elif not person.has_ended:
            carry_out(person, response, now)
        if need.is_need(response.reason) and not person.has_ended:
            person.withhold("crisis")
            if graded(text) == "stop":
                turning.end(person, Standing.LEFT)
        self.witness.heard(now, text, response, person)
        self._take_note(now, before)
        self._tell_life(response, now)

    def _take_note(self, now: datetime, before: Standing) -> None:
        person = self.person
        for waiting, reason in person.withheld:
            self.witness.came_to_nothing(now, waiting, reason, person)
        person.withheld.clear()
        if person.standing is not before:
            self.witness.stood(now, before, person)

    def _tell_life(self, response: Response, now: datetime) -> None:
        for line in response.says:
            if line.text_key.partition(".")[0] in ("question", "again"):
                self._add(self.life.is_asked(self.person.question, now, planned=False))
        dated = (self.person.attempt, self.person.quit_date)
        if dated != self._dated and dated[1] is not None:
            self._dated = dated
            kept = [texting for texting in self.coming_in if not texting.from_quit_date]
            self.coming_in = kept
            self._add(self.life.quits(dated[1], dated[0], now))

    def _add(self, texts: Iterable[Texting]) -> None:
        self.coming_in = sorted([*self.coming_in, *texts])

    def _worded(self, due: Due) -> str | None:
        """As the planner words it; None when nothing is sent."""
        if due.verdict is not Verdict.QUEUED:
            return None
        try:
            if self.wordless and self._never_lacks(due.text_key):
                return ""
            return self.words(due.text_key, due.not_before)
        except MissingValue:
            return None

    def _never_lacks(self, text_key: str) -> bool:
        """Whether every value a text may want has a default."""
        wording = wording_for(self.content, text_key, self.person.language, self.person.manner)
        fields = () if wording is None else wording.fields
        defaults = self.content.defaults.get(self.person.language, {})
        return all(defaults.get(name) for name in fields)

    def words(self, text_key: str, at: datetime) -> str:
        """Raises MissingValue."""
        person = self.person
        wording = wording_for(self.content, text_key, person.language, person.manner)
        if wording is None:
            return own_words(self.content, text_key, person.language, person.manner)
        if len(wording.parts) == 1:
            return wording.parts[0]
        values = field_values(person.known(at), wording.fields)
        return render(wording, values, self.content.defaults.get(person.language, {}))

    def _pass_outage(self, at: datetime) -> None:
        """Texts on their way that meet an outage leave at its end, or never."""
        while self.outages and self.outages[0].start <= at:
            outage = self.outages[0]
            self.witness.out(outage)
            kept: list[Waiting] = []
            for found in self.person.waiting:
                leaves_at = found.leaves_at
                if outage.start <= leaves_at < outage.end:
                    leaves_at = outage.end
                if leaves_at > found.due.valid_until:
                    self.witness.came_to_nothing(outage.end, found, "expired", self.person)
                else:
                    kept.append(Waiting(found.due, leaves_at))
            self.person.waiting = kept
            if outage.end > at:
                return
            self.outages.pop(0)

    def _after_outage(self, at: datetime) -> datetime:
        for outage in self.outages:
            if outage.start <= at < outage.end:
                self.outages.remove(outage)
                return outage.end
        return at


def join_word(content: Content, language: str) -> str:
    """The campaign's first word to join by in the language, or in any."""
    words = [
        (language not in rule.languages, word)
        for word, rule in content.keywords.items()
        if rule.action is KeywordAction.JOIN
    ]
    return min(words, default=(True, "join"))[1]
