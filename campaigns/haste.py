"""How soon a person takes up the case that a keyword opens. Pure."""

from enum import StrEnum


class Haste(StrEnum):
    """The names of Case.Urgency, as a pack writes them."""

    URGENT = "urgent"
    SOON = "soon"
    ORDINARY = "ordinary"
