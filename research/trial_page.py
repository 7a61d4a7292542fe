"""A trial's report: its flow drawn, its effects in tables, its file. What tells the arms apart is
not even read for whoever may not see them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from campaigns.models import Factor, Question, Trial
from research import flow_drawing, trial_file, trial_parts, trial_tables, trial_words
from research.flow import Flow
from research.flow_drawing import Box, Drawing
from research.indicators.abstinence import TIMES
from research.proximal_reading import drawn_steps
from research.share import SMALLEST_CELL
from research.tables import Table
from research.trial_parts import Part
from research.trial_reading import Reading


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; anything unknown in it gives way to the usual. A trial of drawn
    steps alone has no factor."""

    factor: Factor | None
    time: int

    @property
    def is_second(self) -> bool:
        return self.factor is not None and self.factor.stage == Factor.Stage.SECOND


@dataclass(frozen=True, slots=True)
class DrawnFlow:
    """The flow as it is shown. It has one arm, all of them together, where arms are not shown."""

    flow: Flow
    time: int
    is_second: bool
    has_outcome: bool

    @property
    def wide(self) -> Drawing:
        return flow_drawing.wide(*self._boxes)

    @property
    def narrow(self) -> Drawing:
        return flow_drawing.narrow(*self._boxes)

    @property
    def told(self) -> str:
        return trial_words.flow_told(self.flow)

    @property
    def table(self) -> Table:
        return trial_tables.flow_table(self.flow, is_second=self.is_second)

    @property
    def _boxes(self) -> tuple[Box, Box, Box, list[Sequence[Box]]]:
        levels = 3 if self.has_outcome else 2
        return (
            trial_words.assessed(self.flow, is_second=self.is_second),
            trial_words.excluded(self.flow, is_second=self.is_second),
            trial_words.randomised(self.flow),
            [trial_words.arm_boxes(arm, self.time)[:levels] for arm in self.flow.arms],
        )


@dataclass(frozen=True, slots=True)
class Report:
    """`cut`: the data are those up to then. `hidden` says why no arm is told apart: blinded, or
    small."""

    asked: Asked
    cut: datetime
    hidden: str
    has_outcome: bool
    drawn: DrawnFlow | None = None
    parts: tuple[Part, ...] = ()
    rows: tuple[trial_file.Row, ...] = field(default=(), repr=False)


def factors(trial: Trial) -> list[Factor]:
    return list(trial.factors.select_related("trial").order_by("position", "pk"))


def asked(found: Sequence[Factor], *, factor: str, time: str) -> Asked:
    first = found[0] if found else None
    chosen = next((each for each in found if each.key == factor), first)
    return Asked(chosen, int(time) if time in map(str, TIMES) else TIMES[0])


def query(wanted: Asked) -> dict[str, str]:
    factor = {"factor": wanted.factor.key} if wanted.factor else {}
    return {**factor, "time": str(wanted.time)}


def report(trial: Trial, wanted: Asked, *, shows_arms: bool, now: datetime) -> Report:
    has_outcome = wanted.factor is not None and _asks_outcome(trial)
    reading = Reading(wanted.factor, time=wanted.time, now=now) if wanted.factor else None
    flow = reading.flow() if reading else None
    hidden = "" if shows_arms else "blinded"
    if not hidden and flow and any(arm.allocated < SMALLEST_CELL for arm in flow.arms):
        hidden = "small"
    if hidden and flow:
        flow = flow.together(_("All arms together"))
    drawn = DrawnFlow(flow, wanted.time, wanted.is_second, has_outcome) if flow else None
    rows = list(trial_file.flow_rows(flow)) if flow else []
    parts: list[Part] = []
    if not hidden:
        for part, more in _told(trial, reading, has_outcome, now):
            parts += part
            rows += more
    return Report(wanted, now, hidden, has_outcome, drawn, tuple(parts), tuple(rows))


def _told(
    trial: Trial, reading: Reading | None, has_outcome: bool, now: datetime
) -> Iterator[tuple[list[Part], list[trial_file.Row]]]:
    """Whatever tells arms or options apart."""
    if reading is not None:
        effects = reading.effects()
        names = {arm.key: arm.name for arm in reading.arms}
        yield (
            list(trial_parts.of_factor(effects, names, has_outcome=has_outcome)),
            list(trial_file.effects_rows(effects, reading.keys)),
        )
    steps = drawn_steps(trial, now=now)
    yield (
        list(trial_parts.of_steps(steps)),
        list(trial_file.steps_rows(step.effect for step in steps)),
    )


def _asks_outcome(trial: Trial) -> bool:
    return Question.objects.filter(version__campaign=trial.campaign_id, key="use7").exists()
