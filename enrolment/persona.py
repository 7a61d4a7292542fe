"""A persona: one invented person's months, written down in YAML. Pure.

docs/rehearsal.md is the reference of the format. Every problem is named at once, as file:line and
what to do about it.
"""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from campaigns.pack_fields import Reader, clock, suggestion
from campaigns.pack_marks import Node, Problem, Problems, read_file
from campaigns.schedule import ONE_DAY, instant_at

FORMAT = 1
#: Two years: longer than any programme, and still read in a second.
MOST_DAYS = 731
_ANSWERS_AFTER = 5
_FIELDS = (
    "format", "key", "name", "about", "joins", "zone", "country", "language", "seed", "days",
    "answers_after", "answers", "script", "silent_from", "outages", "dates", "moved_dates", "arms",
)  # fmt: skip
_LINE = ("day", "quit_day", "attempt", "at", "text")
_MOVE = ("day", "at", "anchor", "to")
_KEY = re.compile(r"[a-z0-9_]{1,40}")


class PersonaRefused(Exception):
    """The persona has problems: all of them, in the order of lines."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems in the persona")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class When:
    """A local wall time some days from joining, or from the quit date of one attempt."""

    day: int
    at: time
    quit_date: bool = False
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class ScriptLine:
    when: When
    text: str


@dataclass(frozen=True, slots=True)
class PersonaOutage:
    """From `hours` before a local wall time up to it."""

    ends: datetime
    hours: int


@dataclass(frozen=True, slots=True)
class MovedDate:
    """A day of the country's calendar, moved by somebody some days from joining."""

    when: When
    anchor: str
    day: date


@dataclass(frozen=True, slots=True)
class Persona:
    """answers: question key -> what is texted back, each time (one text) or in turn (several;
    None: no answer). A question without an entry is not answered.
    joins, outages: wall times in `zone`. days: how long the rehearsal runs, from joining.
    """

    key: str
    name: str
    joins: datetime
    zone: str
    days: int
    about: str = ""
    country: str = ""
    language: str = ""
    seed: int = 1
    answers_after: timedelta = timedelta(minutes=_ANSWERS_AFTER)
    answers: Mapping[str, str | tuple[str | None, ...]] = field(default_factory=dict)
    script: tuple[ScriptLine, ...] = ()
    silent_from: When | None = None
    outages: tuple[PersonaOutage, ...] = ()
    #: Days of the country's calendar that stages count from: anchor -> day.
    dates: Mapping[str, date] = field(default_factory=dict)
    moved_dates: tuple[MovedDate, ...] = ()
    #: Factor of a trial -> arm, where it is not to be drawn.
    arms: Mapping[str, str] = field(default_factory=dict)

    @property
    def joins_at(self) -> datetime:
        return self.instant(self.joins)

    @property
    def end(self) -> datetime:
        return self.instant(self.joins + self.days * ONE_DAY)

    def instant(self, wall: datetime) -> datetime:
        return instant_at(wall.date(), wall.time(), ZoneInfo(self.zone)).astimezone(UTC)


def read_persona(path: Path) -> Persona:
    """Raises PersonaRefused."""
    problems = Problems()
    top = read_file(path, problems)
    persona = None if top is None else _Reading(problems).persona(top)
    if persona is None or problems.found:
        raise PersonaRefused(tuple(sorted(set(problems.found))))
    return persona


def read_pasted(text: str) -> Persona:
    """The same from a page's text field. Raises PersonaRefused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "persona.yaml"
        path.write_text(text, encoding="utf-8")
        return read_persona(path)


class _Reading:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def persona(self, top: Node) -> Persona:
        fields = Reader(top, self.problems, *_FIELDS)
        if fields.whole("format") != FORMAT:
            self.problems.add(fields.at("format"), f"format must be {FORMAT}")
        key = fields.text("key")
        if key and not _KEY.fullmatch(key):
            self.problems.add(fields.at("key"), "key: small letters, digits and _ only")
        silent = fields.fields.get("silent_from")
        return Persona(
            key=key,
            name=fields.text("name"),
            about=fields.text("about", required=False),
            joins=self._moment(fields, "joins"),
            zone=self._zone(fields),
            country=fields.text("country", required=False).upper(),
            language=fields.text("language", required=False),
            seed=fields.whole("seed", default=1),
            days=self._days(fields),
            answers_after=timedelta(minutes=fields.whole("answers_after", default=_ANSWERS_AFTER)),
            answers={
                question: self._answer(node)
                for question, node in fields.mapping("answers", required=False).items()
            },
            script=tuple(self._line(node) for node in fields.nodes("script", required=False)),
            silent_from=None if silent is None else self._when(self._reader(silent, *_LINE[:-1])),
            outages=tuple(self._outage(node) for node in fields.nodes("outages", required=False)),
            dates={
                anchor: self._date(node)
                for anchor, node in fields.mapping("dates", required=False).items()
            },
            moved_dates=self._moved_dates(fields),
            arms={
                factor: str(node.value)
                for factor, node in fields.mapping("arms", required=False).items()
            },
        )

    def _reader(self, node: Node, *known: str) -> Reader:
        return Reader(node, self.problems, *known)

    def _zone(self, fields: Reader) -> str:
        zone = fields.text("zone")
        if zone and zone not in available_timezones():
            near = suggestion(zone, available_timezones())
            self.problems.add(fields.at("zone"), f"no time zone is called {zone!r}{near}")
            return "UTC"
        return zone or "UTC"

    def _days(self, fields: Reader) -> int:
        days = fields.whole("days", lowest=1)
        if days > MOST_DAYS:
            self.problems.add(fields.at("days"), f"days: at most {MOST_DAYS}")
            return MOST_DAYS
        return days

    def _answer(self, node: Node) -> str | tuple[str | None, ...]:
        if isinstance(node.value, list):
            return tuple(self._said(item) for item in node.value)
        said = self._said(node)
        return (None,) if said is None else said

    def _said(self, node: Node) -> str | None:
        match node.value:
            case None:
                return None
            case bool():
                self.problems.add(node, 'put "yes" and "no" in quotes: YAML reads them otherwise')
            case str() | int():
                return str(node.value)
            case _:
                self.problems.add(node, f"expected what is texted back, found {node.kind}")
        return None

    def _line(self, node: Node) -> ScriptLine:
        fields = self._reader(node, *_LINE)
        return ScriptLine(self._when(fields), fields.text("text"))

    def _when(self, fields: Reader) -> When:
        named = [name for name in ("day", "quit_day") if name in fields.fields]
        if len(named) != 1 and not fields.wrong_kind:
            self.problems.add(fields.node, "name either day (from joining) or quit_day")
        attempt = fields.whole("attempt", default=1, lowest=1)
        if "attempt" in fields.fields and named == ["day"]:
            self.problems.add(fields.at("attempt"), "attempt goes with quit_day only")
        return When(
            day=self._day(fields, named[0]) if named else 0,
            at=clock(fields, "at") or time(12),
            quit_date=named == ["quit_day"],
            attempt=attempt,
        )

    def _day(self, fields: Reader, name: str) -> int:
        """Days from joining are not negative; days from the quit date may be."""
        return fields.whole(name, lowest=0 if name == "day" else -MOST_DAYS)

    def _outage(self, node: Node) -> PersonaOutage:
        fields = self._reader(node, "ends", "hours")
        return PersonaOutage(self._moment(fields, "ends"), fields.whole("hours", lowest=1))

    def _moved_dates(self, fields: Reader) -> tuple[MovedDate, ...]:
        dates = fields.mapping("dates", required=False)
        found = []
        for node in fields.nodes("moved_dates", required=False):
            move = self._reader(node, *_MOVE)
            anchor = move.text("anchor")
            if anchor and anchor not in dates:
                self.problems.add(move.at("anchor"), f"dates has no {anchor} that could move")
            when = When(move.whole("day", lowest=0), clock(move, "at") or time(12))
            found.append(MovedDate(when, anchor, self._date(move.at("to"))))
        return tuple(found)

    def _moment(self, fields: Reader, name: str) -> datetime:
        """A local wall time such as "2027-03-20 14:00"."""
        written = fields.text(name)
        try:
            return datetime.strptime(written, "%Y-%m-%d %H:%M")
        except ValueError:
            if written:
                self.problems.add(
                    fields.at(name), f'{name} must be a time such as "2027-03-20 14:00", in quotes'
                )
        return datetime(2000, 1, 1)

    def _date(self, node: Node) -> date:
        try:
            return date.fromisoformat(str(node.value))
        except ValueError:
            self.problems.add(node, 'expected a day such as "2027-02-08"')
        return date(2000, 1, 1)
