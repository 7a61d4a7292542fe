"""Compiled content laid out as a calendar: by what is counted from, by week, by day. Pure.

What is laid out are the very timelines and moments that the journey walks along, so that a day here
is a day there. Who gets a text is asked by the journey; here its conditions stand in words.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import groupby

from campaigns.condition_telling import anchor_words
from campaigns.content import Content
from campaigns.diff_words import counted
from campaigns.journey_weeks import DAYS, Band, Day, Lane, Tile, Week
from campaigns.rules import StepRule, entered_stage
from campaigns.wording import Wording
from trust.telling import tell

#: Colours of bands; a further stage takes the first again.
HUES = 8
#: Of a text, on its tile.
_SHOWN = 70


def lanes(
    content: Content,
    *,
    stages: Mapping[str, str],
    dose: str | None,
    language: str,
    changed: Collection[str] = (),
) -> tuple[Lane, ...]:
    """`stages`: their names by key, in order. `dose`: one of the content's, or None for the texts
    of all of them. `changed`: the keys of texts worded otherwise than before."""
    drawing = _Drawing(content, stages, language, changed)
    steps = tuple(_steps(content, dose))
    anchors = dict.fromkeys(step.anchor for step in content.steps)
    found = (
        _lane(drawing, anchor, [step for step in steps if step.anchor == anchor])
        for anchor in anchors
    )
    return tuple(lane for lane in found if lane.texts)


def doses(content: Content) -> tuple[str, ...]:
    """From the fewest texts to the most, as MORE leads; then those it never leads to."""
    found: dict[str, None] = {}
    for first in (name for name, rule in content.profiles.items() if not rule.less):
        dose = first
        while dose in content.profiles and dose not in found:
            found[dose] = None
            dose = content.profiles[dose].more
    return tuple(found | dict.fromkeys(content.profiles))


def _steps(content: Content, dose: str | None) -> Iterator[StepRule]:
    """Those the journey walks along at a dose."""
    if dose is None:
        yield from content.steps
        return
    for timeline in content.timelines[dose].values():
        for steps in timeline.steps:
            yield from steps
    for moments in content.moments[dose].values():
        yield from moments.steps


@dataclass(frozen=True, slots=True)
class _Drawing:
    content: Content
    stages: Mapping[str, str]
    language: str
    changed: Collection[str]

    def name(self, stage: str) -> str:
        return self.stages.get(stage, stage)

    def hue(self, stage: str) -> int:
        return list(self.stages).index(stage) % HUES if stage in self.stages else 0

    def tile(self, step: StepRule) -> Tile:
        texts = shown_texts(self.content, step)
        said = texts[0].said(self.content, self.language) if texts else None
        bank = tell("a text of %(bank)s", bank=step.bank.replace("_", " ")) if step.bank else ""
        return Tile(
            key=step.key,
            stage=self.name(step.stage),
            hue=self.hue(step.stage),
            at=at_words(self.content, step),
            words=_cut(readable(said)) if said is not None else bank or step.key,
            kind="question" if step.question else "bank" if step.bank else "text",
            turn=tell("time %(number)s", number=step.repeat + 1) if step.repeat else "",
            is_changed=any(text.key in self.changed for text in texts),
            text=texts[0].key if texts else "",
        )


@dataclass(frozen=True, slots=True)
class ShownText:
    """One wording of a step: the key of its text, the variant's name, its condition's source."""

    key: str
    variant: str = ""
    only: str = ""

    def said(self, content: Content, language: str) -> Wording | None:
        own = content.texts.get((self.key, language))
        return own or content.texts.get((self.key, content.default_language))


def shown_texts(content: Content, step: StepRule) -> tuple[ShownText, ...]:
    """The usual wording first; none for a step that draws on a bank."""
    usual = content.step_text_key(step)
    found = [ShownText(usual)] if content.has_text(usual) else []
    for variant in step.variants:
        source = variant.when.source if variant.when is not None else ""
        found.append(ShownText(f"{step.key}@{variant.name}", variant.name, source))
    return tuple(found)


def readable(wording: Wording) -> str:
    """With what is filled in later by its name: Welcome [first name]."""
    pieces = list(wording.parts)
    pieces[1::2] = [f"[{name.replace('_', ' ')}]" for name in pieces[1::2]]
    return "".join(pieces)


def _cut(words: str) -> str:
    if len(words) <= _SHOWN:
        return words
    return words[:_SHOWN].rsplit(" ", 1)[0].rstrip(",.:;") + "\u2026"


def at_words(content: Content, step: StepRule) -> str:
    """When on its day, or how long after: 10:25; 3 hours."""
    if step.after is None:
        return content.slots_of[""][step.slot].start.isoformat("minutes")
    minutes = int(step.after.total_seconds()) // 60
    for size, noun in ((1440, "day"), (60, "hour")):
        if minutes and minutes % size == 0:
            return counted(minutes // size, noun)
    return counted(minutes, "minute")


def anchor_title(anchor: str, stages: Mapping[str, str]) -> str:
    entered = entered_stage(anchor)
    if entered is not None:
        return tell("entering %(stage)s", stage=stages.get(entered, entered))
    return anchor_words(anchor)


def _lane(drawing: _Drawing, anchor: str, steps: Sequence[StepRule]) -> Lane:
    on_days = [step for step in steps if step.day is not None]
    moments = sorted(
        (step for step in steps if step.after is not None), key=lambda step: step.after or 0
    )
    return Lane(
        anchor,
        anchor_title(anchor, drawing.stages),
        tuple(drawing.tile(step) for step in moments),
        tuple(_weeks(drawing, on_days)),
    )


def _weeks(drawing: _Drawing, steps: Sequence[StepRule]) -> Iterator[Week]:
    def number(step: StepRule) -> int:
        return (step.day or 0) // DAYS

    rows = {week: list(found) for week, found in groupby(sorted(steps, key=number), key=number)}
    in_week = {week: {step.stage for step in found} for week, found in rows.items()}
    last: int | None = None
    for week, found in rows.items():
        yield Week(
            week,
            0 if last is None else week - last - 1,
            tuple(_bands(drawing, found, in_week.get(week - 1), in_week.get(week + 1))),
            tuple(_days(drawing, week, found)),
        )
        last = week


def _bands(
    drawing: _Drawing,
    steps: Iterable[StepRule],
    before: set[str] | None,
    after: set[str] | None,
) -> Iterator[Band]:
    """A stage goes on to the week's edge where the week beside it has texts of it too."""
    columns: dict[str, list[int]] = {}
    for step in steps:
        columns.setdefault(step.stage, []).append((step.day or 0) % DAYS + 1)
    order = list(drawing.stages)
    for stage in sorted(columns, key=lambda key: order.index(key) if key in order else -1):
        first = 1 if stage in (before or ()) else min(columns[stage])
        last = DAYS if stage in (after or ()) else max(columns[stage])
        yield Band(drawing.name(stage), drawing.hue(stage), first, last - first + 1)


def _days(drawing: _Drawing, week: int, steps: Sequence[StepRule]) -> Iterator[Day]:
    slots = drawing.content.slots_of[""]

    def moment(step: StepRule) -> tuple[time, str]:
        return slots[step.slot].start, step.key

    for column in range(1, DAYS + 1):
        offset = week * DAYS + column - 1
        today = sorted((step for step in steps if step.day == offset), key=moment)
        yield Day(column, offset, tuple(drawing.tile(step) for step in today))
