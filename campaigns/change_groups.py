"""Changes as a page shows them: by stage, then what belongs to none; and how many in each language.
Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaigns.change import Change, Kind
from campaigns.diff_words import counted

_PARTS = {
    "campaign": "The campaign as a whole",
    "question": "Questions",
    "bank": "Message banks",
    "keyword": "Keywords",
    "text": "Replies and other texts",
}
_SAID = {Kind.ADDED: "added", Kind.REWORDED: "reworded", Kind.REMOVED: "removed"}


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    changes: tuple[Change, ...]


def grouped(changes: Iterable[Change], stages: Mapping[str, str]) -> tuple[Group, ...]:
    """`stages`: their names, in their order."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        title = stages.get(change.stage) or change.stage or _PARTS[change.subject]
        found.setdefault(title, []).append(change)
    order = [*stages.values(), *_PARTS.values()]
    titles = sorted(found, key=lambda title: order.index(title) if title in order else -1)
    return tuple(Group(title, tuple(found[title])) for title in titles)


def told_by_language(changes: Iterable[Change]) -> list[str]:
    """`en: 2 texts added, 1 reworded`, and what changes beside the texts."""
    texts: dict[str, Counter[Kind]] = {}
    others: Counter[Kind] = Counter()
    for change in changes:
        if change.is_wording:
            texts.setdefault(change.language, Counter())[change.kind] += 1
        else:
            others[change.kind] += 1
    lines = [f"{language}: {_told(found, 'text')}" for language, found in texts.items()]
    return [*lines, f"beside the texts: {_told(others, 'part')}"] if others else lines


def _told(found: Counter[Kind], noun: str) -> str:
    said = [(found[kind], _SAID.get(kind, str(kind))) for kind in Kind if found[kind]]
    first, *rest = said
    head = f"{counted(first[0], noun)} {first[1]}"
    return ", ".join([head, *(f"{count:,} {word}" for count, word in rest)])
