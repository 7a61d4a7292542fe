"""What changed from one pack to the next, key by key. Pure.

Steps, stages, questions, banks and keywords are matched by key, texts by key and language. What
a part is made of is compared field by field, so that a field added to the pack is compared too.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from campaigns.change import Change, Kind
from campaigns.diff_words import spoken, when_words
from campaigns.pack_values import Pack, PackStage, PackStep
from trust.telling import tell

_PARTS = ("stages", "questions", "banks", "keywords")
_WHEN = ("day", "slot", "after_minutes")


def diff(before: Pack, after: Pack) -> list[Change]:
    """Nothing, exactly when the two packs are equal."""
    return [
        *_sides(_Place("campaign"), before, after, skip=(*_PARTS, "texts")),
        *_parts("stage", before.stages, after.stages),
        *_steps(before, after),
        *_parts("question", before.questions, after.questions),
        *_parts("bank", before.banks, after.banks),
        *_parts("keyword", before.keywords, after.keywords),
        *_texts(before, after),
    ]


@dataclass(frozen=True, slots=True)
class _Place:
    """What a change is a change of."""

    subject: str
    key: str = ""
    stage: str = ""

    def change(self, kind: Kind, *, before: str = "", after: str = "", aspect: str = "") -> Change:
        return Change(
            kind, self.subject, self.key, before=before, after=after, stage=self.stage,
            aspect=aspect,
        )  # fmt: skip


def _parts(subject: str, before: Iterable[Any], after: Iterable[Any]) -> Iterator[Change]:
    """Stages, questions, banks or keywords."""
    old, new = _by_key(before), _by_key(after)
    for key in (*new, *(key for key in old if key not in new)):
        place = _Place(subject, key, key if subject == "stage" else "")
        if key not in old:
            yield place.change(Kind.ADDED, after=_title(new[key]))
        elif key not in new:
            yield place.change(Kind.REMOVED, before=_title(old[key]))
        else:
            yield from _sides(place, old[key], new[key], skip=("key", "steps"))
            if subject == "stage":
                steps = ([step.key for step in stage.steps] for stage in (old[key], new[key]))
                yield from _order(place, "steps", *steps)
    yield from _order(_Place("campaign"), f"{subject}s", list(old), list(new))


def _title(part: Any) -> str:
    return getattr(part, "name", "") or ""


def _steps(before: Pack, after: Pack) -> Iterator[Change]:
    old, new = _placed(before), _placed(after)
    for key, (stage, step) in new.items():
        place = _Place("step", key, stage.key)
        if key not in old:
            yield place.change(Kind.ADDED, after=when_words(step))
            continue
        old_stage, old_step = old[key]
        was, is_now = when_words(old_step), when_words(step)
        if old_stage.key != stage.key:
            was, is_now = _in_stage(old_stage, was), _in_stage(stage, is_now)
        if was != is_now:
            yield place.change(Kind.MOVED, before=was, after=is_now)
        yield from _sides(place, old_step, step, skip=_WHEN)
    for key, (stage, step) in old.items():
        if key not in new:
            place = _Place("step", key, stage.key)
            yield place.change(Kind.REMOVED, before=when_words(step))


def _in_stage(stage: PackStage, when: str) -> str:
    return tell("%(stage)s, %(when)s", stage=stage.key, when=when)


def _placed(pack: Pack) -> dict[str, tuple[PackStage, PackStep]]:
    return {step.key: (stage, step) for stage in pack.stages for step in stage.steps}


def _texts(before: Pack, after: Pack) -> Iterator[Change]:
    """A step whose words changed is reworded; a variant's words are its step's."""
    stages = {key: stage.key for key, (stage, _) in (_placed(before) | _placed(after)).items()}
    left = [language for language in before.texts if language not in after.texts]
    for language in (*after.texts, *left):
        old, new = before.texts.get(language, {}), after.texts.get(language, {})
        for key in (*new, *(key for key in old if key not in new)):
            if key in old and key in new and old[key] == new[key]:
                continue
            kind = Kind.REWORDED
            if key not in old or key not in new:
                kind = Kind.ADDED if key in new else Kind.REMOVED
            stage = stages.get(key.partition("@")[0], "")
            subject = "step" if stage and kind is Kind.REWORDED else "text"
            yield Change(kind, subject, key, language, old.get(key, ""), new.get(key, ""), stage)


def _sides(place: _Place, before: Any, after: Any, *, skip: Iterable[str]) -> Iterator[Change]:
    """Field by field; where a field holds named entries, entry by entry."""
    for name in [side.name for side in fields(after) if side.name not in skip]:
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        old_entries, new_entries = _entries(old), _entries(new)
        if old_entries is None or new_entries is None:
            yield place.change(Kind.CHANGED, before=spoken(old), after=spoken(new), aspect=name)
            continue
        for key in (*new_entries, *(key for key in old_entries if key not in new_entries)):
            was = spoken(old_entries[key]) if key in old_entries else ""
            is_now = spoken(new_entries[key]) if key in new_entries else ""
            if old_entries.get(key) != new_entries.get(key) or was != is_now:
                yield place.change(Kind.CHANGED, before=was, after=is_now, aspect=f"{name} ({key})")
        if not isinstance(old, Mapping):
            yield from _order(place, name, list(old_entries), list(new_entries))


def _entries(value: Any) -> Mapping[str, Any] | None:
    """A mapping's, or those of a sequence of parts that have a key; None for anything else."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, tuple) and not any(isinstance(part, str) for part in value):
        return _by_key(value)
    return None


def _by_key(parts: Iterable[Any]) -> dict[str, Any]:
    """By key, value or name; a keyword, which has none of them, by what it does."""
    found: dict[str, Any] = {}
    for part in parts:
        names = (getattr(part, side, "") for side in ("key", "value", "name"))
        key = next(filter(None, names), "") or _own_words(part)
        while key in found:
            key += " (again)"
        found[key] = part
    return found


def _own_words(part: Any) -> str:
    values = (getattr(part, side.name) for side in fields(part))
    return " ".join(value for value in values if isinstance(value, str) and value)


def _order(place: _Place, aspect: str, before: list[str], after: list[str]) -> Iterator[Change]:
    """Parts in another order, apart from those that came or went."""
    old = [key for key in before if key in after]
    new = [key for key in after if key in before]
    if old != new:
        yield place.change(
            Kind.CHANGED, before=spoken(tuple(old)), after=spoken(tuple(new)),
            aspect=tell("order of %(aspect)s", aspect=aspect.replace("_", " ")),
        )  # fmt: skip
