"""Figures in words, as every page and report says them. Pure."""

from research.share import Share


def per_cent(share: Share) -> str:
    """`12.5 % (5 of 40)` without the brackets: 12.5 %; a dash of nothing."""
    return "\u2013" if share.value is None else f"{100 * share.value:.{_places(share)}f} %"


def with_interval(share: Share) -> str:
    """With the 95 % interval: `12 % (6 to 22 %)`."""
    if share.interval is None:
        return "\u2013"
    low, high = 100 * share.interval.low, 100 * share.interval.high
    return f"{per_cent(share)} ({low:.0f} to {high:.0f} %)"


def of(share: Share) -> str:
    return f"{share.numerator:,} of {share.denominator:,}"


def people(count: int, one: str = "person", many: str = "people") -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {many}"


def _places(share: Share) -> int:
    """A tenth of a per cent means something of a thousand, not of forty."""
    return 1 if share.denominator >= 1000 else 0
