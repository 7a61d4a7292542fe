"""What the linter says, and what a rule of it is. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from campaigns.pack_values import Pack
from trust.telling import tell


class Severity(StrEnum):
    """error: publishing is refused. warning: somebody must have seen it first. hint: worth a
    look."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


#: Worst first.
SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Place:
    """kind: campaign, stage, step, question, bank, keyword or text, and `key` its own key (a
    keyword's is the word). `file` and `line` where the pack came from files."""

    kind: str
    key: str = ""
    language: str = ""
    file: str = ""
    line: int = 0

    @property
    def words(self) -> str:
        """Where it is, for a page: a text's own key says enough of what it is."""
        named: str = self._named()
        if self.language:
            return tell("%(what)s (%(language)s)", what=named, language=self.language)
        return named

    def _named(self) -> str:
        match self.kind:
            case "campaign":
                return tell("campaign %(key)s", key=self.key) if self.key else tell("campaign")
            case "stage":
                return tell("stage %(key)s", key=self.key)
            case "step":
                return tell("step %(key)s", key=self.key)
            case "question":
                return tell("question %(key)s", key=self.key)
            case "bank":
                return tell("bank %(key)s", key=self.key)
            case "keyword":
                return tell("keyword %(key)s", key=self.key)
            case "text":
                return tell("text %(key)s", key=self.key)
        return f"{self.kind} {self.key}".strip()

    def __str__(self) -> str:
        named = " ".join(filter(None, (self.kind, self.key)))
        if self.language:
            named += f" ({self.language})"
        return f"{self.file}:{self.line} {named}".strip() if self.file else named


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    severity: Severity
    place: Place
    wrong: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of the campaign a pack is for. None: nothing, as for a pack on disk.

    days_to_come: the keys of the country's calendar that have a day ahead. signed_natively: the
    languages a native reader has signed in this very version. join_words: folded word -> the other
    campaign that people on this sender join by it.
    """

    variables: Mapping[str, str] | None = None
    sender_address: str | None = None
    days_to_come: frozenset[str] | None = None
    signed_natively: frozenset[str] = frozenset()
    join_words: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One thing a rule saw. `remedy` where it is another than the rule's own."""

    place: Place
    wrong: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """`about` is what it asks, in one line of docs/linter.md."""

    name: str
    severity: Severity
    about: str
    remedy: str
    look: Callable[[Pack, Setting], Iterator[Found]]
