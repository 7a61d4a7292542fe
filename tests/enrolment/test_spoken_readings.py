import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules import QuestionKind, QuestionRule
from enrolment.spoken_readings import Measured, measured, read_reading


def asked(measure: str, unit: str = "") -> QuestionRule:
    return QuestionRule("it", QuestionKind.READING, measure=measure, unit=unit)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("6.5", "mmol/L", [6.5]),
        ("6,5", "mmol/L", [6.5]),
        ("6.5", "mg/dL", [6.5]),
        ("117", "mmol/L", [6.5]),
        ("117", "mg/dL", [6.5]),
        ("it was 6.5 mmol", "mg/dL", [6.5]),
        ("6,5mmol/l", "mg/dL", [6.5]),
        ("25 mmol", "mmol/L", [25.0]),
        ("25 mg/dl", "mmol/L", [1.4]),
        ("25", "mmol/L", [25.0, 1.4]),
        ("٦٫٥", "mmol/L", [6.5]),
        ("११७", "mg/dL", [6.5]),
        ("700", "mg/dL", []),
        ("0.2", "mmol/L", []),
        ("6.5 and 7.1", "mmol/L", []),
        ("fine", "mmol/L", []),
        ("", "mmol/L", []),
        ("-6.5", "mmol/L", []),
        ("117.5", "mg/dL", []),
    ],
)
def test_glucose(text: str, unit: str, expected: list[float]) -> None:
    found = read_reading(asked("glucose", unit), text)

    assert sorted(reading.value for reading in found) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("130/85", "130/85"),
        ("130 / 85", "130/85"),
        ("130 over 85", "130/85"),
        ("130-85 mmHg", "130/85"),
        ("130 85", "130/85"),
        ("١٣٠/٨٥", "130/85"),
        ("85/130", None),
        ("130", None),
        ("130/85 pulse 70", None),
        ("13,5/8,5", None),
        ("400/85", None),
        ("high", None),
    ],
)
def test_blood_pressure(text: str, expected: str | None) -> None:
    found = read_reading(asked("blood_pressure"), text)

    assert [reading.stored for reading in found] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("measure", "unit", "text", "expected"),
    [
        ("weight", "kg", "82", [82.0]),
        ("weight", "kg", "82,4 kg", [82.4]),
        ("weight", "kg", "180 lbs", [81.6]),
        ("weight", "lb", "180", [81.6]),
        ("weight", "lb", "82 kilo", [82.0]),
        ("weight", "kg", "400", []),
        ("steps", "steps", "8000", [8000.0]),
        ("steps", "steps", "8 000", [8000.0]),
        ("steps", "steps", "8.000", [8000.0]),
        ("steps", "steps", "8,000 steps", [8000.0]),
        ("steps", "steps", "8.5", []),
        ("steps", "steps", "1000000", []),
    ],
)
def test_weight_and_steps(measure: str, unit: str, text: str, expected: list[float]) -> None:
    found = read_reading(asked(measure, unit), text)

    assert [reading.value for reading in found] == expected


@given(st.text(max_size=200), st.sampled_from(["glucose", "weight", "blood_pressure", "steps"]))
def test_whatever_is_typed_is_read_or_not_and_never_raises(text: str, measure: str) -> None:
    for reading in read_reading(asked(measure), text):
        assert measured(reading.stored) == reading


@given(st.integers(60, 260), st.integers(30, 160))
def test_a_stored_pair_comes_back(value: int, second: int) -> None:
    reading = Measured(value, second)

    assert measured(reading.stored) == reading
