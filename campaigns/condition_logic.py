"""What a condition is made of once it is read: small functions from Facts to true, false or
unknown (Kleene's three values). Pure, and quick: a tick asks thousands of people.

Unknown is None. It is what a comparison gives when its value is absent or blank, or cannot be read
as the number or date it is compared with; so a slip in the data never makes `!=` or `not` true.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any

from campaigns.condition_words import Literal

#: Facts hold what people answered as it is stored, so a yes may be a word.
_TRUTHS = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person at one instant. All optional.

    values: attributes, and attempt, slips, profile, language, weekday; answers as
    "answer.<question>"; readings as "reading.<kind>"; the last word on a consent as
    "consent.<scope>", yes or no. Blank words count as unknown.
    days: anchor name -> whole local days since it, negative before it.
    stages: the stages in force.
    """

    values: Mapping[str, str | int | float | date] = field(default_factory=dict)
    days: Mapping[str, int] = field(default_factory=dict)
    stages: frozenset[str] = frozenset()


Test = Callable[[Facts], bool | None]
_Compare = Callable[[Any, Any], bool]

_COMPARES: Mapping[str, _Compare] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What is compared: a value by its name, or the days since the anchor of that name."""

    name: str
    days: bool = False

    @property
    def shown(self) -> str:
        return f"days_since({self.name})" if self.days else self.name


def always(truth: bool) -> Test:
    return lambda facts: truth


def negated(test: Test) -> Test:
    def opposite(facts: Facts) -> bool | None:
        found = test(facts)
        return None if found is None else not found

    return opposite


def all_of(tests: Sequence[Test]) -> Test:
    """False as soon as one is false; else unknown when one is unknown."""
    if len(tests) == 1:
        return tests[0]
    fixed = tuple(tests)

    def every(facts: Facts) -> bool | None:
        result: bool | None = True
        for test in fixed:
            found = test(facts)
            if found is False:
                return False
            if found is None:
                result = None
        return result

    return every


def any_of(tests: Sequence[Test]) -> Test:
    """True as soon as one is true; else unknown when one is unknown."""
    if len(tests) == 1:
        return tests[0]
    fixed = tuple(tests)

    def some(facts: Facts) -> bool | None:
        result: bool | None = False
        for test in fixed:
            found = test(facts)
            if found:
                return True
            if found is None:
                result = None
        return result

    return some


def in_stage(key: str) -> Test:
    return lambda facts: key in facts.stages


def is_consented(name: str) -> Test:
    """Whether the last word on it was yes. Never unknown: who was not asked has not consented."""
    return lambda facts: facts.values.get(name) == "yes"


def is_known(name: str) -> Test:
    """Whether there is a value, or an anchor of that name. Never unknown."""

    def known(facts: Facts) -> bool:
        value = facts.values.get(name)
        if value is None or value == "" or _is_endless(value):
            return name in facts.days
        return True

    return known


def comparison(subject: Subject, sign: str, literals: Sequence[Literal]) -> Test:
    """`sign` is =, !=, <, <=, >, >=, in or between; that they fit is checked before."""
    if sign == "!=":
        return negated(comparison(subject, "=", literals))
    if sign == "between":
        low, high = literals
        return all_of([_compared(subject, ">=", low), _compared(subject, "<=", high)])
    words = [literal for literal in literals if isinstance(literal, str)]
    if len(words) == len(literals):
        return _among_words(subject.name, words)
    return any_of([_compared(subject, "=" if sign == "in" else sign, one) for one in literals])


def _compared(subject: Subject, sign: str, literal: Literal) -> Test:
    if isinstance(literal, bool):
        return _is_truth(subject.name, literal)
    if isinstance(literal, str):
        return _among_words(subject.name, [literal])
    if isinstance(literal, date):
        return _date_compared(subject.name, _COMPARES[sign], literal)
    compared = _days_compared if subject.days else _number_compared
    return compared(subject.name, _COMPARES[sign], literal)


def _among_words(name: str, words: Sequence[str]) -> Test:
    folded = frozenset(word.casefold() for word in words)

    def worded(facts: Facts) -> bool | None:
        value = facts.values.get(name)
        if isinstance(value, str):
            return value.casefold() in folded if value else None
        # A question for a date may have choices too; a day is none of them.
        return False if isinstance(value, date) else None

    return worded


def _days_compared(anchor: str, compare: _Compare, number: float) -> Test:
    def days(facts: Facts) -> bool | None:
        since = facts.days.get(anchor)
        return None if since is None else compare(since, number)

    return days


def _number_compared(name: str, compare: _Compare, number: float) -> Test:
    def numbered(facts: Facts) -> bool | None:
        value = facts.values.get(name)
        found = value if type(value) is int else _number_of(value)
        return None if found is None else compare(found, number)

    return numbered


def _date_compared(name: str, compare: _Compare, day: date) -> Test:
    def dated(facts: Facts) -> bool | None:
        found = _date_of(facts.values.get(name))
        return None if found is None else compare(found, day)

    return dated


def _is_truth(name: str, truth: bool) -> Test:
    def true(facts: Facts) -> bool | None:
        value = facts.values.get(name)
        found = _TRUTHS.get(value.casefold()) if isinstance(value, str) else value
        return found is truth if isinstance(found, bool) else None

    return true


def _number_of(value: object) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or _is_endless(value):
        return None
    return value


def _date_of(value: object) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _is_endless(value: object) -> bool:
    """Infinite or no number at all: a slip in the data."""
    return isinstance(value, float) and not isfinite(value)
