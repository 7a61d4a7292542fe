"""Effects in figures, as the page of a trial's report says them in the reader's language."""

from django.utils.translation import gettext as _

from research.estimators.estimate import Estimate
from research.estimators.means import Sample
from research.share import Share

_DASH = "\u2013"


def share(found: Share) -> str:
    """`26.0 % (104 of 400)`."""
    if found.value is None:
        return _DASH
    return _("%(share)s (%(part)s of %(whole)s)") % {
        "share": f"{100 * found.value:.1f} %",
        "part": f"{found.numerator:,}",
        "whole": f"{found.denominator:,}",
    }


def points(found: Estimate | None) -> str:
    """A difference of shares, in points of a hundred: `8.0 (2.3 to 13.7)`."""
    if found is None:
        return _DASH
    return _within(*(_signed(100 * each, 1) for each in (found.value, found.low, found.high)))


def ratio(found: Estimate | None) -> str:
    if found is None:
        return _DASH
    return _within(*(f"{each:.2f}" for each in (found.value, found.low, found.high)))


def number(found: Estimate | None) -> str:
    """A difference of means."""
    if found is None:
        return _DASH
    return _within(*(_signed(each, 2) for each in (found.value, found.low, found.high)))


def mean(found: Sample) -> str:
    """`12.4 (SD 3.1, n 200)`."""
    if not found.n:
        return _DASH
    return f"{found.mean:.2f} (SD {found.variance**0.5:.2f}, n {found.n:,})"


def chance(p: float | None) -> str:
    if p is None:
        return _DASH
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def standardised(apart: float | None) -> str:
    return _DASH if apart is None else _signed(apart, 2)


def _within(value: str, low: str, high: str) -> str:
    return _("%(value)s (%(low)s to %(high)s)") % {"value": value, "low": low, "high": high}


def _signed(value: float, places: int) -> str:
    """With a true minus; never a minus before nought."""
    told = f"{abs(value):.{places}f}"
    return f"\u2212{told}" if value < 0 and float(told) else told
