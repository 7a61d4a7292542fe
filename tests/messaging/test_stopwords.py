import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.folding import fold
from messaging.stopwords import RESERVED, graded

_texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80)


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        "STOP!",
        "“Stop.”",
        "Stopp takk",
        "stoo",
        "sotp",
        "stpo",
        "sttop",
        "stp pls",
        "S T O P",
        "\u200bSTOP\u200b",
        "ＳＴＯＰ",
        "STOP 😡😡",
        "STOP now please",
        "please stop",
        "Stop. I don't want this",
        "STOP\nSent from my phone",
        "please stop texting me",
        "Stop sending me these messages",
        "quit texting me",
        "do not text me again",
        "take me off your list",
        "sorry, wrong number",
        "unsubscribe",
        "Avmeld",
        "ikke send mer",
        "توقف",
        "बंद",
        "стоп",
    ],
)
def test_graded_hears_a_stop(text: str) -> None:
    assert graded(text) == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "I want to stop smoking",
        "stop smoking",
        "your texts help me stop smoking",
        "I stopped on Monday",
        "shop",
        "step",
        "SLIP",
        "CRAVE",
        "JOIN",
        "7",
        "yes",
        "no more cigarettes",
        "my cravings won't leave me alone",
        "wrong number of cigarettes",
        "I need help",
        "so-so",
        "weekend",
        "",
        "🙂",
    ],
)
def test_graded_leaves_other_words_alone(text: str) -> None:
    assert graded(text) is None


@pytest.mark.parametrize(
    "text",
    ["QUIT", "END", "Slutt", "ARRÊT", "I quit", "I can't stop", "I want to stop", "stop on Friday"],
)
def test_graded_is_not_sure_of_words_of_the_programme(text: str) -> None:
    assert graded(text) == "ambiguous"


@pytest.mark.parametrize("text", ["HELP", "help!", "Help please", "INFO", "hjelp", "Ayuda"])
def test_graded_hears_help(text: str) -> None:
    assert graded(text) == "help"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Don't   STOP – “now” 😀", "dont stop now"),
        ("ARRÊT", "arret"),
        ("A\u030a", "a"),
        ("opt-out", "opt out"),
        ("बंद", "बंद"),
        ("٧", "7"),
        ("①", "1"),
    ],
)
def test_fold_keeps_what_is_compared(text: str, folded: str) -> None:
    assert fold(text) == unicodedata.normalize("NFC", folded)


def test_reserved_words_are_folded_and_include_latin_stop_and_help() -> None:
    assert {"stop", "help", "quit"} <= RESERVED
    assert all(fold(word) == word for word in RESERVED)


@given(_texts)
def test_fold_is_settled_after_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(_texts)
def test_graded_never_raises(text: str) -> None:
    assert graded(text) in {"stop", "ambiguous", "help", "start", None}


@given(st.sampled_from(["stop", "STOP", "Stop"]), st.text(alphabet=" .!?,;:\"'\n\t…-*", max_size=8))
def test_graded_hears_stop_through_any_punctuation(word: str, noise: str) -> None:
    assert graded(noise + word + noise) == "stop"
