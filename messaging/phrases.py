"""Phrases looked for in a sentence. Pure.

A phrase is written as it is said, word by word: `want|wanna to? die`. `a|b` is either, `x?` may be
left out, `do_not` is one of two words, `suicid*` and `*xyz` stand for any ending or beginning,
`...` for up to three words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from messaging.folding import fold

_GAP = "..."
#: Letters of a stem, as `sui` of `suicid*`.
_STEM = 3
_BETWEEN = r"(?:\S+ ){0,3}?"


@dataclass(frozen=True, slots=True)
class Phrases:
    """By their first word, so that a text costs one look-up a word."""

    _by_word: Mapping[str, re.Pattern[str]]
    _by_stem: Mapping[str, re.Pattern[str]]
    _by_end: re.Pattern[str] | None

    def found_in(self, folded: str) -> bool:
        return next(self._spans(folded), None) is not None

    def begin(self, folded: str) -> bool:
        return next((start == 1 for start, _ in self._spans(folded)), False)

    def end(self, folded: str) -> bool:
        return any(end == len(folded) + 2 for _, end in self._spans(folded))

    def taken_out(self, folded: str) -> str:
        """The text with what the phrases say left out, and a sign in its place."""
        kept, place = "", 0
        padded = f" {folded} "
        for start, end in self._spans(folded):
            if start >= place:
                kept += padded[place:start] + "\u2205 "
                place = end
        return (kept + padded[place:]).strip()

    def _spans(self, folded: str) -> Iterator[tuple[int, int]]:
        """Where phrases stand in the text with a blank before and after it."""
        padded, start = f" {folded} ", 1
        for word in folded.split():
            for pattern in (
                self._by_word.get(word),
                self._by_stem.get(word[:_STEM]),
                None if word.isascii() else self._by_end,
            ):
                if pattern is not None and (found := pattern.match(padded, start)):
                    yield start, found.end()
                    break
            start += len(word) + 1


def phrases(written: Iterable[str]) -> Phrases:
    """ValueError for a phrase that begins with a gap, with a word that may be left out, with fewer
    than three letters of a stem, or with the mere end of a Latin word: those cost too much."""
    by_word: dict[str, list[str]] = {}
    by_stem: dict[str, list[str]] = {}
    by_end: list[str] = []
    # The longest first, so that as much is taken out, and as near the end, as can be.
    for phrase in sorted(written, key=lambda each: (-len(each.split()), each)):
        first, *rest = phrase.split()
        following = "".join(map(_pattern, rest))
        for word in first.split("|"):
            stem = fold(word)
            if word == _GAP or first.endswith("?") or (word.startswith("*") and stem.isascii()):
                raise ValueError(f"a phrase begins with a certain word: {phrase!r}")
            pattern = _pattern(word) + following
            if word.startswith("*"):
                by_end.append(pattern)
            elif not word.endswith("*"):
                by_word.setdefault(stem.split()[0], []).append(pattern)
            elif len(stem) >= _STEM:
                by_stem.setdefault(stem[:_STEM], []).append(pattern)
            else:
                raise ValueError(f"a phrase begins with a longer stem: {phrase!r}")
    return Phrases(
        {word: re.compile("|".join(found)) for word, found in by_word.items()},
        {stem: re.compile("|".join(found)) for stem, found in by_stem.items()},
        re.compile("|".join(by_end)) if by_end else None,
    )


def _pattern(word: str) -> str:
    if word == _GAP:
        return _BETWEEN
    either = "|".join(map(_one, word.removesuffix("?").split("|")))
    return f"(?:(?:{either}) )?" if word.endswith("?") else f"(?:{either}) "


def _one(word: str) -> str:
    before = r"\S*" if word.startswith("*") else ""
    after = r"\S*" if word.endswith("*") else ""
    return before + re.escape(fold(word)) + after
