"""A campaign's figures as rows with both their numbers: what the API tells of indicators. Pure."""

from collections.abc import Iterator
from typing import Any

from research.indicators.abstinence import DEFINITION as ABSTINENCE
from research.indicators.abstinence import Outcome
from research.indicators.definition import Definition
from research.indicators.dose import DEFINITION as DOSE
from research.indicators.dose import Dose
from research.indicators.funnel import DEFINITION as FUNNEL
from research.indicators.funnel import Step
from research.indicators.opt_outs import DEFINITION as OPT_OUTS
from research.indicators.opt_outs import OptOuts
from research.share import Share

Row = dict[str, Any]


def rows(
    *,
    funnel: tuple[Step, ...],
    dose: Dose,
    opt_outs: OptOuts,
    abstinence: tuple[Outcome, ...],
) -> list[Row]:
    return [
        *(_row(FUNNEL, step.key, step.of_before) for step in funnel),
        _row(DOSE, "sent", dose.sent_share),
        _row(DOSE, "delivered", dose.delivered_share),
        _row(DOSE, "kept_back", dose.suppressed_share),
        _row(OPT_OUTS, "told_why", opt_outs.told),
        *_outcomes(abstinence),
    ]


def _outcomes(outcomes: tuple[Outcome, ...]) -> Iterator[Row]:
    """Both denominators, always side by side."""
    for each in outcomes:
        name = f"d{each.time}.w{each.window}"
        yield _row(ABSTINENCE, f"{name}.missing_is_smoking", each.of_due)
        yield _row(ABSTINENCE, f"{name}.respondents", each.of_answers)


def _row(of: Definition, key: str, share: Share) -> Row:
    """Of fewer than five nothing is told but that they are few."""
    told: Row = {
        "indicator": of.key,
        "version": of.version,
        "key": key,
        "unit": of.unit,
        "suppressed": share.denominator > 0 and share.is_small,
        "numerator": None,
        "denominator": None,
        "value": None,
        "low": None,
        "high": None,
    }
    if told["suppressed"]:
        return told
    band = share.interval
    return told | {
        "numerator": share.numerator,
        "denominator": share.denominator,
        "value": share.value,
        "low": None if band is None else band.low,
        "high": None if band is None else band.high,
    }
