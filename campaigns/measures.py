"""What people measure at home: units, what is plausible, and which of the two units is meant. Pure.

A value is kept in the measure's first unit, in every country, so that conditions, bands and exports
speak of one thing. Sources: glucose 1 mmol/L = 18.016 mg/dL (molar mass of glucose); LOINC and UCUM
codes as in the FHIR vital signs profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass

#: Where blood glucose is told in mmol/L; elsewhere it is told in mg/dL. A pack may say otherwise.
_MMOL_COUNTRIES = (
    "AU BW CA CH CN CZ DK EE FI FJ GB GH HK IE IM IS JE GG JM KE KZ LT LV MT MY MW NA NG NL NO NZ "
    "QA RU RW SE SG SI SK SL TT TZ UA UG VN ZA ZM ZW"
)
_MMOL = frozenset(_MMOL_COUNTRIES.split())
_POUNDS = frozenset({"US", "LR", "MM"})


#: The spans of days conditions may ask the trend of: trend.sugar.7d.
TREND_DAYS = (7, 14, 30)


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` of them make one of the measure's first unit. `names`: as typed, folded.
    `whole`: nobody tells it with decimals."""

    name: str
    ucum: str
    factor: float
    lowest: float
    highest: float
    names: frozenset[str] = frozenset()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """`units`: the first is the one kept. `told`: a bare number may turn out to be in either unit,
    when it can only be that. `second`: the bounds of a second number, such as the lower pressure.
    `loinc`: code -> the UCUM unit it comes in, empty for any of `units`."""

    name: str
    units: tuple[Unit, ...]
    told: bool = False
    second: tuple[float, float] | None = None
    loinc: frozenset[str] = frozenset()

    @property
    def kept(self) -> Unit:
        return self.units[0]

    def unit(self, name: str) -> Unit | None:
        """By its own name, as typed (folded), or in UCUM."""
        for unit in self.units:
            if name in (unit.name, unit.ucum) or name in unit.names:
                return unit
        return None


_GLUCOSE = Measure(
    "glucose",
    (
        Unit("mmol/L", "mmol/L", 1.0, 1.0, 33.3, frozenset({"mmol", "mmol l", "mmoll"})),
        Unit("mg/dL", "mg/dL", 18.016, 18, 600, frozenset({"mg", "mg dl", "mgdl"}), whole=True),
    ),
    told=True,
    loinc=frozenset({"15074-8", "2339-0"}),
)
_WEIGHT = Measure(
    "weight",
    (
        Unit("kg", "kg", 1.0, 20, 350, frozenset({"kg", "kgs", "kilo", "kilos", "kilogram"})),
        Unit("lb", "[lb_av]", 2.20462, 44, 770, frozenset({"lb", "lbs", "pound", "pounds"})),
    ),
    loinc=frozenset({"29463-7"}),
)
_PRESSURE = Measure(
    "blood_pressure",
    (Unit("mmHg", "mm[Hg]", 1.0, 60, 260, frozenset({"mmhg", "mm hg"}), whole=True),),
    second=(30, 160),
    loinc=frozenset({"85354-9"}),
)
_STEPS = Measure(
    "steps",
    (Unit("steps", "{steps}", 1.0, 0, 100_000, frozenset({"steps", "skritt", "pasos"}), True),),
    loinc=frozenset({"55423-8"}),
)
MEASURES: Mapping[str, Measure] = {
    measure.name: measure for measure in (_GLUCOSE, _WEIGHT, _PRESSURE, _STEPS)
}


def usual_unit(measure: Measure, country: str) -> Unit:
    """The unit a bare number is taken to be in."""
    if measure is _GLUCOSE:
        return _GLUCOSE.units[0 if country in _MMOL else 1]
    if measure is _WEIGHT:
        return _WEIGHT.units[1 if country in _POUNDS else 0]
    return measure.kept


def is_plausible(unit: Unit, number: float) -> bool:
    """Whether a person can measure that at all; nothing about whether it is well."""
    return unit.lowest <= number <= unit.highest and not (unit.whole and number % 1)


def kept_value(unit: Unit, number: float) -> float:
    """In the measure's first unit, to one decimal: no device at home knows more."""
    return round(number / unit.factor, 1)


def unit_of(measure: Measure, number: float, usual: Unit) -> tuple[Unit, ...]:
    """The units a bare number can be in, the usual one first: none, one, or two when nobody can
    tell."""
    units = (usual, *(unit for unit in measure.units if unit is not usual))
    if not measure.told:
        units = (usual,)
    return tuple(unit for unit in units if is_plausible(unit, number))


@dataclass(frozen=True, slots=True)
class BandRule:
    """What is said to a reading between two bounds, `lowest` itself included, `below` not; of a
    pair, one of the two numbers within its own bounds is enough. No bounds: any reading.

    alarm: the reply is the approved safety text, and a person is told.
    """

    reply: str = ""
    lowest: float | None = None
    below: float | None = None
    second_lowest: float | None = None
    second_below: float | None = None
    alarm: bool = False

    def holds(self, value: float, second: float | None) -> bool:
        first = _within(value, self.lowest, self.below)
        if second is None:
            return first is not False
        found = (first, _within(second, self.second_lowest, self.second_below))
        return any(found) or all(within is None for within in found)


def _within(number: float, lowest: float | None, below: float | None) -> bool | None:
    """None: nothing is said of it."""
    if lowest is None and below is None:
        return None
    return (lowest is None or lowest <= number) and (below is None or number < below)
