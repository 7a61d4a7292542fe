"""Changes as a page shows them: by stage, then what belongs to none; and how many in each language.
Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaigns.change import Change, Kind
from campaigns.diff_words import counted
from trust.telling import tell

_PARTS = {
    "campaign": tell("The campaign as a whole"),
    "question": tell("Questions"),
    "bank": tell("Message banks"),
    "keyword": tell("Keywords"),
    "text": tell("Replies and other texts"),
}


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
    lines: list[str] = [
        tell("%(language)s: %(what)s", language=language, what=_told(found, "text"))
        for language, found in texts.items()
    ]
    if others:
        lines.append(tell("beside the texts: %(what)s", what=_told(others, "part")))
    return lines


def _told(found: Counter[Kind], noun: str) -> tuple[str, ...]:
    """The first with its noun: `2 texts added, 1 reworded`."""
    said = [(kind, found[kind]) for kind in Kind if found[kind]]
    (first, count), *rest = said
    return (
        _done(first, counted(count, noun)),
        *(_done(kind, f"{number:,}") for kind, number in rest),
    )


def _done(kind: Kind, what: str) -> str:
    match kind:
        case Kind.ADDED:
            return tell("%(what)s added", what=what)
        case Kind.REMOVED:
            return tell("%(what)s removed", what=what)
        case Kind.MOVED:
            return tell("%(what)s moved", what=what)
        case Kind.REWORDED:
            return tell("%(what)s reworded", what=what)
        case Kind.CHANGED:
            return tell("%(what)s changed", what=what)
