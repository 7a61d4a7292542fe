"""The shipped mCessation in each of its languages: whole, in that language, its words heard."""

import re
from collections import Counter
from pathlib import Path

import pytest

from campaigns.manners import AS_USUAL, DISCREET, base_of
from campaigns.pack import Pack, read_pack
from campaigns.rules import ANY_LANGUAGE
from campaigns.wording import placeholders, worst_case
from messaging.folding import fold
from messaging.stopwords import graded
from tests.campaigns.test_mcessation import SCHEDULED

PACK = Path(__file__).resolve().parents[2] / "curricula" / "mcessation"
LANGUAGES = ("en", "nb", "nn")
WRITTEN_FORMS = ("nb", "nn")

#: Words of one written form that the other does not have.
BOKMAL = {
    "annet", "bare", "bedre", "ble", "dager", "dem", "en", "flere", "fortsatt", "fra", "gjør",
    "gjøre", "hjemme", "hun", "hva", "hvem", "hver", "hvert", "hvilken", "hvilket", "hvis",
    "hvor", "hvordan", "hvorfor", "hånda", "ikke", "jeg", "kommer", "kveldene", "meldingene",
    "meldinger", "mens", "mer", "mye", "måneder", "noe", "noen", "nå", "også", "penger",
    "sammen", "selv", "siden", "sier", "sluttet", "spørre", "timer", "uka", "uke", "ukene",
    "uker", "uten", "vann", "vær", "være",
}  # fmt: skip
NYNORSK = {
    "andletet", "anna", "berre", "betre", "dagar", "dei", "då", "eg", "ei", "ein", "eit",
    "fleire", "framleis", "frå", "gjer", "gjere", "handa", "heime", "ho", "høgt", "ikkje",
    "kjem", "kor", "korleis", "kva", "kvar", "kvart", "kven", "kvifor", "medan", "meir",
    "meldingane", "meldingar", "mykje", "månader", "no", "noko", "nokon", "nokre", "pengar",
    "saman", "sei", "seier", "sidan", "sjølv", "slutta", "spørje", "timar", "utan", "vatn",
    "veka", "veke", "vekene", "veker", "ver", "vere", "òg",
}  # fmt: skip
OVERLAYS = {"pregnant", "tb", "teen"}
#: Words in capitals that are nobody's to text.
NAMES = {"WHO", "UK", "TB"}
CAPITALS = re.compile(r"\b[A-ZÆØÅ]{2,}(?: [A-ZÆØÅ]{2,})*\b")
WORD = re.compile(r"\w+")
#: How yes and no are asked for.
YES_NO = {"en": ("YES", "NO"), "nb": ("JA", "NEI"), "nn": ("JA", "NEI")}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(PACK)


def to_text(pack: Pack, language: str) -> set[str]:
    """What somebody who gets her texts in the language may text, in capitals or not."""
    words = {
        word
        for keyword in pack.keywords
        for named in (language, ANY_LANGUAGE)
        for word in keyword.words.get(named, ())
    }
    for question in pack.questions:
        for choice in question.choices:
            # A language is asked for by its own name.
            named = LANGUAGES if question.attribute == "language" else (language,)
            words.update(word for each in named for word in choice.words.get(each, ()))
    return {fold(word) for word in words} | {fold(word) for word in YES_NO[language]}


def is_heard(words: str, known: set[str]) -> bool:
    return words in NAMES or fold(words) in known or graded(words) in ("stop", "help")


def words_of(text: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(text) if not word.isupper()}


def part_of(pack: Pack, key: str) -> str:
    """The row of the README's table of languages that a text belongs to."""
    if base_of(key) != key:
        return "Discreet wordings" if key.endswith(DISCREET) else "To a caregiver"
    if key.startswith("system."):
        return "System"
    if any(key == text.key for bank in pack.banks for text in bank.texts):
        return "Banks"
    for stage in pack.stages:
        for step in stage.steps:
            if key.partition("@")[0] == step.key and not step.question:
                if (variant := key.partition("@")[2]) in OVERLAYS:
                    return "Overlays: pregnant, TB, teen"
                if variant:
                    return "Variants: vape, smokeless, begun before joining"
                branch = "Branches, modules, silence, late start"
                return "Scheduled" if stage.key in SCHEDULED else branch
    return "Questions, second tries, replies, surveys"


def counted(pack: Pack, language: str) -> dict[str, int]:
    texts = pack.texts[language]
    longest = max(worst_case(text).units for text in texts.values())
    rows = Counter(part_of(pack, key) for key in texts)
    return {**rows, "All": len(texts), "Longest, in units of 160": longest}


def test_each_language_holds_what_the_readme_counts(pack: Pack) -> None:
    lines = (PACK / "README.md").read_text().splitlines()
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    columns = next(row[1:] for row in table if row[0] == "Texts")
    assert columns == [f"`{language}`" for language in pack.languages]

    for place, language in enumerate(pack.languages, start=1):
        rows = counted(pack, language)
        written = {row[0]: int(row[place]) for row in table if row[0] in rows}
        assert written == rows


@pytest.mark.parametrize("language", WRITTEN_FORMS)
def test_text_says_the_same_values_as_the_english(pack: Pack, language: str) -> None:
    """A name may be left out or put in; a number to ring, a day and an amount may not."""
    english, other = pack.texts["en"], pack.texts[language]

    assert set(english) == set(other)
    astray = {
        key
        for key in english
        if (placeholders(english[key]) ^ placeholders(other[key])) - {"first_name"}
    }
    assert astray == set()


@pytest.mark.parametrize(("language", "foreign"), [("nb", NYNORSK), ("nn", BOKMAL)])
def test_text_keeps_to_its_own_written_form(pack: Pack, language: str, foreign: set[str]) -> None:
    strayed = {
        key: found
        for key, text in pack.texts[language].items()
        if (found := words_of(text) & foreign)
    }

    assert strayed == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_named_in_a_text_is_heard(pack: Pack, language: str) -> None:
    known = to_text(pack, language)

    deaf = {
        key: words
        for key, text in pack.texts[language].items()
        for words in CAPITALS.findall(text)
        if not is_heard(words, known) and not all(is_heard(word, known) for word in words.split())
    }
    assert deaf == {}


@pytest.mark.parametrize(("language", "stop"), [("en", "STOP"), ("nb", "STOPP"), ("nn", "STOPP")])
def test_the_way_out_stands_where_it_stands_in_english(
    pack: Pack, language: str, stop: str
) -> None:
    english, other = pack.texts["en"], pack.texts[language]

    assert {key for key in english if "STOP" in english[key]} == {
        key for key in other if re.search(rf"\b{stop}\b", other[key])
    }


@pytest.mark.parametrize("language", WRITTEN_FORMS)
def test_a_default_never_opens_a_sentence(pack: Pack, language: str) -> None:
    """ "du" stands in for a name that is not known."""
    opening = re.compile(r"(?:^|[.?!:] )\{\{ first_name \}\}")

    assert [key for key, text in pack.texts[language].items() if opening.search(text)] == []


def test_no_two_texts_of_a_language_are_alike(pack: Pack) -> None:
    for texts in pack.texts.values():
        own = [text for text in texts.values() if text != AS_USUAL]
        assert len(set(own)) == len(own)
