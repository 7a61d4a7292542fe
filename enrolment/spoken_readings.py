"""A measured value as people text it: 6.5, 6,5 mmol, 117, 82 kg, 130/85, 8 000. Pure.

A bare number is in the country's own unit, unless it can only be in the other. Where it can be in
either, both meanings come back, and the caller asks again rather than guess.
"""

import re
from dataclasses import dataclass

from campaigns.measures import (
    MEASURES,
    Measure,
    Unit,
    is_plausible,
    kept_value,
    unit_of,
)
from campaigns.rules import QuestionRule
from enrolment.spoken_digits import NUMBER_WORDS, meanings_of, numbers_in, plain
from messaging.folding import fold

_WHOLE = re.compile(r"\d+")
#: 8 000, as thousands are written in half the world.
_BLANK_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Measured:
    """In the measure's first unit. `second` is the lower blood pressure."""

    value: float
    second: float | None = None

    @property
    def stored(self) -> str:
        """As an answer's value: 6.5, 130/85."""
        first = f"{self.value:.10g}"
        return first if self.second is None else f"{first}/{self.second:.10g}"


def measured(stored: str) -> Measured:
    first, _, second = stored.partition("/")
    return Measured(float(first), float(second) if second else None)


def read_reading(question: QuestionRule, text: str) -> tuple[Measured, ...]:
    """What a text may tell of the question's measure: nothing, one value, or two."""
    measure = MEASURES[question.measure]
    written = plain(text)
    if len(written.split()) > NUMBER_WORDS:
        return ()
    if measure.second is not None:
        return _pair(measure, written)
    if measure.kept.highest >= _THOUSAND:
        written = _BLANK_THOUSANDS.sub("", written)
    found = numbers_in(written)
    if len(found) != 1:
        return ()
    usual = measure.unit(question.unit) or measure.kept
    named = _named_unit(measure, written.replace(found[0], " "))
    values = {
        kept_value(unit, number): None
        for number in sorted(meanings_of(found[0]))
        for unit in _units(measure, number, usual, named)
        if not (unit.whole and _has_decimals(found[0], number))
    }
    return tuple(map(Measured, values))


def _pair(measure: Measure, written: str) -> tuple[Measured, ...]:
    found = [float(number) for number in _WHOLE.findall(written)]
    assert measure.second is not None
    lowest, highest = measure.second
    if len(found) != 2 or "," in written or "." in written:
        return ()
    value, second = found
    fits = is_plausible(measure.kept, value) and lowest <= second <= highest
    return (Measured(value, second),) if fits and second < value else ()


def _units(measure: Measure, number: float, usual: Unit, named: Unit | None) -> tuple[Unit, ...]:
    if named is None:
        return unit_of(measure, number, usual)
    return (named,) if is_plausible(named, number) else ()


def _named_unit(measure: Measure, rest: str) -> Unit | None:
    words = f" {fold(rest)} "
    for unit in measure.units:
        if any(f" {name} " in words for name in unit.names):
            return unit
    return None


def _has_decimals(spoken: str, number: float) -> bool:
    """Whether the number was told with a decimal sign, as 8.000 is when it means eight."""
    return ("," in spoken or "." in spoken) and number == float(spoken.replace(",", "."))
