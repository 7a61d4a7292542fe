import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from messaging.segments import foreign_characters, is_gsm7, measure, septets, split

_GSM7_ALPHABET = "abc XYZ@£èØåΔ_Ξ\n\r?¿äü€^{}[]~|\\\f"
_gsm7_texts = st.text(alphabet=_GSM7_ALPHABET, max_size=500)
_any_texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "gsm7", 0, 1),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("€" * 80, "gsm7", 160, 1),
        ("a" * 152 + "€" + "b" * 152, "gsm7", 306, 3),
        ("ж" * 70, "ucs2", 70, 1),
        ("ж" * 71, "ucs2", 71, 2),
        ("ж" * 66 + "😀" + "ж" * 30, "ucs2", 98, 2),
        ("Takk for svaret, æøå", "gsm7", 20, 1),
        ("ça", "ucs2", 2, 1),
    ],
)
def test_measure_counts_as_it_is_billed(
    text: str, encoding: str, units: int, segments: int
) -> None:
    measured = measure(text)

    assert (measured.encoding, measured.units, measured.segments) == (encoding, units, segments)


def test_split_keeps_a_surrogate_pair_in_one_segment() -> None:
    parts = split("ж" * 66 + "😀" + "ж" * 30)

    assert [len(part) for part in parts] == [66, 31]


def test_foreign_characters_are_named_once_in_order() -> None:
    assert foreign_characters("“quoted” – “twice”") == ["“", "”", "–"]
    assert foreign_characters("plain") == []


def test_septets_refuses_a_text_outside_gsm7_without_repeating_it() -> None:
    with pytest.raises(ValueError, match="outside GSM-7") as caught:
        septets("ж secret")

    assert "secret" not in str(caught.value)


@given(st.one_of(_gsm7_texts, _any_texts))
def test_measure_agrees_with_the_oracle(text: str) -> None:
    oracle = smsutil.split(text)

    measured = measure(text)

    assert measured.segments == max(1, len(oracle.parts))
    if text:
        assert is_gsm7(text) == smsutil.is_valid_gsm(text)


@given(st.one_of(_gsm7_texts, _any_texts))
def test_split_joins_to_the_text_and_fills_no_segment_too_far(text: str) -> None:
    parts = split(text)

    assert "".join(parts) == text
    limits = (160, 153) if is_gsm7(text) else (70, 67)
    limit = limits[0] if len(parts) == 1 else limits[1]
    for part in parts:
        units = septets(part) if is_gsm7(text) else len(part.encode("utf-16-le")) // 2
        assert units <= limit
        # A half pair could not be encoded by itself.
        part.encode("utf-16-le")
