"""What a figure means, in words that stand beside it wherever it is shown. Pure."""

from dataclasses import dataclass

#: Said with every definition.
EXCLUDED = "Test participants are left out."


@dataclass(frozen=True, slots=True)
class Definition:
    """`version` rises when the same rows would give another figure."""

    key: str
    title: str
    meaning: str
    numerator: str
    denominator: str
    unit: str
    excluded: str = EXCLUDED
    version: int = 1
