import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trust.redaction import looks_personal, redact

GETS_THROUGH = re.compile(r"\+\d{7,}|\d{8,}")
numbers = st.builds(
    "{}{}".format,
    st.sampled_from(["+", "00", ""]),
    st.from_regex(r"[1-9][0-9]{7,14}", fullmatch=True),
)


@given(before=st.text(), number=numbers, after=st.text())
def test_redact_lets_no_number_through_wherever_it_stands(
    before: str, number: str, after: str
) -> None:
    cleaned = redact(before + number + after)

    assert not GETS_THROUGH.search(cleaned)
    assert number not in cleaned


@given(text=st.text(alphabet="+0123456789 -.()a@"))
def test_redact_lets_no_run_of_digits_through(text: str) -> None:
    assert not GETS_THROUGH.search(redact(text))


@given(text=st.text(alphabet="+0123456789 -.()a@"))
def test_redact_twice_is_redact_once(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "+447700900123",
        "+44 7700 900 123",
        "+44 (0)7700-900.123",
        "\uff0b447700900123",
        "447700900123",
        "07700 900 123",
        "\u0664\u0664\u0667\u0667\u0660\u0660\u0669\u0660\u0660\u0661\u0662\u0663",
        "someone@example.org",
    ],
)
def test_redact_covers_a_number_or_address_however_written(text: str) -> None:
    assert redact(f"to {text}.") in {"to [number].", "to [address]."}
    assert looks_personal(text)


@pytest.mark.parametrize(
    "text", ["", "sent 500 of 1000", "day 3 at 09:00", "2026-11-23", "10.0.0.1", "Q-14..-8"]
)
def test_redact_leaves_plain_words_and_small_numbers(text: str) -> None:
    assert redact(text) == text
    assert not looks_personal(text)
