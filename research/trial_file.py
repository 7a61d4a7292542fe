"""All figures of a trial's report in one table, a figure a row, for other programs. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from research.estimators.estimate import Estimate
from research.estimators.means import Sample
from research.flow import Flow
from research.share import Share
from research.tables import Value
from research.trial_effects import Balance, Leaving, Means, Shares

HEADS = (
    "part", "figure", "arm", "against", "basis", "value", "low", "high", "p",
    "numerator", "denominator", "against_numerator", "against_denominator", "strata_pooled",
)  # fmt: skip
_LEVELS = (
    "allocated", "received", "stayed", "withdrew", "lost", "no_date", "not_due", "silent",
    "answered",
)  # fmt: skip
Row = tuple[Value, ...]


def flow_rows(flow: Flow) -> Iterator[Row]:
    yield _row("flow", "assessed", value=flow.assessed)
    for reason, count in flow.excluded.items():
        yield _row("flow", f"excluded.{reason}", value=count)
    yield _row("flow", "on_the_way_in", value=flow.waiting)
    for arm in flow.arms:
        for level in _LEVELS:
            yield _row("flow", level, arm=arm.key, value=getattr(arm, level))


def abstinence_rows(found: Sequence[Shares], first: str) -> Iterator[Row]:
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


def leaving_rows(found: Sequence[Leaving], first: str) -> Iterator[Row]:
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


def means_rows(found: Sequence[Means], first: str) -> Iterator[Row]:
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


def balance_rows(found: Sequence[Balance], arms: Sequence[str]) -> Iterator[Row]:
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
