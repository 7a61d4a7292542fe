"""What a figure means, in words that stand beside it wherever it is shown. Pure."""

from dataclasses import dataclass

from research.share import Rate, Share
from trust.telling import tell

#: Said with every definition.
EXCLUDED = tell("Test participants are left out.")


@dataclass(frozen=True, slots=True)
class Definition:
    """In English, and told again in the reader's language by a page. `version` rises when the same
    rows would give another figure."""

    key: str
    title: str
    meaning: str
    numerator: str
    denominator: str
    unit: str
    excluded: str = EXCLUDED
    version: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of several. `is_second` stands beside the one before it, with another
    denominator."""

    key: str
    title: str
    of: Share | Rate
    is_second: bool = False
