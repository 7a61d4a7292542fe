import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.folding import fold, one_slip, squeezed, without_signature

_texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80)
_words = st.text(alphabet="stopa", min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Don't   STOP – “now” 😀", "dont stop now"),
        ("ARRÊT", "arret"),
        ("A\u030a", "a"),
        ("opt-out", "opt out"),
        ("RØYKSUG", "royksug"),
        ("FÆRRE", "faerre"),
        ("बंद", "बंद"),
        ("ज़्यादा", "ज्यादा"),
        ("हाँ", "हां"),
        ("إلغاء", "الغا"),
        ("الغاء", "الغا"),
        ("رَغبة", "رغبه"),
        ("مسـاعدى", "مساعدي"),
        ("٧", "7"),
        ("۷", "7"),
        ("७", "7"),
        ("7️⃣", "7"),
        ("①", "1"),
        ("CRAVE!!! 😩", "crave"),
    ],
)
def test_fold_keeps_what_is_compared(text: str, folded: str) -> None:
    assert fold(text) == unicodedata.normalize("NFC", folded)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("STOP\n-- \nOla", "STOP"),
        ("STOP\n--\nOla Nordmann\nOslo", "STOP"),
        ("yes\n\nSent from my iPhone", "yes"),
        ("ja\nSendt fra min Samsung", "ja"),
        ("sí\nEnviado desde mi iPhone", "sí"),
        ("oui\nEnvoyé de mon iPhone", "oui"),
        ("sim\nEnviado do meu iPhone", "sim"),
        ("I was sent from my job\nbecause I smoked", "I was sent from my job\nbecause I smoked"),
        ("one line -- two", "one line -- two"),
        ("\n--\nSTOP", "\n--\nSTOP"),
    ],
)
def test_signature_is_cut_and_nothing_else(text: str, left: str) -> None:
    assert without_signature(text) == left


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("stop", "stoo", True),
        ("stop", "sotp", True),
        ("stop", "stp", True),
        ("stop", "stoop", True),
        ("stop", "stop", False),
        ("stop", "shot", False),
        ("stop", "stoopp", False),
        ("ab", "ba", True),
        ("", "a", True),
    ],
)
def test_one_slip_of_the_thumb(one: str, other: str, slip: bool) -> None:
    assert one_slip(one, other) is slip


def test_squeezed_has_no_doubled_letters() -> None:
    assert squeezed("stooopp") == "stop"


@given(_texts)
def test_fold_is_settled_after_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=40))
def test_fold_of_plain_letters_is_the_same_by_either_way(text: str) -> None:
    """The quick way for ASCII and the long way of everything else agree."""
    assert fold(f"{text} é") == f"{fold(text)} e".strip()


@given(_words, _words)
def test_a_slip_leads_there_and_back(one: str, other: str) -> None:
    assert one_slip(one, other) == one_slip(other, one)
