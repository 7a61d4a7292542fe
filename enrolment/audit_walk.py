"""One hour's way through the books, in stretches and within a time: what was found broken before,
what waits, what is new, and the round through everything, on from where it came to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from enrolment import audit_stretches
from enrolment.audit_stretches import AT_ONCE, SOURCES, Kind, Source
from messaging import ledger as wire_ledger
from messaging.ledger import Violation

#: With so many findings a walk stops: it keeps every one it has made, and the rest can wait.
MOST = 1000
#: Of the time, for what is new: a house that cannot keep up with itself is gone round all the same.
_FOR_THE_NEW = 2 / 3
_ORDER = list(Kind)


@dataclass
class Walk:
    """`now` is machine time, `timer` counts seconds. `marks` is up to where each source was looked
    at, `place` where the round goes on."""

    now: datetime
    calendar: datetime
    seconds: float
    timer: Callable[[], float]
    marks: dict[str, int]
    place: tuple[Kind, int] | None = None
    found: dict[Violation, None] = field(default_factory=dict)
    is_behind: bool = False
    is_through: bool = False

    def walk(self, *, again: list[Violation]) -> None:
        began = self.timer()
        self._ask_again(again)
        self._ask_what_waits()
        self.is_behind = not self._follow(until=began + self.seconds * _FOR_THE_NEW)
        self.is_through = self._go_round(until=began + self.seconds)

    def _ask_again(self, again: list[Violation]) -> None:
        for kind, ids in audit_stretches.places_of(again).items():
            for first in range(0, len(ids), AT_ONCE[kind]):
                self._look(kind, ids[first : first + AT_ONCE[kind]])

    def _ask_what_waits(self) -> None:
        self._keep(wire_ledger.forgotten(most=MOST))
        self._look(Kind.ENROLMENTS, audit_stretches.unplanned(calendar=self.calendar))
        for broadcast_id in audit_stretches.broadcasts_of_late(calendar=self.calendar):
            self._look(Kind.BROADCASTS, [broadcast_id])

    def _follow(self, *, until: float) -> bool:
        """Each source by turns, so that one with much to tell leaves time to the others. Whether
        it came to the end of all."""
        settled = {each.name: self._settled(each) for each in SOURCES}
        places = {each.name: self.marks.get(each.name, settled[each.name]) for each in SOURCES}
        self.marks = {name: min(place, settled[name]) for name, place in places.items()}
        began, waiting = dict(places), list(SOURCES)
        while waiting and not self.is_full:
            for source in list(waiting):
                rows = audit_stretches.new_rows(source, places[source.name])
                if len(rows) < audit_stretches.NEW_ROWS:
                    waiting.remove(source)
                if not rows:
                    continue
                places[source.name] = rows[-1][0]
                self._look_at(source, rows, began[source.first])
                self.marks[source.name] = min(places[source.name], settled[source.name])
            if self.timer() >= until:
                break
        return not waiting

    def _settled(self, source: Source) -> int:
        after = self.marks.get(source.name, 0)
        return audit_stretches.settled(source, after, now=self.now, calendar=self.calendar)

    def _look_at(self, source: Source, rows: list[tuple[int, int]], first: int) -> None:
        """What is new itself is met by its own table, now or when its turn comes."""
        ids = {subject for _, subject in rows}
        if source.name != source.first:
            ids = {subject for subject in ids if subject <= first}
        self._look(source.kind, sorted(ids))

    def _go_round(self, *, until: float) -> bool:
        """Whether it came to its end."""
        kind, after = self.place or (_ORDER[0], 0)
        while not self.is_full:
            ids = audit_stretches.following(kind, after)
            if ids:
                self._look(kind, ids)
                after = ids[-1]
            elif kind == _ORDER[-1]:
                self.place = None
                return True
            else:
                kind, after = _ORDER[_ORDER.index(kind) + 1], 0
            self.place = kind, after
            if self.timer() >= until:
                break
        return False

    @property
    def is_full(self) -> bool:
        return len(self.found) >= MOST

    def _look(self, kind: Kind, ids: list[int]) -> None:
        if ids:
            self._keep(audit_stretches.ask(kind, ids, calendar=self.calendar))

    def _keep(self, violations: list[Violation]) -> None:
        self.found.update(dict.fromkeys(violations))
