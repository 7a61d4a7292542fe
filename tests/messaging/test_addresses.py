import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.addresses import is_number, normalised

NUMBER = "+447700900123"


@pytest.mark.parametrize(
    "raw",
    [
        "+447700900123",
        "447700900123",
        "00447700900123",
        "+44 7700 900123",
        "+44 (7700) 900-123",
        "+44.7700.900.123",
        " 447700900123\n",
        "\u202a+44\u00a07700\u00a0900123\u202c",
        "٤٤٧٧٠٠٩٠٠١٢٣",
    ],
)
def test_normalised_writes_a_number_one_way(raw: str) -> None:
    assert normalised(raw) == NUMBER


@pytest.mark.parametrize("raw", ["2250", "60099", "123", "116117"])
@pytest.mark.parametrize("region", [None, "NO"])
def test_normalised_never_makes_a_number_of_a_short_code(raw: str, region: str | None) -> None:
    assert normalised(raw, region) == raw
    assert not is_number(normalised(raw, region))


@pytest.mark.parametrize(
    "raw", ["CLINIC", "Quit 4 Life", "+", "", "-", "1", "12", "whatsapp:+447700900123", "+0012"]
)
def test_normalised_leaves_what_is_no_number(raw: str) -> None:
    assert normalised(raw) == raw
    assert not is_number(normalised(raw))


def test_normalised_takes_blanks_off_a_name() -> None:
    assert normalised("  CLINIC\t") == "CLINIC"


def test_normalised_leaves_what_is_too_long_for_a_number() -> None:
    assert normalised("4477009001234567") == "4477009001234567"


@pytest.mark.parametrize(
    ("raw", "region", "expected"),
    [
        ("07700 900123", "GB", NUMBER),
        ("07700900123", "GB", NUMBER),
        ("+447700900123", "NO", NUMBER),
        ("00447700900123", "NO", NUMBER),
        ("447700900123", "GB", NUMBER),
        ("99 99 12 34", "NO", "+4799991234"),
        # As long as a number, and yet not one there.
        ("99991234567890", "NO", "99991234567890"),
    ],
)
def test_normalised_reads_national_numbers_with_a_region(
    raw: str, region: str, expected: str
) -> None:
    assert normalised(raw, region) == expected


@pytest.mark.parametrize(
    "address", ["447700900123", "+0447700900", "+44770", "+4477009001234567", "+44 7700900123", ""]
)
def test_is_number_knows_e164_alone(address: str) -> None:
    assert not is_number(address)
    assert is_number(NUMBER)


@given(st.text(), st.sampled_from([None, "NO", "GB", "KE"]))
def test_normalised_reads_anything_and_once_is_enough(raw: str, region: str | None) -> None:
    found = normalised(raw, region)

    assert found == raw.strip() or is_number(found)
    assert normalised(found, region) == found


@given(st.integers(10**6, 10**15 - 1))
def test_normalised_keeps_every_digit(digits: int) -> None:
    assert normalised(str(digits)) == f"+{digits}"
    assert normalised(f"00{digits}") == f"+{digits}"
