"""What is taken out of the words of a text, and what stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.bundle.scrubbing import guarded, scrubbed

NAMES = frozenset({"amina", "bo"})


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("My name is Amina", "My name is [name]"),
        ("AMINA's husband", "[name] husband"),
        ("write to a@b.example", "write to [address]"),
        ("ring 07700 900123 now", "ring [number] now"),
        ("ring 22 33 44", "ring [number]"),
        ("look at https://x.example/y and www.z.example", "look at [link] and [link]"),
        ("since 12.4.2026", "since [date]"),
        ("since 2026-04-12 or so", "since [date] or so"),
        ("born 5 May 1990", "born [date]"),
        ("since March 3rd", "since [date]"),
        ("I smoked 3 today", "I smoked 3 today"),
        ("sugar 6.5", "sugar [date]"),
        ("boat and bob", "boat and bob"),
    ],
)
def test_what_tells_who_it_was_is_taken_out(text: str, left: str) -> None:
    assert scrubbed(text, NAMES) == left


@given(st.text(), st.sampled_from(sorted(NAMES)), st.text())
def test_no_name_is_left_as_a_word(before: str, name: str, after: str) -> None:
    left = scrubbed(f"{before} {name.title()} {after}", NAMES)

    assert f" {name} " not in f" {left.casefold()} "


@given(st.text())
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert not guarded(text).lstrip(" \t\r\n").startswith(("=", "+", "-", "@"))
