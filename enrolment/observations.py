"""A reading as a device sends it: our own JSON, or a FHIR R4 Observation. Pure.

What is wrong is told by where it stands, never by what stood there: an error text may be logged on
the other side.
"""

from dataclasses import dataclass
from datetime import datetime
from math import inf, isfinite

from campaigns.measures import MEASURES, Measure, Unit, is_plausible, kept_value
from enrolment.api_fields import instant, participant_id
from enrolment.api_problems import Unreadable, json_object
from enrolment.fhir import Coded, coded
from enrolment.spoken_readings import Measured

_FIELDS = frozenset({"participant", "kind", "value", "second", "unit", "measured_at"})
#: No kind has a longer name.
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Observed:
    """`kind` is the question's key; empty where only the measure is told, as FHIR does."""

    participant_id: int
    kind: str
    measure: str
    value: float
    second: float | None
    unit: str
    measured_at: datetime


def observed(body: bytes) -> Observed:
    """Raises Unreadable."""
    data = json_object(body)
    if data.get("resourceType") is not None:
        return _from_fhir(coded(data))
    for name in data:
        if name not in _FIELDS:
            raise Unreadable("", "there is a field that is not known here")
    kind = data.get("kind")
    if not isinstance(kind, str) or not 0 < len(kind) <= _LONGEST_NAME:
        raise Unreadable("/kind", "expected the key of a reading of the campaign")
    unit = data.get("unit")
    if not isinstance(unit, str):
        raise Unreadable("/unit", "expected the unit the value is in")
    second = data.get("second")
    return Observed(
        participant_id=participant_id(data.get("participant")),
        kind=kind,
        measure="",
        value=_number("/value", data.get("value")),
        second=None if second is None else _number("/second", second),
        unit=unit,
        measured_at=instant("/measured_at", data.get("measured_at")),
    )


def in_kept_unit(seen: Observed, measure: Measure) -> Measured:
    """In the measure's first unit. Raises Unreadable where the unit is another measure's, or where
    no person could have such a value."""
    unit = measure.unit(seen.unit)
    if unit is None:
        raise Unreadable("/unit", f"expected {' or '.join(each.name for each in measure.units)}")
    if (seen.second is None) != (measure.second is None):
        wanted = "one number" if measure.second is None else "two numbers, value and second"
        raise Unreadable("/second", f"{measure.name} is {wanted}")
    if not _is_plausible(unit, seen.value):
        raise Unreadable("/value", "outside what is plausible for the measure")
    if measure.second is not None and seen.second is not None:
        lowest, highest = measure.second
        if not lowest <= seen.second <= highest or seen.second >= seen.value:
            raise Unreadable("/second", "outside what is plausible for the measure")
    return Measured(kept_value(unit, seen.value), seen.second)


def _is_plausible(unit: Unit, number: float) -> bool:
    """A device may well tell decimals where people don't."""
    return is_plausible(unit, round(number) if unit.whole else number)


def _from_fhir(found: Coded) -> Observed:
    measure = next(
        (name for name, known in MEASURES.items() if found.code in known.loinc),
        None,
    )
    if measure is None:
        raise Unreadable("/code", "expected the LOINC code of a measure that is known here")
    return Observed(
        participant_id=participant_id(found.patient),
        kind="",
        measure=measure,
        value=_number(found.value_at, found.value),
        second=None if found.second is None else _number(found.value_at, found.second),
        unit=found.unit,
        measured_at=instant("/effectiveDateTime", found.at),
    )


def _number(pointer: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unreadable(pointer, "expected a number")
    try:
        found = float(value)
    except OverflowError:
        found = inf
    if not isfinite(found):
        raise Unreadable(pointer, "expected a number")
    return found
