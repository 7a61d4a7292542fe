"""Conditions: a small language that says for whom a step or a wording is meant. Pure.

`product = 'vape' and days_since(quit_date) >= 3`; docs/conditions.md is its reference. A condition
is read once, into nested functions; its text never reaches anything that could run it. What is not
known makes a comparison unknown, and in the end unknown counts as false: nobody gets a text
because of something nobody knows.
"""

from dataclasses import dataclass, field

from campaigns.condition_checks import Kind, Vocabulary
from campaigns.condition_grammar import Reading
from campaigns.condition_logic import Facts, Test
from campaigns.condition_words import BadCondition, tokens

__all__ = [
    "ALWAYS",
    "BadCondition",
    "Condition",
    "Facts",
    "Kind",
    "Vocabulary",
    "compile_condition",
]


@dataclass(frozen=True, slots=True)
class Condition:
    """Called with Facts: whether it holds; never raises. Two of one source are equal.

    names: those compared, or asked about with known(...). anchors: those in days_since(...).
    """

    source: str
    names: frozenset[str] = field(compare=False, repr=False)
    anchors: frozenset[str] = field(compare=False, repr=False)
    stages: frozenset[str] = field(compare=False, repr=False)
    _test: Test = field(compare=False, repr=False)

    def __call__(self, facts: Facts) -> bool:
        return self._test(facts) is True


def compile_condition(source: str, *, known: Vocabulary | None = None) -> Condition:
    """Raises BadCondition. With `known`, names, kinds and choices are checked too."""
    reading = Reading(tokens(source), known)
    test = reading.whole()
    return Condition(
        source=source.strip(),
        names=frozenset(reading.names),
        anchors=frozenset(reading.anchors),
        stages=frozenset(reading.stages),
        _test=test,
    )


#: True for everyone.
ALWAYS = compile_condition("")
