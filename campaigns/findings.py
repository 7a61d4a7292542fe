"""What a dry run found out about a file: why it can't be taken over, or what it would change.
Pure; kept as JSON between the dry run and the page."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from campaigns.change import Change, Kind
from campaigns.content_files import ContentFile
from campaigns.diff import diff
from campaigns.diff_words import counted
from campaigns.pack_marks import Problem
from campaigns.pack_values import Pack
from trust.telling import as_json, from_json, tell

#: Shown; of more their number is told.
MOST_SHOWN = 1_000
#: Of a translator's note.
_LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Findings:
    """`refused`: why the file as a whole was not read. `count`: of problems or changes, those not
    kept too. `size`: of the campaign it would make, in words. `language`: of a translation."""

    refused: str = ""
    problems: tuple[Problem, ...] = ()
    changes: tuple[Change, ...] = ()
    count: int = 0
    size: str = ""
    language: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def not_shown(self) -> int:
        return self.count - len(self.problems) - len(self.changes)

    def as_json(self) -> dict[str, Any]:
        """With what is told still to be told in the language of whoever opens the page."""
        return dict(as_json(asdict(self)))


def wrong(problems: Sequence[Problem]) -> Findings:
    return Findings(problems=tuple(problems[:MOST_SHOWN]), count=len(problems))


def would_change(before: Pack | None, file: ContentFile) -> Findings:
    """`before` is None where there is no version yet: then all of it is new."""
    changes = [] if before is None else diff(before, file.pack)
    return Findings(
        changes=tuple(changes[:MOST_SHOWN]),
        count=len(changes),
        size=size_words(file.pack),
        language=file.language,
        notes={key: note[:_LONGEST_NOTE] for key, note in list(file.notes.items())[:MOST_SHOWN]},
    )


def size_words(pack: Pack) -> str:
    """`3 stages, 12 steps, 4 questions, 88 texts in en, nb`"""
    steps = sum(len(stage.steps) for stage in pack.stages)
    texts = sum(len(found) for found in pack.texts.values())
    counts = (
        counted(len(pack.stages), "stage"),
        counted(steps, "step"),
        counted(len(pack.questions), "question"),
        counted(texts, "text"),
    )
    return tell("%(counts)s in %(languages)s", counts=counts, languages=pack.languages)


def findings_of(kept: Mapping[str, Any]) -> Findings:
    """As `as_json` wrote them."""
    if not kept:
        return Findings()
    kept = from_json(kept)
    problems = tuple(Problem(**problem) for problem in kept["problems"])
    changes = tuple(Change(**{**each, "kind": Kind(each["kind"])}) for each in kept["changes"])
    return Findings(**{**kept, "problems": problems, "changes": changes})
