"""One thing that is wrong with what was typed: where, and what to do. Pure."""

from typing import NamedTuple

from trust.telling import tell


class Fault(NamedTuple):
    """`field` is the form's field; the command knows its option from it."""

    field: str
    message: str


class CountryRefused(Exception):
    """What is wrong, all of it; nothing was made."""

    def __init__(self, found: tuple[Fault, ...]) -> None:
        super().__init__(
            tell("%(found)s things are to be put right; nothing was made.", found=len(found))
        )
        self.faults = found
