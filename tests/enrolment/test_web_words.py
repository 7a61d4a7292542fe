"""The page's words in every language it is written in."""

import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings

FOLDERS = sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES"))
LANGUAGES = [folder.parent.name for folder in FOLDERS]
_MARKED = re.compile(r"%\(\w+\)s|</?strong[^>]*>")


def said(folder: Path) -> dict[str, str]:
    """Each wording, the plural ones as one text."""
    with (folder / "django.po").open("rb") as file:
        return {_flat(entry.id): _flat(entry.string) for entry in read_po(file) if entry.id}


def _flat(words: object) -> str:
    return "|".join(words) if isinstance(words, list | tuple) else str(words)


def test_languages_of_the_page_are_written() -> None:
    assert LANGUAGES == ["nb", "nn"]
    assert said(FOLDERS[0]).keys() == said(FOLDERS[1]).keys()


@pytest.mark.parametrize("folder", FOLDERS, ids=LANGUAGES)
def test_nothing_is_left_in_english_and_marks_stand(folder: Path) -> None:
    for english, words in said(folder).items():
        assert words, english
        assert sorted(_MARKED.findall(words)) == sorted(_MARKED.findall(english)), english


@pytest.mark.parametrize("folder", FOLDERS, ids=LANGUAGES)
def test_compiled_words_are_those_written(folder: Path) -> None:
    """After a change: .venv/bin/pybabel compile -D django -d locale."""
    with (folder / "django.mo").open("rb") as file:
        compiled = {_flat(entry.id): _flat(entry.string) for entry in read_mo(file) if entry.id}

    assert compiled == said(folder)


def test_every_word_on_the_page_is_in_the_catalogue() -> None:
    """After a new one: DEMO=1 .venv/bin/python manage.py makemessages -l nb -l nn."""
    root = Path(settings.BASE_DIR)
    known = {part for words in said(FOLDERS[0]) for part in words.split("|")}
    pages = [*(root / "templates" / "enrolment").glob("*me_*.html")]
    used = {
        words
        for page in pages
        for words in re.findall(r"{% translate ['\"](.+?)['\"]", page.read_text(encoding="utf-8"))
    }
    for name in ("web_forms.py", "web_family_forms.py", "web_form_base.py", "web_views.py"):
        text = (root / "enrolment" / name).read_text(encoding="utf-8")
        used |= set(re.findall(r"\b_\(\s*\"(.+?)\"\s*\)", text))

    assert len(used) > 60
    assert used - known == set()
