"""A trial as content writes it down: values, and their form in a file. Pure.

docs/trials.md is the reference. A pack, a version and the rows of a trial hold the same values.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

#: As a condition names the arm of a factor: arm.dose.
ARM_PREFIX = "arm."
#: The usual odds of the best-balancing arm in minimisation.
COIN = 0.8


class Method(StrEnum):
    """How people are allocated; the same words as campaigns.models.Trial.Method."""

    SIMPLE = "simple"
    BLOCKS = "blocks"
    STRATIFIED = "stratified"
    MINIMISATION = "minimisation"


class FactorStage(StrEnum):
    FIRST = "first"
    SECOND = "second"


class DrawKind(StrEnum):
    """What is drawn at a step: a wording, whether anything comes at all, an arm of stage two."""

    AB = "ab"
    MICRO = "micro"
    AGAIN = "again"


class ProximalKind(StrEnum):
    """What counts as the outcome of one draw, within its window."""

    ANSWER = "answer"
    KEYWORD = "keyword"
    REPLY = "reply"
    READING = "reading"


@dataclass(frozen=True, slots=True)
class PackArm:
    key: str
    name: str
    ratio: int = 1
    version: int = 0
    profile: str = ""
    when: str = ""
    delay_days: int = 0
    assessment_only: bool = False


@dataclass(frozen=True, slots=True)
class PackFactor:
    """`step`: of the second stage, where it is drawn."""

    key: str
    name: str
    arms: tuple[PackArm, ...]
    stage: str = FactorStage.FIRST.value
    step: str = ""
    non_responder: str = ""
    tailoring: str = ""


@dataclass(frozen=True, slots=True)
class PackOdds:
    """`options`: name -> probability; they add up to 1."""

    options: Mapping[str, float]
    when: str = ""


@dataclass(frozen=True, slots=True)
class PackProximal:
    """`of`: the question, keyword or reading; `value`: the answer that counts, or any."""

    kind: str
    within_hours: int
    of: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class PackDraw:
    """`by`: the first whose condition holds counts, else `options`."""

    step: str
    kind: str
    options: Mapping[str, float]
    by: tuple[PackOdds, ...] = ()
    sticky: bool = False
    available: str = ""
    otherwise: str = ""
    outcome: PackProximal | None = None


@dataclass(frozen=True, slots=True)
class PackTrial:
    key: str
    name: str
    about: str = ""
    method: str = Method.SIMPLE.value
    strata: tuple[str, ...] = ()
    block_sizes: tuple[int, ...] = ()
    coin: float = COIN
    eligible: str = ""
    consent: str = ""
    blinded: bool = True
    factors: tuple[PackFactor, ...] = ()
    draws: tuple[PackDraw, ...] = ()


def trial_file(trial: PackTrial) -> dict[str, Any]:
    """As trials.yaml has it, without what is as usual."""
    return {
        "key": trial.key,
        "name": trial.name,
        "method": trial.method,
        "blinded": trial.blinded,
        **_given(
            about=trial.about,
            strata=list(trial.strata),
            block_sizes=list(trial.block_sizes),
            coin="" if trial.coin == COIN else str(trial.coin),
            eligible=trial.eligible,
            consent=trial.consent,
            factors=[_factor_file(factor) for factor in trial.factors],
            draws=[draw_file(draw) for draw in trial.draws],
        ),
    }


def _factor_file(factor: PackFactor) -> dict[str, Any]:
    arms = [
        {"key": arm.key, "name": arm.name, "ratio": arm.ratio, **_given(**_changes(arm))}
        for arm in factor.arms
    ]
    second = factor.stage == FactorStage.SECOND
    return {
        "key": factor.key,
        "name": factor.name,
        **_given(
            stage=factor.stage if second else "",
            step=factor.step,
            non_responder=factor.non_responder,
            tailoring=factor.tailoring,
        ),
        "arms": arms,
    }


def _changes(arm: PackArm) -> dict[str, Any]:
    changes = asdict(arm)
    return {name: changes[name] for name in changes if name not in ("key", "name", "ratio")}


def draw_file(draw: PackDraw) -> dict[str, Any]:
    outcome = draw.outcome
    return {
        "step": draw.step,
        "kind": draw.kind,
        "options": _odds(draw.options),
        **_given(
            by=[{"when": odds.when, "options": _odds(odds.options)} for odds in draw.by],
            sticky=draw.sticky,
            available=draw.available,
            otherwise=draw.otherwise,
            outcome={} if outcome is None else _given(**asdict(outcome)),
        ),
    }


def _odds(options: Mapping[str, float]) -> dict[str, str]:
    """YAML's own floats have strange spellings, so a probability is written in words of its own."""
    return {name: f"{probability:.6g}" for name, probability in options.items()}


def _given(**fields: Any) -> dict[str, Any]:
    return {
        name: value for name, value in fields.items() if value not in (None, "", {}, [], 0, False)
    }


def trial_of(written: Mapping[str, Any]) -> PackTrial:
    """The other way round, of what `trial_file` gave."""
    return PackTrial(
        key=written["key"],
        name=written["name"],
        about=written.get("about", ""),
        method=written.get("method", Method.SIMPLE.value),
        strata=tuple(written.get("strata", ())),
        block_sizes=tuple(written.get("block_sizes", ())),
        coin=float(written.get("coin", COIN)),
        eligible=written.get("eligible", ""),
        consent=written.get("consent", ""),
        blinded=written.get("blinded", True),
        factors=tuple(_factor_of(factor) for factor in written.get("factors", ())),
        draws=tuple(draw_of(draw) for draw in written.get("draws", ())),
    )


def _factor_of(written: Mapping[str, Any]) -> PackFactor:
    arms = tuple(PackArm(**arm) for arm in written.get("arms", ()))
    return PackFactor(**{**written, "arms": arms})


def draw_of(written: Mapping[str, Any]) -> PackDraw:
    outcome = written.get("outcome")
    return PackDraw(
        step=written["step"],
        kind=written["kind"],
        options=_floats(written["options"]),
        by=tuple(
            PackOdds(_floats(odds["options"]), odds["when"]) for odds in written.get("by", ())
        ),
        sticky=written.get("sticky", False),
        available=written.get("available", ""),
        otherwise=written.get("otherwise", ""),
        outcome=PackProximal(**outcome) if outcome else None,
    )


def _floats(options: Mapping[str, str]) -> dict[str, float]:
    return {name: float(probability) for name, probability in options.items()}
