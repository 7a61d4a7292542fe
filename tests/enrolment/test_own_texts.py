"""What the engine says and hears of itself, language by language."""

import pytest

from enrolment.own_texts import LANGUAGES, TEXTS, WORDS, own_text, own_word, own_words
from messaging.crisis import crisis_in
from messaging.segments import measure
from messaging.stopwords import graded

LONGEST = {"name": "n" * 20, "code": "482173", "people": f"1 {'n' * 20}, 2 {'n' * 20}, 3 somebody"}
#: Scripts that GSM-7 has no letters for.
OWN_SCRIPT = ("ar", "hi")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", TEXTS)
def test_text_fits_and_has_no_hole(language: str, key: str) -> None:
    size = measure(own_text(key, language, **LONGEST))

    assert "{" not in own_text(key, language, **LONGEST)
    assert size.segments <= (2 if language in OWN_SCRIPT else 1)
    assert language in OWN_SCRIPT or size.encoding == "gsm7"


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_nobody_elses(language: str) -> None:
    for word in WORDS:
        for said in own_words(language).words[word]:
            assert own_word(said) is not None
            assert graded(said) is None, said
            assert crisis_in(said) is None, said


def test_only_english_was_read_by_whoever_wrote_it() -> None:
    assert [code for code in LANGUAGES if own_words(code).reviewed] == ["en"]


@pytest.mark.parametrize(
    ("said", "word", "more"),
    [
        ("NEWNUMBER +447700900123", "new_number", "+447700900123"),
        ("Nytt nummer: 90 00 00 00", "new_number", "90 00 00 00"),
        ("newnumber", "new_number", ""),
        ("Discreet!", "discreet", ""),
        ("VANLIG", "plain", ""),
    ],
)
def test_word_is_heard(said: str, word: str, more: str) -> None:
    found = own_word(said)

    assert found is not None
    assert (found.word, found.more) == (word, more)


@pytest.mark.parametrize("said", ["", "7", "+447700900123", "discreet texts please now", "CRAVE"])
def test_other_words_are_not(said: str) -> None:
    assert own_word(said) is None


def test_language_without_a_file_reads_english() -> None:
    assert own_text("noted", "sw") == own_text("noted", "en")
    assert own_text("noted", "pt-BR") == own_text("noted", "pt")
