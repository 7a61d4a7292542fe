"""Words of need in a text: self-harm, chest pain, a low sugar, violence. Pure.

Heard in every language, anywhere in a text, and whatever else it says. When in doubt a first
person is in need: a reply with the country's number costs a text, silence may cost a life. What is
only a manner of speaking ("dying for a cigarette") is taken out first.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from messaging.folding import fold, one_slip
from messaging.language_packs import LANGUAGE_PACKS
from messaging.phrases import Phrases, phrases


class Crisis(StrEnum):
    """In the order they win where a text says more than one."""

    SELF_HARM = "self_harm"
    CHEST_PAIN = "chest_pain"
    LOW_GLUCOSE = "low_glucose"
    VIOLENCE = "violence"


def crisis_in(text: str) -> Crisis | None:
    folded = fold(text)
    if not folded:
        return None
    corrected = " ".join(map(_corrected, folded.split()))
    for said in dict.fromkeys((folded, corrected)):
        for crisis in Crisis:
            if _SAID[crisis].found_in(said) and _SAID[crisis].found_in(
                _IDIOMS[crisis].taken_out(said)
            ):
                return crisis
    return None


def _every(kind: Crisis, *, idioms: bool) -> Phrases:
    packs = LANGUAGE_PACKS.values()
    written = (pack.no_crisis if idioms else pack.crisis for pack in packs)
    return phrases(phrase for each in written for phrase in each.get(kind, ()))


def _shortened(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each word in full and with a letter left out; words one slip apart have one in common."""
    for word in words:
        yield word, word
        for place in range(len(word)):
            yield word[:place] + word[place + 1 :], word


def _corrected(word: str) -> str:
    """The word meant, where one slip of the thumb leads to one of the commonest."""
    if len(word) < _SHORTEST or word in _KNOWN:
        return word
    for shortened, _ in _shortened((word,)):
        meant = _NEAR.get(shortened)
        if meant is not None and one_slip(word, meant):
            return meant
    return word


_SAID: Mapping[Crisis, Phrases] = {kind: _every(kind, idioms=False) for kind in Crisis}
_IDIOMS: Mapping[Crisis, Phrases] = {kind: _every(kind, idioms=True) for kind in Crisis}
_NEAR: Mapping[str, str] = dict(
    _shortened(sorted(word for pack in LANGUAGE_PACKS.values() for word in pack.commonest))
)
#: Words of the phrases themselves are meant as they stand: `dreper` is no slip of `drepe`.
_KNOWN = frozenset(
    word
    for pack in LANGUAGE_PACKS.values()
    for written in (*pack.crisis.values(), *pack.no_crisis.values())
    for phrase in written
    for word in fold(phrase.replace("|", " ")).split()
)
#: Of a text's word; a shorter one is too near too many others.
_SHORTEST = 4
