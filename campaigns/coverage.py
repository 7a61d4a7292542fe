"""Which techniques of behaviour change a campaign uses, stage by stage and bank by bank, and how
far two coders agree. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from campaigns.lint_dose import LARGEST_SHARE
from campaigns.pack_values import Pack
from campaigns.techniques import TECHNIQUES, Technique, in_order

#: Key of a step or bank text -> the codes found in it.
Codes = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one stage or bank. texts: those with words of their own; coded: those with a code.
    counts, groups: how many texts use a technique, or one of a group of the taxonomy."""

    key: str
    title: str
    texts: int
    coded: int
    counts: tuple[tuple[Technique, int], ...]
    groups: Counter[int]

    @property
    def leans_on(self) -> Technique | None:
        """A technique in more than 40 % of five texts or more."""
        if self.texts < 5 or not self.counts:
            return None
        most, count = max(self.counts, key=lambda counted: counted[1])
        return most if count > LARGEST_SHARE * self.texts else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over the texts both coded and the techniques either found: Cohen's kappa of "is in it"."""

    texts: int
    share: float
    kappa: float | None


def own_codes(pack: Pack) -> dict[str, frozenset[str]]:
    """What the pack itself says, of every step and bank text."""
    found = {step.key: frozenset(step.tags) for stage in pack.stages for step in stage.steps}
    found |= {text.key: frozenset(text.tags) for bank in pack.banks for text in bank.texts}
    return found


def coverage(pack: Pack, codes: Codes) -> list[Coverage]:
    return [_covered(key, title, keys, codes) for key, title, keys in _parts(pack)]


def _parts(pack: Pack) -> Iterator[tuple[str, str, list[str]]]:
    for stage in pack.stages:
        own = [step.key for step in stage.steps if not step.question and not step.bank]
        if own:
            yield stage.key, stage.name, own
    for bank in pack.banks:
        yield bank.key, f"Bank: {bank.name}", [text.key for text in bank.texts]


def _covered(key: str, title: str, keys: Iterable[str], codes: Codes) -> Coverage:
    found = [codes.get(each, frozenset()) for each in keys]
    counts = Counter(code for each in found for code in each)
    told = tuple((TECHNIQUES[code], counts[code]) for code in in_order(set(counts)))
    groups = Counter(
        number for each in found for number in {TECHNIQUES[code].group for code in each}
    )
    return Coverage(key, title, len(found), sum(map(bool, found)), told, groups)


def agreement(one: Codes, other: Codes) -> Agreement | None:
    """None where no text was coded by both."""
    shared = [key for key in one if key in other]
    either = {code for key in shared for code in one[key] | other[key]}
    pairs = [(code in one[key], code in other[key]) for key in shared for code in either]
    if not pairs:
        return None
    same = sum(first == second for first, second in pairs) / len(pairs)
    yes = [sum(each) / len(pairs) for each in zip(*pairs, strict=True)]
    chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    return Agreement(len(shared), same, None if chance == 1 else (same - chance) / (1 - chance))
