"""All figures of a trial's report in one table, a figure a row, for other programs. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from research.estimators.estimate import Estimate
from research.estimators.means import Sample
from research.flow import Flow
from research.proximal_effects import Proximal
from research.share import Share
from research.trial_effects import Balance, Effects, Leaving, Means, Shares

HEADS = (
    "part", "figure", "arm", "against", "basis", "value", "low", "high", "p",
    "numerator", "denominator", "against_numerator", "against_denominator", "strata_pooled",
)  # fmt: skip
_LEVELS = (
    "allocated", "received", "stayed", "withdrew", "lost", "no_date", "not_due", "silent",
    "answered",
)  # fmt: skip
Value = str | int | float | None
Row = tuple[Value, ...]


def flow_rows(flow: Flow) -> Iterator[Row]:
    yield _row("flow", "assessed", value=flow.assessed)
    for reason, count in flow.excluded.items():
        yield _row("flow", f"excluded.{reason}", value=count)
    yield _row("flow", "on_the_way_in", value=flow.waiting)
    for arm in flow.arms:
        for level in _LEVELS:
            yield _row("flow", level, arm=arm.key, value=getattr(arm, level))


def effects_rows(effects: Effects, arms: Sequence[str]) -> Iterator[Row]:
    yield from _abstinence_rows(effects.abstinence, arms[0])
    yield from _leaving_rows(effects.leaving, arms[0])
    yield from _means_rows(effects.means, arms[0])
    yield from _balance_rows(effects.balance, arms)


def steps_rows(steps: Iterable[Proximal]) -> Iterator[Row]:
    for step in steps:
        told = {"decided": step.decided, "not_over": step.not_over, "not_random": step.not_random}
        told |= {f"unavailable.{why}": count for why, count in step.unavailable.items()}
        told["people"] = step.fit.people if step.fit is not None else 0
        for name, count in told.items():
            yield _row("proximal", f"{step.step}.{name}", value=count)
        for place, option in enumerate(step.options):
            found = step.fit.effects[place - 1] if step.fit is not None and place else None
            yield _row(
                "proximal",
                f"{step.step}.difference" if place else f"{step.step}.reference",
                arm=option,
                against=step.reference if place else "",
                estimate=None if found is None else found.estimate,
                p=None if found is None else found.p,
                shares=(step.shares[option], step.shares[step.reference] if place else None),
            )


def _abstinence_rows(found: Sequence[Shares], first: str) -> Iterator[Row]:
    for each in found:
        for name, estimate in (
            ("difference", each.difference),
            ("ratio", each.ratio),
            ("odds_ratio", each.odds),
        ):
            yield _row(
                "abstinence",
                f"d{each.time}.w{each.window}.{name}",
                arm=each.arm,
                against=first,
                basis=each.basis.value,
                estimate=estimate,
                p=each.p,
                shares=(each.share, each.against),
                pooled=each.pooled,
            )


def _leaving_rows(found: Sequence[Leaving], first: str) -> Iterator[Row]:
    for each in found:
        yield _row(
            "leaving",
            "hazard_ratio",
            arm=each.arm,
            against=first,
            estimate=each.hazard,
            p=each.p,
            shares=(each.share, each.against),
            pooled=each.pooled,
        )


def _means_rows(found: Sequence[Means], first: str) -> Iterator[Row]:
    for each in found:
        for name, sample in ((each.arm, each.sample), (first, each.against)):
            yield from _sample_rows("means", each.what, name, sample)
        yield _row(
            "means",
            f"{each.what}.difference",
            arm=each.arm,
            against=first,
            estimate=each.difference,
            p=each.p,
        )


def _balance_rows(found: Sequence[Balance], arms: Sequence[str]) -> Iterator[Row]:
    for each in found:
        name = f"{each.by}={each.value}" if each.value else each.by
        for arm, figure in zip(arms, each.figures, strict=True):
            if isinstance(figure, Share):
                yield _row("balance", name, arm=arm, value=figure.value, shares=(figure, None))
            else:
                yield from _sample_rows("balance", name, arm, figure)
        for arm, apart in zip(arms[1:], each.differences, strict=True):
            yield _row(
                "balance",
                f"{name}.standardised_difference",
                arm=arm,
                against=arms[0],
                value=apart,
            )


def _sample_rows(part: str, figure: str, arm: str, sample: Sample) -> Iterator[Row]:
    told: Mapping[str, Value] = {
        "n": sample.n,
        "mean": sample.mean if sample.n else None,
        "sd": sample.variance**0.5 if sample.n > 1 else None,
    }
    for name, value in told.items():
        yield _row(part, f"{figure}.{name}", arm=arm, value=value)


def _row(
    part: str,
    figure: str,
    *,
    arm: str = "",
    against: str = "",
    basis: str = "",
    value: Value = None,
    estimate: Estimate | None = None,
    p: float | None = None,
    shares: tuple[Share, Share | None] | None = None,
    pooled: int | None = None,
) -> Row:
    low = high = None
    if estimate is not None:
        value, low, high = estimate.value, estimate.low, estimate.high
    counts: list[int | None] = []
    for share in shares or (None, None):
        counts += [share.numerator, share.denominator] if share else [None, None]
    told = (_rounded(each) for each in (value, low, high, p))
    return (part, figure, arm, against, basis, *told, *counts, pooled)


def _rounded(value: Value) -> Value:
    """To ten digits: what a computer adds behind them is no figure."""
    return float(f"{value:.10g}") if isinstance(value, float) else value
