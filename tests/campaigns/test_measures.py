import pytest

from campaigns.measures import MEASURES, kept_value, unit_of, usual_unit

GLUCOSE = MEASURES["glucose"]


@pytest.mark.parametrize(
    ("measure", "country", "expected"),
    [
        ("glucose", "NO", "mmol/L"),
        ("glucose", "US", "mg/dL"),
        ("glucose", "IN", "mg/dL"),
        ("weight", "NO", "kg"),
        ("weight", "US", "lb"),
        ("blood_pressure", "US", "mmHg"),
        ("steps", "SN", "steps"),
    ],
)
def test_usual_unit_is_the_country_s(measure: str, country: str, expected: str) -> None:
    assert usual_unit(MEASURES[measure], country).name == expected


@pytest.mark.parametrize(
    ("number", "country", "units"),
    [
        (6.5, "NO", ["mmol/L"]),
        (6.5, "US", ["mmol/L"]),
        (117, "NO", ["mg/dL"]),
        (25, "NO", ["mmol/L", "mg/dL"]),
        (25, "US", ["mg/dL", "mmol/L"]),
        (25.5, "US", ["mmol/L"]),
        (700, "NO", []),
    ],
)
def test_unit_of_a_bare_glucose(number: float, country: str, units: list[str]) -> None:
    found = unit_of(GLUCOSE, number, usual_unit(GLUCOSE, country))

    assert [unit.name for unit in found] == units


def test_a_weight_is_never_guessed_into_the_other_unit() -> None:
    weight = MEASURES["weight"]

    assert unit_of(weight, 400, usual_unit(weight, "NO")) == ()


def test_117_mg_is_6_5_mmol() -> None:
    assert kept_value(GLUCOSE.units[1], 117) == 6.5
