"""Who speaks, of the people behind one number. Pure.

The open question's person is heard first; a name in the text says whose it is; a word that concerns
one person's campaign goes to her. Where two could be meant it is asked once, and remembered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.folding import fold, without_signature


@dataclass(frozen=True, slots=True)
class Speaker:
    """name: as she is called, or nothing. knows: the text is a word of a campaign of hers.
    asked_at: when her question that is still open was asked."""

    participant_id: int
    name: str
    knows: bool
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """Whose the text is, and what she said; nobody's when it must be asked."""

    participant_id: int | None
    text: str


def whose(speakers: Sequence[Speaker], text: str, *, remembered: int | None) -> Meant:
    """`speakers`: two or more, oldest first. `remembered`: whose turn it was a little while ago."""
    named, rest = by_name(speakers, text)
    if named is not None:
        return Meant(named, rest)
    asking = [found for found in speakers if found.asked_at is not None]
    if asking:
        newest = max(asking, key=lambda found: (found.asked_at, found.participant_id))
        return Meant(newest.participant_id, text)
    knowing = [found for found in speakers if found.knows]
    if len(knowing) == 1:
        return Meant(knowing[0].participant_id, text)
    able = knowing or list(speakers)
    if remembered in {found.participant_id for found in able}:
        return Meant(remembered, text)
    # What nobody's word is waits for a person; whose it was she can ask.
    return Meant(None if knowing else able[-1].participant_id, text)


def by_name(speakers: Sequence[Speaker], text: str) -> tuple[int | None, str]:
    """ "Anna CRAVE", "crave anna": whose name stands first or last, and the rest of the text. Not a
    name that two have, nor a text that is only a name."""
    words = without_signature(text).split()
    if len(words) < 2:
        return None, text
    for place, rest in ((0, words[1:]), (-1, words[:-1])):
        said = fold(words[place])
        called = [found for found in speakers if found.name and fold(found.name) == said]
        if len(called) == 1:
            return called[0].participant_id, " ".join(rest)
    return None, text


def listed(names: Sequence[str]) -> str:
    """1 Anna, 2 Per"""
    return ", ".join(f"{place} {name}" for place, name in enumerate(names, start=1))


def chosen(names: Sequence[str], text: str) -> int | None:
    """The place in the list that a text names, by its number or its name."""
    said = fold(without_signature(text))
    places = [place for place, name in enumerate(names) if name and fold(name) == said]
    if len(places) == 1:
        return places[0]
    digits = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in said)
    if digits.isascii() and digits.isdigit() and 1 <= int(digits) <= len(names):
        return int(digits) - 1
    return None
