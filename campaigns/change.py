"""One difference between two versions, and the sentence that tells it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from trust.telling import Told, tell


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
                return tell(
                    "%(name)s moves from %(before)s to %(after)s",
                    name=name,
                    before=self.before,
                    after=self.after,
                )
            case Kind.REWORDED:
                return tell(
                    "%(name)s is reworded (%(language)s)", name=name, language=self.language
                )
            case Kind.ADDED:
                return self._came_or_went(tell("%(name)s is new", name=name))
            case Kind.REMOVED:
                return self._came_or_went(tell("%(name)s is gone", name=name))
            case Kind.CHANGED:
                return tell(
                    "%(name)s: %(aspect)s changes from %(before)s to %(after)s",
                    name=name,
                    aspect=_spaced(self.aspect),
                    before=self.before or tell("nothing"),
                    after=self.after or tell("nothing"),
                )

    @property
    def sentence(self) -> str:
        """`week.03 moves from day 4 morning to day 5 evening`"""
        if not self.is_wording:
            return self.headline
        if self.kind is Kind.REWORDED:
            return tell(
                '%(headline)s: "%(before)s" becomes "%(after)s"',
                headline=self.headline,
                before=self.before,
                after=self.after,
            )
        return tell(
            '%(headline)s: "%(words)s"', headline=self.headline, words=self.after or self.before
        )

    def _came_or_went(self, said: str) -> str:
        if self.language:
            return tell("%(said)s (%(language)s)", said=said, language=self.language)
        words = self.after or self.before
        return tell("%(said)s, %(words)s", said=said, words=words) if words else said

    def _name(self) -> str:
        match self.subject:
            case "campaign":
                return tell("the campaign")
            case "stage":
                return tell("stage %(key)s", key=self.key)
            case "question":
                return tell("question %(key)s", key=self.key)
            case "bank":
                return tell("bank %(key)s", key=self.key)
            case "keyword":
                return tell("keyword %(key)s", key=self.key)
            case "text":
                return tell("text %(key)s", key=self.key)
        return self.key


def _spaced(aspect: str) -> str:
    return aspect if isinstance(aspect, Told) else aspect.replace("_", " ")
