"""The words people text, language by language, as data: messaging/languages/*.toml. Pure.

Whoever texts, in whichever language, is heard in all of them: nobody tells us first which she will
write in. `reviewed` says that a native speaker has signed the list.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from importlib import resources
from types import MappingProxyType
from typing import Any

from messaging.folding import fold

#: Plain words of the languages that have no list of their own yet.
OTHER = "other"
CRISES = ("self_harm", "chest_pain", "low_glucose", "violence")
_PLAIN = ("name", "reviewed", "crisis")
#: Written as phrases; see messaging.phrases.
_PHRASES = ("leaving", "leaving_first", "staying", "wrong_number")


@dataclass(frozen=True, slots=True)
class LanguagePack:
    """One language. Words are folded, phrases are as written.

    stop, start, ambiguous, help: a whole text. neighbours: real words one slip from STOP.
    leaving: said anywhere in a sentence; leaving_first: only where it begins; wrong_number: where
    it ends; staying: what only sounds like leaving ("don't stop").
    verbs: what is stopped with; contact: what a sender does; habit: what is given up.
    polite: changes nothing beside a STOP; when: tells when, not whether.
    crisis, no_crisis: phrases and idioms by kind. commonest: heard in spite of a slip.
    """

    code: str
    name: str
    reviewed: bool
    stop: frozenset[str] = frozenset()
    start: frozenset[str] = frozenset()
    ambiguous: frozenset[str] = frozenset()
    help: frozenset[str] = frozenset()
    neighbours: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    contact: frozenset[str] = frozenset()
    habit: frozenset[str] = frozenset()
    polite: frozenset[str] = frozenset()
    when: frozenset[str] = frozenset()
    leaving: tuple[str, ...] = ()
    leaving_first: tuple[str, ...] = ()
    staying: tuple[str, ...] = ()
    wrong_number: tuple[str, ...] = ()
    crisis: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    no_crisis: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    commonest: frozenset[str] = frozenset()


_WORDS = frozenset(each.name for each in fields(LanguagePack)) - {
    "code", "no_crisis", "commonest", *_PLAIN, *_PHRASES,
}  # fmt: skip


def read_language_pack(code: str, text: str) -> LanguagePack:
    """ValueError naming the file where a key is not known or a value is not what it should be."""
    file = f"{code}.toml"
    found = tomllib.loads(text)
    _known(file, found, {*_PLAIN, *_PHRASES, *_WORDS})
    crisis = found.get("crisis", {})
    _known(file, crisis, {*CRISES, "commonest", "not"})
    _known(file, crisis.get("not", {}), CRISES)
    if not isinstance(found.get("name"), str) or not isinstance(found.get("reviewed"), bool):
        raise ValueError(f"{file}: name and reviewed are missing")
    given: dict[str, Any] = {
        key: frozenset(map(fold, _listed(file, key, found[key]))) for key in _WORDS & set(found)
    }
    given |= {key: _listed(file, key, found[key]) for key in _PHRASES if key in found}
    return LanguagePack(
        code=code,
        name=found["name"],
        reviewed=found["reviewed"],
        crisis=_by_kind(file, crisis),
        no_crisis=_by_kind(file, crisis.get("not", {})),
        commonest=frozenset(map(fold, _listed(file, "commonest", crisis.get("commonest", [])))),
        **given,
    )


def _known(file: str, found: Mapping[str, Any], keys: Iterable[str]) -> None:
    for key in found:
        if key not in keys:
            raise ValueError(f"{file}: no list is called {key!r}")


def _by_kind(file: str, found: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType(
        {kind: _listed(file, kind, found[kind]) for kind in CRISES if kind in found}
    )


def _listed(file: str, key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise ValueError(f"{file}: {key} is a list of words")
    return tuple(value)


def _read_all() -> Iterator[LanguagePack]:
    folder = resources.files("messaging") / "languages"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            yield read_language_pack(
                file.name.removesuffix(".toml"), file.read_text(encoding="utf-8")
            )


#: Read once, when the programme starts, by language code.
LANGUAGE_PACKS: Mapping[str, LanguagePack] = MappingProxyType(
    {pack.code: pack for pack in _read_all()}
)
