import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.folding import fold
from messaging.stopwords import RESERVED, START, STOP_BY_LAW, graded, reserved

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
        "stp now please",
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
        "smoking stop the texts",
        "now stop it with all your texts",
        "Sácame",
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
        "texts stop smoking",
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
    [
        "QUIT",
        "END",
        "Slutt",
        "ARRÊT",
        "I quit",
        "I can't stop",
        "I want to stop",
        "stop on Friday",
        "stop Friday",
        "I want to stop it and never see another text",
        "Hi. Stop. Bye",
        "smoke stop",
    ],
)
def test_graded_is_not_sure_of_words_of_the_programme(text: str) -> None:
    assert graded(text) == "ambiguous"


@pytest.mark.parametrize("text", ["HELP", "help!", "Help please", "INFO", "hjelp", "Ayuda"])
def test_graded_hears_help(text: str) -> None:
    assert graded(text) == "help"


@pytest.mark.parametrize(
    "text",
    [
        "I want to stop smoking",
        "jeg vil slutte å røyke",
        "eg vil slutte å røykje",
        "quiero dejar de fumar",
        "no puedo parar de fumar",
        "je veux arrêter de fumer",
        "quero parar de fumar",
        "أريد التوقف عن التدخين",
        "मैं सिगरेट पीना बंद करना चाहता हूँ",
        "main cigarette band karna chahta hu",
    ],
)
def test_a_wish_to_stop_smoking_is_no_stop_in_any_language(text: str) -> None:
    assert graded(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "please don't stop these texts",
        "do not stop sending messages",
        "ikke slutt å sende",
        "no dejen de mandar mensajes",
        "n'arrêtez pas les messages",
        "não parem de mandar mensagens",
    ],
)
def test_who_wants_to_stay_is_not_sent_away(text: str) -> None:
    assert graded(text) != "stop"


@pytest.mark.parametrize("text", ["START", "start!", "Unstop", "ALTA", "ابدأ", "शुरू करो"])
def test_graded_hears_a_wish_to_come_back(text: str) -> None:
    assert graded(text) == "start"


@pytest.mark.parametrize("text", ["QUIT", "end.", "Cancel please", "opt-out", "REVOKE"])
@pytest.mark.parametrize("country", ["US", "us", "PR"])
def test_graded_obeys_the_law_of_the_number(text: str, country: str) -> None:
    assert graded(text, country=country) == "stop"


def test_a_word_is_a_stop_only_where_the_law_says_so() -> None:
    assert graded("QUIT", country="NO") == graded("QUIT") == "ambiguous"
    assert graded("ARRÊT", country="CA") == "stop"
    assert graded("ARRÊT", country="FR") == "ambiguous"
    assert graded("I quit!", country="US") == "ambiguous"
    assert graded("Quit. Day 3 now", country="US") != "stop"
    assert graded("I quit smoking", country="US") is None


def test_words_of_the_law_are_folded() -> None:
    assert all(fold(word) == word for words in STOP_BY_LAW.values() for word in words)


def test_reserved_words_of_some_languages_are_some_of_all() -> None:
    assert {"stop", "quit", "help", "стоп"} <= reserved([])
    assert "baja" not in reserved(["nb"])
    assert "sair" in reserved(["pt-BR"])
    assert reserved(["en", "es"]) < RESERVED
    assert not RESERVED & START


def test_reserved_words_are_folded_and_include_latin_stop_and_help() -> None:
    assert {"stop", "help", "quit"} <= RESERVED
    assert all(fold(word) == word for word in RESERVED)


@given(_texts)
def test_graded_never_raises(text: str) -> None:
    assert graded(text) in {"stop", "ambiguous", "help", "start", None}


@given(st.sampled_from(["stop", "STOP", "Stop"]), st.text(alphabet=" .!?,;:\"'\n\t…-*", max_size=8))
def test_graded_hears_stop_through_any_punctuation(word: str, noise: str) -> None:
    assert graded(noise + word + noise) == "stop"
