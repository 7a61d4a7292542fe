import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.lint_words import edits
from campaigns.plain_signs import advice, plain
from messaging.folding import one_slip
from messaging.segments import is_gsm7


@pytest.mark.parametrize(
    ("sign", "written"),
    [
        ("\u2019", "'"),
        ("\u2013", "-"),
        ("\u201c", '"'),
        ("\u2026", "..."),
        ("\u00a0", " "),
        ("\u200b", ""),
        ("\U0001f600", ""),
        ("č", "c"),
        ("ł", "l"),
        ("你", None),
        ("ب", None),
    ],
)
def test_plain_sign_is_what_a_telephone_has(sign: str, written: str | None) -> None:
    assert plain(sign) == written


def test_advice_says_what_to_do() -> None:
    told = [advice(sign) for sign in ("\u2019", "\u00a0", "\u200b", "你")]

    assert told == ["write '", "type a plain blank", "leave it out", "say it in other words"]


@given(st.characters())
def test_plain_sign_is_always_gsm7(sign: str) -> None:
    written = plain(sign)

    assert written is None or is_gsm7(written)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_edits_are_a_distance(one: str, other: str) -> None:
    assert edits(one, other) == edits(other, one)
    assert (edits(one, other) == 0) == (one == other)
    if one_slip(one, other):
        assert edits(one, other) <= 2
