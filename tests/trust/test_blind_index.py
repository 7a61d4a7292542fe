import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from trust.blind_index import INDEX_BYTES, number_index, number_indexes

numbers = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
organisations = st.integers(min_value=1, max_value=2**62)


@given(number=numbers, other_number=numbers, organisation=organisations, other=organisations)
def test_index_is_equal_for_one_number_in_one_organisation_and_only_then(
    number: str, other_number: str, organisation: int, other: int
) -> None:
    same_person = (organisation, number) == (other, other_number)

    equal = number_index(organisation, number) == number_index(other, other_number)

    assert equal == same_person
    assert number_index(organisation, number) == number_index(organisation, number)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=numbers)
def test_indexes_cover_every_key_version_newest_first(settings: Settings, number: str) -> None:
    settings.INDEX_KEYS = {1: b"1" * 32, 2: b"2" * 32}

    current, old = number_indexes(5, number)

    assert current == number_index(5, number)
    assert (current[0], old[0]) == (2, 1)
    assert len(current) == len(old) == INDEX_BYTES
    settings.INDEX_KEYS = {1: b"1" * 32}
    assert old == number_index(5, number)


@pytest.mark.parametrize("number", ["", "447700900123", "+44 7700 900123", "+0447700900123", "+44"])
def test_index_of_something_not_e164_is_refused_without_repeating_it(number: str) -> None:
    with pytest.raises(ValueError, match=r"^not a number in E\.164 form") as refused:
        number_index(1, number)

    assert not number or number not in str(refused.value)
