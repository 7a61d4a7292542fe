"""One language of a pack on its way to a translator and back. Pure.

A translator's file, whatever its form, is read as a Translation. It changes the texts and defaults
of that language and nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from campaigns.diff_words import when_words
from campaigns.pack_checks import check
from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.pack_values import Pack, PackReader
from trust.telling import tell

#: Before the name of a field whose default is translated like a text.
DEFAULT = "default "


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to translate. `where`: what a translator wants to know of it."""

    key: str
    source: str
    said: str
    where: str


@dataclass(frozen=True, slots=True)
class Translation:
    """`said`: by key, each where it stands. `sources`: what it was translated from. `notes`: the
    translator's own, by key."""

    language: str
    said: Mapping[str, Node]
    sources: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


def entries(pack: Pack, language: str) -> list[Entry]:
    """All that is said in the default language, beside what `language` has of it so far."""
    source = _words(pack, pack.default_language)
    said, told = _words(pack, language), dict(_told(pack))
    return [
        Entry(key, text, said.get(key, ""), told.get(key.partition("@")[0], ""))
        for key, text in source.items()
    ]


def translated(pack: Pack, translation: Translation, problems: Problems) -> Pack:
    """The pack with that language's words; one that it did not have yet comes last. An empty
    cell leaves what stands there. What is wrong with it is in `problems`."""
    language = translation.language
    words, known = _words(pack, language), _words(pack, pack.default_language)
    for key, node in translation.said.items():
        if key not in known and key not in words:
            problems.add(
                node,
                tell(
                    "no text has the key %(key)s%(suggestion)s",
                    key=key,
                    suggestion=suggestion(key, known),
                ),
            )
        elif node.value is not None:
            words[key] = str(node.value)
    languages = pack.languages if language in pack.languages else (*pack.languages, language)
    texts = {key: said for key, said in words.items() if not key.startswith(DEFAULT)}
    defaults = {
        key.removeprefix(DEFAULT): said for key, said in words.items() if key.startswith(DEFAULT)
    }
    made = replace(
        pack,
        native_readers=_still_read(pack, language, words),
        languages=languages,
        texts={**pack.texts, language: texts},
        defaults={**pack.defaults, language: defaults},
    )
    if not problems.found:
        check(made, _marks(translation), problems)
    return made


def _still_read(pack: Pack, language: str, words: Mapping[str, str]) -> Mapping[str, PackReader]:
    """Whoever read a language has not read what it says now."""
    if words == _words(pack, language):
        return pack.native_readers
    return {code: read for code, read in pack.native_readers.items() if code != language}


def overtaken(pack: Pack, translation: Translation) -> list[str]:
    """Keys whose source has been reworded since it was given to the translator."""
    now = _words(pack, pack.default_language)
    return [
        key
        for key, node in translation.said.items()
        if node.value is not None and key in translation.sources and key in now
        and translation.sources[key] != now[key]
    ]  # fmt: skip


def _words(pack: Pack, language: str) -> dict[str, str]:
    defaults = {DEFAULT + name: said for name, said in pack.defaults.get(language, {}).items()}
    return {**defaults, **pack.texts.get(language, {})}


def _told(pack: Pack) -> Iterator[tuple[str, str]]:
    for stage in pack.stages:
        for step in stage.steps:
            when: str = tell("%(stage)s, %(when)s", stage=stage.name, when=when_words(step))
            if step.question:
                when = tell("%(when)s, asks %(question)s", when=when, question=step.question)
            yield step.key, when
    for bank in pack.banks:
        for text in bank.texts:
            yield (
                text.key,
                tell("%(bank)s, one of %(texts)s", bank=bank.name, texts=len(bank.texts)),
            )
    for question in pack.questions:
        yield (
            f"question.{question.key}",
            tell("asks %(question)s (%(kind)s)", question=question.key, kind=question.kind),
        )
        yield (
            f"again.{question.key}",
            tell("when the answer to %(question)s can't be read", question=question.key),
        )
        for answer, outcome in question.outcomes.items():
            if outcome.reply:
                yield (
                    outcome.reply,
                    tell(
                        "answers %(answer)s to %(question)s", answer=answer, question=question.key
                    ),
                )


def _marks(translation: Translation) -> Marks:
    places: dict[tuple[str, str], Node] = {}
    for key, node in translation.said.items():
        places[f"text.{translation.language}", key] = node
    return _Beside(places)


class _Beside(Marks):
    """What is wrong outside the translation stands in the campaign, not in this file."""

    def at(self, kind: str, name: str, otherwise: Node | None = None) -> Node:
        return self.places.get((kind, name), Node("Campaign", 1, None, name or kind))
