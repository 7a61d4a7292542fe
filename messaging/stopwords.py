"""Whether a text is a STOP, a START or a call for help, and how sure that is.

Where nobody else does it for us (outside the US and Canada) missing a STOP is a breach, and one
too many costs a confirmation text; so STOP is read generously. But in a programme about stopping,
"I want to stop smoking" is the reason to stay. The words themselves are data, language by
language: messaging/languages. Latin STOP works in every language.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from messaging.folding import fold, one_slip, squeezed, without_signature
from messaging.language_packs import LANGUAGE_PACKS, OTHER
from messaging.phrases import phrases

Grade = Literal["stop", "ambiguous", "help", "start"]

_PACKS = tuple(LANGUAGE_PACKS.values())
_STOP = frozenset().union(*(pack.stop for pack in _PACKS))
#: In a tobacco programme these are as likely a wish to join, or news.
_AMBIGUOUS = frozenset().union(*(pack.ambiguous for pack in _PACKS))
_HELP = frozenset().union(*(pack.help for pack in _PACKS))
#: Brings a number back that has left. A programme may join with one of these, and nothing else.
START: frozenset[str] = frozenset().union(*(pack.start for pack in _PACKS))
#: What the transport hears first, folded; no programme may use one as a keyword.
RESERVED: frozenset[str] = _STOP | _AMBIGUOUS | _HELP

#: 47 CFR 64.1200(a)(10), in force since 11 April 2025: these alone revoke consent. It holds in the
#: territories as in the states.
_US = frozenset({"stop", "quit", "end", "revoke", "opt out", "optout", "cancel", "unsubscribe"})
#: Where the law or the carriers take a word for STOP that is asked about elsewhere. Canada: the
#: carriers' short code guidelines ask for ARRET beside STOP.
STOP_BY_LAW: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("US", "PR", "VI", "GU", "AS", "MP"), _US),
    "CA": frozenset({"arret", "end", "quit"}),
}

_LEAVING = phrases(phrase for pack in _PACKS for phrase in pack.leaving)
#: "My cravings won't leave me alone" is why some must come first.
_LEAVING_FIRST = phrases(phrase for pack in _PACKS for phrase in pack.leaving_first)
#: "Please don't stop sending these" is no STOP.
_STAYING = phrases(phrase for pack in _PACKS for phrase in pack.staying)
_WRONG_NUMBER = phrases(phrase for pack in _PACKS for phrase in pack.wrong_number)
_VERBS = frozenset().union(*(pack.verbs for pack in _PACKS))
_CONTACT = frozenset().union(*(pack.contact for pack in _PACKS))
_HABIT = frozenset().union(*(pack.habit for pack in _PACKS))
_POLITE = frozenset().union(*(pack.polite for pack in _PACKS))
_WHEN = frozenset().union(*(pack.when for pack in _PACKS))
_NEIGHBOURS = frozenset().union(*(pack.neighbours for pack in _PACKS))
_CLAUSE_ENDS = re.compile(r"[.!?,;:\n\u060c\u061f\u0964]+")
_SHORT = 3
_REACH = 5


def reserved(languages: Iterable[str]) -> frozenset[str]:
    """What the transport hears first in these languages (`pt-BR` is pt), in English, and in those
    without a list of their own."""
    codes = {"en", OTHER, *(language.split("-")[0].split("_")[0] for language in languages)}
    packs = [LANGUAGE_PACKS[code] for code in codes & set(LANGUAGE_PACKS)]
    return frozenset().union(*(pack.stop | pack.ambiguous | pack.help for pack in packs))


def graded(text: str, *, country: str = "") -> Grade | None:
    """`stop`: opt the number out now. `ambiguous`: it may be a stop; ask, or let a person read.
    `help`: a bare call for help. `start`: a number that has left may want to come back. `country`:
    of the number, as two letters; its law may take more words for a stop."""
    text = without_signature(text)
    folded = fold(text)
    words = folded.split()
    if not words:
        return None
    if all(len(word) == 1 for word in words):
        folded = "".join(words)
        words = [folded]
    rest = [word for word in words if word not in _POLITE]
    core = " ".join(rest)
    clauses = tuple(_outer_clauses(text))
    if not _STOP.isdisjoint((folded, core, *clauses)):
        return "stop"
    if any(map(_says_wrong_number, (folded, *clauses))):
        return "stop"
    if country and core in STOP_BY_LAW.get(country.upper(), ()) and folded.startswith(core):
        return "stop"
    if folded in _AMBIGUOUS or core in _AMBIGUOUS:
        return "ambiguous"
    if folded in _HELP or (core in _HELP and len(words) <= _SHORT):
        return "help"
    if folded in START or core in START:
        return "start"
    return _in_sentence(folded, words, rest)


def is_wrong_number(text: str) -> bool:
    """Whether whoever texts says that the number is not the person's we mean. It is a STOP too."""
    text = without_signature(text)
    return any(map(_says_wrong_number, (fold(text), *_outer_clauses(text))))


def _says_wrong_number(folded: str) -> bool:
    """ "Wrong number please stop" too."""
    words = folded.split()
    while words and (words[-1] in _POLITE or words[-1] in _STOP):
        words.pop()
    return _WRONG_NUMBER.end(" ".join(words))


def _outer_clauses(text: str) -> Iterator[str]:
    """ "Stop, I never asked for this"; "I never asked for this. Stop!" """
    clauses = [clause for clause in _CLAUSE_ENDS.split(text) if clause and not clause.isspace()]
    yield from map(fold, clauses[:1])
    yield from map(fold, clauses[-1:])


def _in_sentence(folded: str, words: list[str], rest: list[str]) -> Grade | None:
    if _STAYING.found_in(folded):
        folded = _STAYING.taken_out(folded)
        words = rest = folded.split()
    if _LEAVING.found_in(folded) or _LEAVING_FIRST.begin(folded):
        return "stop"
    # STP is "please" in French, but beside nothing it is a slip.
    if len(rest) <= 1 and len(words) <= _SHORT and any(map(_like_stop, rest or words)):
        return "stop"
    places = [place for place, word in enumerate(words) if word in _VERBS]
    if not places:
        return None
    objects = {_object(words[place + 1 : place + 1 + _REACH]) for place in places}
    if "contact" in objects:
        return "stop"
    if "habit" in objects:
        return None
    first = words[0] in _VERBS - _AMBIGUOUS
    if first and len(words) <= _SHORT and not any(map(_tells_when, words[1:])):
        return "stop"
    return "ambiguous"


def _tells_when(word: str) -> bool:
    """ "Stop on Friday" answers when, not whether."""
    return word in _WHEN or any(character.isdigit() for character in word)


def _object(following: list[str]) -> str:
    """A stop that reaches what a sender does first is about our texts, else about the habit."""
    for word in following:
        if word in _CONTACT:
            return "contact"
        if word in _HABIT:
            return "habit"
    return ""


def _like_stop(word: str) -> bool:
    """One slip of the thumb from STOP: a letter wrong, missing, doubled, or two swapped."""
    if word in _NEIGHBOURS or len(word) < _SHORT:
        return False
    return one_slip(word, "stop") or one_slip(word, "stopp") or squeezed(word) == "stop"
