"""What is drawn at a step, compiled: the options, their odds by state, and what counts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from campaigns.conditions import Condition, compile_condition
from campaigns.trial_values import DrawKind, ProximalKind, draw_of

#: Options that are no variant: the step's own wording, and no text at all.
OWN_TEXT, NOTHING = "text", "nothing"


@dataclass(frozen=True, slots=True)
class Odds:
    """`when` None holds for all."""

    options: tuple[str, ...]
    probabilities: tuple[float, ...]
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class ProximalRule:
    kind: ProximalKind
    within: timedelta
    of: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class DrawRule:
    """odds: the first that holds counts; the last holds for all. factor: of an `again`.
    otherwise: what comes while the trial isn't running, or for those who are not in it."""

    kind: DrawKind
    trial: str
    odds: tuple[Odds, ...] = ()
    sticky: bool = False
    available: Condition | None = None
    otherwise: str = OWN_TEXT
    outcome: ProximalRule | None = None
    factor: str = ""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        found = (self.available, *(odds.when for odds in self.odds))
        return tuple(condition for condition in found if condition is not None)


def draw_rule(written: Mapping[str, Any]) -> DrawRule | None:
    """Of a step's `draw` column, which is empty where nothing is drawn. Raises BadCondition."""
    if not written:
        return None
    kind, trial = DrawKind(written["kind"]), written["trial"]
    if kind is DrawKind.AGAIN:
        return DrawRule(kind, trial, factor=written["factor"])
    draw = draw_of(written)
    usual = Odds(tuple(draw.options), tuple(draw.options.values()))
    by = [
        Odds(tuple(odds.options), tuple(odds.options.values()), compile_condition(odds.when))
        for odds in draw.by
    ]
    outcome = draw.outcome
    return DrawRule(
        kind=kind,
        trial=trial,
        odds=(*by, usual),
        sticky=draw.sticky,
        available=compile_condition(draw.available) if draw.available else None,
        otherwise=draw.otherwise or _otherwise(usual.options),
        outcome=None
        if outcome is None
        else ProximalRule(
            ProximalKind(outcome.kind),
            timedelta(hours=outcome.within_hours),
            outcome.of,
            outcome.value,
        ),
    )


def _otherwise(options: tuple[str, ...]) -> str:
    """Who is not in a trial of whether a text helps gets none; of its wording, the first."""
    return NOTHING if NOTHING in options else options[0]
