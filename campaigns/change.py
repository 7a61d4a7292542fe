"""One difference between two versions, and the sentence that tells it. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    REWORDED = "reworded"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` are words for people, empty where there is none.

    subject: campaign, stage, step, question, bank, keyword or text. stage: where it stands in the
    plan, if it does. aspect: which side of it changed, when the kind does not say.
    """

    kind: Kind
    subject: str
    key: str
    language: str = ""
    before: str = ""
    after: str = ""
    stage: str = ""
    aspect: str = ""

    @property
    def is_wording(self) -> bool:
        """`before` and `after` are whole texts."""
        return bool(self.language)

    @property
    def headline(self) -> str:
        """The sentence without the wordings, for pages that show them apart."""
        name = self._name()
        match self.kind:
            case Kind.MOVED:
                return f"{name} moves from {self.before} to {self.after}"
            case Kind.REWORDED:
                return f"{name} is reworded ({self.language})"
            case Kind.ADDED | Kind.REMOVED:
                became = "is new" if self.kind is Kind.ADDED else "is gone"
                words = "" if self.is_wording else self.after or self.before
                return f"{name} {became}{', ' if words else ''}{words}{self._in_language()}"
            case Kind.CHANGED:
                was, is_now = self.before or "nothing", self.after or "nothing"
                aspect = self.aspect.replace("_", " ")
                return f"{name}: {aspect} changes from {was} to {is_now}"

    @property
    def sentence(self) -> str:
        """`week.03 moves from day 4 morning to day 5 evening`"""
        if not self.is_wording:
            return self.headline
        if self.kind is Kind.REWORDED:
            return f'{self.headline}: "{self.before}" becomes "{self.after}"'
        return f'{self.headline}: "{self.after or self.before}"'

    def _name(self) -> str:
        if self.subject == "campaign":
            return "the campaign"
        return self.key if self.subject == "step" else f"{self.subject} {self.key}"

    def _in_language(self) -> str:
        return f" ({self.language})" if self.language else ""
