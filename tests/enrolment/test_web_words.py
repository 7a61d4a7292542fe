"""The page's words in every language it is written in."""

import re
import sys
from functools import cache
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings

from enrolment.web_languages import page_language
from messaging.folding import fold

FOLDERS = sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES"))
LANGUAGES = [folder.parent.name for folder in FOLDERS]
_MARKED = re.compile(r"%\(\w+\)s|</?strong[^>]*>")


def said(folder: Path) -> dict[str, str]:
    """Each wording, the plural ones as one text."""
    with (folder / "django.po").open("rb") as file:
        return {_flat(entry.id): _flat(entry.string) for entry in read_po(file) if entry.id}


def _flat(words: object) -> str:
    return "|".join(words) if isinstance(words, list | tuple) else str(words)


def folder_of(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES"


#: Nothing may be missing in these; what another language has not yet reads in English.
WHOLE = ("nb", "nn")


def test_languages_of_the_page_are_written() -> None:
    assert [*LANGUAGES, "en"] == [
        language for language in (*LANGUAGES, "en") if page_language(language).code == language
    ]
    assert set(LANGUAGES) == {"ar", "es", "fr", "hi", "nb", "nn", "pt"}


@pytest.mark.parametrize("language", WHOLE)
def test_nothing_is_left_in_english(language: str) -> None:
    words = said(folder_of(language))

    assert [english for english in on_the_page() if not words.get(english)] == []
    assert [english for english, own in words.items() if not own] == []


@pytest.mark.parametrize("language", sorted({*LANGUAGES} - {*WHOLE}))
def test_what_is_still_in_english_is_told(language: str) -> None:
    """Warned of, so that a new line on the page need not wait for five translators; but a page
    that is mostly English is not one in the language."""
    words = said(folder_of(language))
    missing = sorted(english for english in on_the_page() if not words.get(english))

    # Shown by -rP.
    sys.stdout.write(f"{language}: {len(missing)} without translation: {missing}\n")
    assert len(missing) <= len(on_the_page()) / 5
    # A wording that is gone is taken out everywhere.
    assert words.keys() <= said(folder_of("nb")).keys()


@pytest.mark.parametrize("folder", FOLDERS, ids=LANGUAGES)
def test_marks_stand_in_every_wording(folder: Path) -> None:
    for english, words in said(folder).items():
        marks, own = _MARKED.findall(english), _MARKED.findall(words)
        if "|" in english:
            # Languages have more or fewer forms of the plural, and need not say "one" in figures.
            assert set(own) <= set(marks), english
        elif words:
            assert sorted(own) == sorted(marks), english


@pytest.mark.parametrize("folder", FOLDERS, ids=LANGUAGES)
def test_compiled_words_are_those_written(folder: Path) -> None:
    """After a change: .venv/bin/pybabel compile -D django -d locale."""
    with (folder / "django.mo").open("rb") as file:
        compiled = {_flat(entry.id): _flat(entry.string) for entry in read_mo(file) if entry.id}

    assert compiled == {english: words for english, words in said(folder).items() if words}


def test_every_word_on_the_page_is_in_the_catalogue() -> None:
    """After a new one: DEMO=1 .venv/bin/python manage.py makemessages -l nb -l nn."""
    assert len(on_the_page()) > 100
    assert on_the_page() - said(folder_of("nb")).keys() == set()


@cache
def on_the_page() -> frozenset[str]:
    root = Path(settings.BASE_DIR)
    used: set[str] = set()
    for page in (root / "templates" / "enrolment").glob("*me_*.html"):
        text = page.read_text(encoding="utf-8")
        used |= set(re.findall(r"{% translate ['\"](.+?)['\"]", text))
        used |= {_catalogued(block) for block in _BLOCK.findall(text)}
    for name in (
        "web_forms.py",
        "web_family_forms.py",
        "web_form_base.py",
        "web_views.py",
        "web_consents.py",
    ):
        text = (root / "enrolment" / name).read_text(encoding="utf-8")
        used |= set(re.findall(r"\b_\(\s*\"(.+?)\"\s*\)", text))
    return frozenset(used)


_BLOCK = re.compile(r"{% blocktranslate trimmed[^%]*%}(.+?){% endblocktranslate %}", re.DOTALL)


def _catalogued(block: str) -> str:
    """As the catalogue has it: one line, values by name, the plural behind a bar."""
    words = " ".join(line.strip() for line in block.strip().splitlines())
    words = re.sub(r"{{ (\w+) }}", r"%(\1)s", words)
    return "|".join(part.strip() for part in words.split("{% plural %}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_that_confirms_an_erasure_can_be_typed(language: str) -> None:
    """One word, and not the same after folding as a word of another meaning: only letters."""
    word = fold(said(folder_of(language))["ERASE"])

    assert len(word) >= 3
    assert " " not in word
