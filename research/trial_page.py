"""A trial's report: its flow drawn, its effects in tables, its file. What tells the arms apart is
not even read for whoever may not see them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from campaigns.models import Factor, Question, Trial
from research import flow_drawing, trial_file, trial_tables, trial_words
from research.flow import Flow
from research.flow_drawing import Box, Drawing
from research.indicators.abstinence import TIMES
from research.share import SMALLEST_CELL
from research.tables import Table
from research.trial_reading import Effects, Reading


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the report. `told` stands above it, `note` below; `empty` in place of it."""

    key: str
    title: str
    told: str
    table: Table | None = None
    note: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; anything unknown in it gives way to the usual."""

    factor: Factor
    time: int

    @property
    def is_second(self) -> bool:
        return self.factor.stage == Factor.Stage.SECOND


@dataclass(frozen=True, slots=True)
class Report:
    """`cut`: the data are those up to then. `flow` has one arm, all of them together, where the
    arms are not shown; `hidden` says why: blinded, or small."""

    asked: Asked
    cut: datetime
    flow: Flow
    hidden: str
    has_outcome: bool
    parts: tuple[Part, ...] = ()
    rows: tuple[trial_file.Row, ...] = field(default=(), repr=False)

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
        return trial_tables.flow_table(self.flow, is_second=self.asked.is_second)

    @property
    def _boxes(self) -> tuple[Box, Box, Box, list[Sequence[Box]]]:
        levels = 3 if self.has_outcome else 2
        return (
            trial_words.assessed(self.flow, is_second=self.asked.is_second),
            trial_words.excluded(self.flow, is_second=self.asked.is_second),
            trial_words.randomised(self.flow),
            [trial_words.arm_boxes(arm, self.asked.time)[:levels] for arm in self.flow.arms],
        )


def factors(trial: Trial) -> list[Factor]:
    return list(trial.factors.select_related("trial").order_by("position", "pk"))


def asked(found: Sequence[Factor], *, factor: str, time: str) -> Asked:
    chosen = next((each for each in found if each.key == factor), found[0])
    return Asked(chosen, int(time) if time in map(str, TIMES) else TIMES[0])


def query(wanted: Asked) -> dict[str, str]:
    return {"factor": wanted.factor.key, "time": str(wanted.time)}


def report(wanted: Asked, *, shows_arms: bool, now: datetime) -> Report:
    reading = Reading(wanted.factor, time=wanted.time, now=now)
    flow, has_outcome = reading.flow(), _asks_outcome(wanted.factor.trial)
    hidden = "" if shows_arms else "blinded"
    if not hidden and any(arm.allocated < SMALLEST_CELL for arm in flow.arms):
        hidden = "small"
    if hidden:
        flow = flow.together(_("All arms together"))
        return Report(
            wanted, now, flow, hidden, has_outcome, rows=tuple(trial_file.flow_rows(flow))
        )
    effects = reading.effects()
    return Report(
        wanted,
        now,
        flow,
        hidden,
        has_outcome,
        tuple(_parts(effects, reading, has_outcome)),
        tuple(_rows(flow, effects, reading.keys)),
    )


def _asks_outcome(trial: Trial) -> bool:
    return Question.objects.filter(version__campaign=trial.campaign_id, key="use7").exists()


def _parts(effects: Effects, reading: Reading, has_outcome: bool) -> Iterator[Part]:
    names, first = {arm.key: arm.name for arm in reading.arms}, reading.keys[0]
    pooled = effects.leaving[0].pooled if effects.leaving else 0
    if has_outcome:
        yield Part(
            "abstinence",
            _("Smoke-free by report"),
            _("Each arm beside the first, on both denominators."),
            trial_tables.abstinence_table(effects.abstinence, names, first)
            if effects.abstinence
            else None,
            trial_words.pooled(pooled),
            _("No survey is due and over yet."),
        )
    yield Part(
        "leaving",
        _("How quickly people left"),
        _(
            "From the draw to leaving in any way; a number that takes no texts counts as leaving. "
            "Below 1: they left more slowly than in the first arm."
        ),
        trial_tables.leaving_table(effects.leaving, names, first),
        trial_words.pooled(pooled),
    )
    yield Part(
        "means",
        _("Texts and answers"),
        _("Counted for each person from the draw on, and compared by their means."),
        trial_tables.means_table(effects.means, names, first),
    )
    yield Part(
        "balance",
        _("How alike the arms were"),
        _(
            "What was known of people when they were allocated, and how far each arm stands from "
            "the first, in standard deviations. Beyond 0.1 is worth a look; after a fair draw it "
            "is chance, so nothing is tested."
        ),
        trial_tables.balance_table(effects.balance, names),
    )


def _rows(flow: Flow, effects: Effects, arms: Sequence[str]) -> Iterator[trial_file.Row]:
    yield from trial_file.flow_rows(flow)
    yield from trial_file.abstinence_rows(effects.abstinence, arms[0])
    yield from trial_file.leaving_rows(effects.leaving, arms[0])
    yield from trial_file.means_rows(effects.means, arms[0])
    yield from trial_file.balance_rows(effects.balance, arms)
