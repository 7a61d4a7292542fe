"""How hard a campaign is to read, by LIX: long words and long sentences. Pure.

One text has too few sentences for any formula, so a stage's texts, or a bank's, are taken together.
"""

import re
from collections.abc import Iterator

from campaigns.lint_findings import Found, Place, Rule, Setting, Severity
from campaigns.pack_values import Pack
from trust.telling import tell

#: Ours that a newspaper's figure lies near 50 in (Björnsson 1983), as in the Swedish the bands were
#: made for. Spanish and Portuguese ones come to 70 by the language alone.
_MEASURED = frozenset({"en", "nb", "nn", "fr"})
#: Below it lie stories for children and plain fiction.
HARDEST = 40
FEWEST_WORDS = 60
_LONG = 7
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?:]+(?:\s|$)")


def lix(texts: list[str]) -> float | None:
    """Words a sentence plus the percentage of words of seven letters or more. None where there are
    too few words to tell. A name that is filled in counts as a short word."""
    plain = [_PLACEHOLDER.sub("Kim", text) for text in texts]
    words = [word for text in plain for word in _WORD.findall(text)]
    if len(words) < FEWEST_WORDS:
        return None
    # A text without a full stop is a sentence too.
    sentences = sum(
        len([part for part in _SENTENCE.split(text) if _WORD.search(part)]) for text in plain
    )
    hard = sum(len(word) >= _LONG for word in words)
    return len(words) / sentences + 100 * hard / len(words)


def _hard_reading(pack: Pack, setting: Setting) -> Iterator[Found]:
    for place, keys in _stretches(pack):
        for language in pack.languages:
            if language.split("-")[0] not in _MEASURED:
                continue
            said = [text for key, text in pack.texts[language].items() if _base(key) in keys]
            level = lix(said)
            if level is not None and level > HARDEST:
                yield Found(
                    Place(place.kind, place.key, language),
                    tell(
                        "LIX %(level)s over %(texts)s texts; plain is %(plain)s and below",
                        level=f"{level:.0f}",
                        texts=len(said),
                        plain=HARDEST,
                    ),
                )


def _stretches(pack: Pack) -> Iterator[tuple[Place, set[str]]]:
    for stage in pack.stages:
        yield Place("stage", stage.key), {step.key for step in stage.steps}
    for bank in pack.banks:
        yield Place("bank", bank.key), {text.key for text in bank.texts}


def _base(key: str) -> str:
    """Of a variant or a discreet wording."""
    return re.split("[@~]", key, maxsplit=1)[0]


READING_RULES = (
    Rule(
        "hard_reading",
        Severity.HINT,
        tell("A stage's or bank's texts, taken together, have long words and long sentences."),
        tell("Say it shorter, and read it aloud to somebody."),
        _hard_reading,
    ),
)
