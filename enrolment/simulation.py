"""A thousand invented people live through a programme, each from one seed. Pure.

What they do is drawn from `Rates`; what they get is decided by the two hearts alone. The same
content, rates and seed give the same figures on any machine.
"""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from campaigns.content import Content
from campaigns.rules import KeywordAction, KeywordRule, QuestionKind, QuestionRule, Then, Track
from campaigns.schedule import ONE_DAY, instant_at
from enrolment.rates import USUAL_RATES, Rates
from enrolment.simulation_tally import Tally, TallyOfOne
from enrolment.stand_in import Country, StandIn
from enrolment.virtual_clock import Texting, VirtualClock, join_word

_NAMES = ("Amina", "Ola", "Sunita", "Pedro", "Mei", "Josephine", "Kari", "Bao")
_WORDS = "my children"
#: Longer than any programme, and still a date.
_NEVER_DAYS = 10_000.0
_FOUND_OUT = (KeywordAction.BANK, KeywordAction.ASK, KeywordAction.ENTER)


@dataclass(frozen=True, slots=True)
class Crowd:
    """people join over the first `joining_days` days from `start`; each lives for `days`."""

    people: int
    days: int
    seed: int
    start: date
    zone: str
    joining_days: int = 28


def simulate(
    content: Content,
    crowd: Crowd,
    *,
    rates: Rates = USUAL_RATES,
    country: Country | None = None,
    places: range | None = None,
) -> Tally:
    """places: of a part of the crowd, when several processes share it."""
    tally = Tally(days=crowd.days)
    with _no_collector():
        for place in range(crowd.people) if places is None else places:
            tally.add(_live(content, crowd, place, rates, country or Country()))
    return tally


@contextmanager
def _no_collector() -> Iterator[None]:
    """As in the planner: nothing here makes circles, and the search for them costs a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _live(content: Content, crowd: Crowd, place: int, rates: Rates, country: Country) -> TallyOfOne:
    draw = Random(f"{crowd.seed}:{place}")
    zone = ZoneInfo(crowd.zone)
    day = crowd.start + timedelta(days=draw.randrange(crowd.joining_days))
    joins_at = instant_at(day, time(draw.randrange(8, 22), draw.randrange(60)), zone)
    person = StandIn(
        content=content,
        seed=draw.randrange(2**31),
        zone=crowd.zone,
        language=content.default_language,
        heard_at=joins_at,
        country=country,
    )
    one = TallyOfOne(content, zone, joins_at)
    end = joins_at + crowd.days * ONE_DAY
    life = Synthetic(content, rates, draw, zone, end)
    clock = VirtualClock(person, life, one, end=end, wordless=True)
    clock.run(join_word(content, person.language), joins_at)
    one.ends(person, end)
    return one


class Synthetic:
    """One drawn person, as a life the clock can drive."""

    def __init__(
        self, content: Content, rates: Rates, draw: Random, zone: ZoneInfo, end: datetime
    ) -> None:
        self.content, self.rates, self.draw, self.zone, self.end = content, rates, draw, zone, end
        self.words = _words(content)
        self.other_words = _other_words(content, self.words)
        self.joining = True
        self.silent_at = end
        self.quit_before = False

    def begins(self, at: datetime) -> Iterator[Texting]:
        rates, draw = self.rates, self.draw
        if draw.random() < rates.goes_silent:
            self.silent_at = at + draw.expovariate(1 / rates.silent_after_days) * ONE_DAY
        stops_at = at + self._days_until(rates.stops_a_day_before) * ONE_DAY
        yield from self._texts(stops_at, "STOP", from_quit_date=True, always=True)
        for action, share in (
            (KeywordAction.LESS, rates.asks_less),
            (KeywordAction.PAUSE, rates.asks_pause),
            (KeywordAction.LATER, rates.asks_later),
        ):
            if draw.random() < share:
                moment = at + draw.uniform(3, 60) * ONE_DAY
                yield from self._texts(moment, self.words.get(action))

        if self.other_words and draw.random() < rates.tries_words:
            for _ in range(1 + draw.randrange(rates.most_tries)):
                moment = at + draw.uniform(0, 90) * ONE_DAY
                yield from self._texts(moment, draw.choice(self.other_words))

    def is_asked(self, question: str, at: datetime, *, planned: bool) -> Iterator[Texting]:
        rates, draw = self.rates, self.draw
        rule = self.content.questions.get(question)
        share = rates.answers if planned else rates.answers_at_once
        share = rates.answers_joining if self.joining else share
        moment = at + timedelta(minutes=draw.expovariate(1 / rates.answer_minutes))
        if rule is not None and draw.random() < share:
            yield from self._texts(moment, self._answer(rule), always=self.joining)

    def quits(self, day: date, attempt: int, at: datetime) -> Iterator[Texting]:
        self.joining = False
        rates, draw = self.rates, self.draw
        begins = max(at, instant_at(day, time(9), self.zone))
        yield from self._texts(self._stops_at(begins), "STOP", from_quit_date=True, always=True)
        if draw.random() < rates.craves:
            for _ in range(1 + int(draw.expovariate(1 / rates.more_craves))):
                hours = draw.expovariate(1 / rates.crave_hours)
                yield from self._quit_text(begins + timedelta(hours=hours), KeywordAction.BANK)
        if draw.random() < rates.slips:
            yield from self._quit_text(begins + self._slip_day() * ONE_DAY, KeywordAction.SLIP)
        if draw.random() < rates.relapses and attempt <= rates.most_attempts:
            days = draw.expovariate(1 / rates.relapse_after_days)
            yield from self._texts(
                begins + days * ONE_DAY, _relapse_word(self.content), from_quit_date=True
            )

    def _stops_at(self, begins: datetime) -> datetime:
        """A peak on the day itself, a steady share up to day 42, a smaller one after it."""
        rates, draw = self.rates, self.draw
        if not self.quit_before and draw.random() < rates.stops_on_quit_day:
            return begins + timedelta(hours=draw.uniform(0, 12))
        self.quit_before = True
        days = self._days_until(rates.stops_a_day)
        if days > rates.steady_days:
            days = rates.steady_days + self._days_until(rates.stops_a_day_later)
        return begins + days * ONE_DAY

    def _days_until(self, share_a_day: float) -> float:
        return self.draw.expovariate(share_a_day) if share_a_day > 0 else _NEVER_DAYS

    def _slip_day(self) -> float:
        share = self.draw.random()
        if share < 0.25:
            return self.draw.uniform(0, 4)
        return self.draw.uniform(4, 18) if share < 0.75 else self.draw.uniform(18, 90)

    def _quit_text(self, moment: datetime, action: KeywordAction) -> Iterator[Texting]:
        yield from self._texts(moment, self.words.get(action), from_quit_date=True)

    def _texts(
        self,
        moment: datetime,
        text: str | None,
        *,
        from_quit_date: bool = False,
        always: bool = False,
    ) -> Iterator[Texting]:
        if text and moment <= self.end and (always or moment < self.silent_at):
            yield Texting(moment, text, from_quit_date)

    def _answer(self, rule: QuestionRule) -> str:
        draw = self.draw
        match rule.kind:
            case QuestionKind.YES_NO:
                return self._yes_or_no(rule)
            case QuestionKind.CHOICE:
                return str(draw.choice(rule.choices).number)
            case QuestionKind.DATE:
                return self._day(rule)
            case QuestionKind.NAME:
                return draw.choice(_NAMES)
            case QuestionKind.NUMBER | QuestionKind.READING:
                return str(draw.randint(int(rule.lowest or 0), int(rule.highest or 30)))
            case QuestionKind.TEXT:
                return _WORDS

    def _yes_or_no(self, rule: QuestionRule) -> str:
        likely = self.rates.says_yes
        for value, outcome in rule.outcomes.items():
            if outcome.then is Then.INELIGIBLE:
                likely = self.rates.eligible if value == "no" else 1 - self.rates.eligible
            elif outcome.then is Then.ENTER:
                likely = self.rates.confirms if value == "yes" else 1 - self.rates.confirms
            elif outcome.then is Then.SLIP:
                likely = self.rates.smokes_when_asked
                likely = likely if value == "yes" else 1 - likely
        return "yes" if self.draw.random() < likely else "no"

    def _day(self, rule: QuestionRule) -> str:
        if rule.choices and self.draw.random() < self.rates.not_yet:
            return str(self.draw.choice(rule.choices).number)
        latest = min(rule.latest_day, self.rates.most_days_ahead)
        earliest = max(rule.earliest_day, 0) if latest >= 0 else rule.earliest_day
        days = self.draw.randint(min(earliest, latest), latest)
        if days < 0:
            return f"{-days} days ago"
        return "today" if days == 0 else f"in {days} days"


def _likely_first(pair: tuple[str, KeywordRule]) -> tuple[bool, str]:
    word, rule = pair
    return rule.bank != "crave", word


def _words(content: Content) -> dict[KeywordAction, str]:
    """One word for each action; of banks the one for cravings, if there is one."""
    found: dict[KeywordAction, str] = {}
    for word, rule in sorted(content.keywords.items(), key=_likely_first):
        found.setdefault(rule.action, word)
    return found


def _relapse_word(content: Content) -> str | None:
    """The word that enters a path, or asks the question whose answer does."""
    for word, rule in sorted(content.keywords.items()):
        if rule.action is KeywordAction.ENTER and _is_path(content, rule.stage):
            return word
        question = content.questions.get(rule.question)
        if question is not None and any(
            _is_path(content, outcome.stage) for outcome in question.outcomes.values()
        ):
            return word
    return None


def _is_path(content: Content, stage: str) -> bool:
    return stage in content.stages and content.stages[stage].track is Track.PATH


def _other_words(content: Content, usual: Mapping[KeywordAction, str]) -> tuple[str, ...]:
    """A word for each bank, question and stage that people find out about by and by."""
    found: dict[tuple[str, str, str], str] = {}
    for word, rule in sorted(content.keywords.items()):
        if rule.action in _FOUND_OUT and word != usual.get(KeywordAction.BANK):
            found.setdefault((rule.bank, rule.question, rule.stage), word)
    return tuple(found.values())
