"""How many segments a step's text takes: usually, and at most. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from statistics import median_high
from typing import NamedTuple

from campaigns.content import Content
from campaigns.rules import StepRule
from campaigns.wording import LONGEST_OWN, MissingValue, Wording, render
from messaging.segments import measure

#: A person's own fields as most people have them: a name of six letters, a short date.
USUAL = {
    "first_name": "Amalie",
    "quit_date": "12 March",
    "days_smoke_free": "21",
    "money_saved": "1200",
    "own_reason": "my children",
    "resume_date": "12 March",
    "own_hours": "08-20",
    "erase_code": "4821",
    "web_link": "https://example.org/me/0123456789012345678901/",
}


class Size(NamedTuple):
    """Segments of a text: usually, and at most."""

    usual: int
    most: int


class Sizes:
    """The sizes of one version's steps, each measured once a language."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self._known: dict[tuple[str, str], Size] = {}

    def of(self, step: StepRule, language: str) -> Size:
        """Of several wordings the middle one is the usual one, and the longest counts as most."""
        found = self._known.get((step.key, language))
        if found is None:
            sizes = list(self._each(_text_keys(self.content, step), language)) or [Size(1, 1)]
            spare = self._each(self.content.banks[step.pool] if step.pool else (), language)
            usual = median_high(size.usual for size in sizes)
            found = Size(usual, max(size.most for size in (*sizes, *spare)))
            self._known[step.key, language] = found
        return found

    def _each(self, text_keys: Iterable[str], language: str) -> Iterator[Size]:
        defaults = self.content.defaults.get(language, {})
        for key in text_keys:
            try:
                wording = self.content.wording(key, language)
                yield Size(
                    usual=measure(render(wording, USUAL, defaults)).segments,
                    most=max(
                        measure(_longest(wording, {})).segments,
                        measure(_longest(wording, defaults)).segments,
                    ),
                )
            except MissingValue:
                continue


def _text_keys(content: Content, step: StepRule) -> Iterator[str]:
    """Every wording `choosing` may choose for this step in a first attempt."""
    if step.bank:
        yield from content.banks[step.bank]
        return
    if step.question:
        yield content.step_text_key(step)
        return
    yield from (f"{step.key}@{variant.name}" for variant in step.variants)
    if all(variant.when is not None for variant in step.variants):
        yield step.key


def _longest(wording: Wording, defaults: Mapping[str, str]) -> str:
    """With every field at its longest, or at its default where one is given."""
    pieces = list(wording.parts)
    for place in range(1, len(pieces), 2):
        field = pieces[place]
        pieces[place] = defaults.get(field) or "n" * LONGEST_OWN[field]
    return "".join(pieces)
