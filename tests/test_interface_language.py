"""The staff's pages in every language they are written in: nothing left in English, nothing lost
on the way. After a change of words: `make messages`, translate what is empty, `make messages`."""

import re
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from babel.messages.mofile import read_mo
from django.conf import settings

from tests.tools.catalogues import LANGUAGES, place, read, said_in
from tests.tools.wording import (
    APPS,
    ROOT,
    code,
    in_code,
    not_written_out,
    on_page,
    pages,
    unmarked,
    words_of,
)

#: Apps whose words are not all marked yet; empty when the last one is done.
UNDONE: set[str] = set()
DONE = [app for app in APPS if app not in UNDONE]
BOTH = [
    pytest.param(app, language, id=f"{app}-{language}") for app in DONE for language in LANGUAGES
]
_MARKS = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+[^>]*>")
#: Names, which are the same in every language.
NAMES = {"Sendwell", "UTC", "CSV", "SMS", "XLSX", "PO", "IRR", "GSM-7"}


def test_catalogues_are_those_of_the_settings() -> None:
    assert {code for code, _ in settings.LANGUAGES} == {"en-gb", *LANGUAGES}


@pytest.mark.parametrize(("app", "language"), BOTH)
def test_every_word_is_translated_and_none_is_left_over(app: str, language: str) -> None:
    said = said_in(read(place(app, language), language))

    assert [words.one for words in words_of(app) if words not in said] == []
    assert said.keys() - set(words_of(app)) == set()


@pytest.mark.parametrize(("app", "language"), BOTH)
def test_marks_stand_in_every_wording(app: str, language: str) -> None:
    for words, said in said_in(read(place(app, language), language)).items():
        forms = said if isinstance(said, tuple) else (said,)
        for form in forms:
            if words.many:
                # "One" need not be said in figures.
                assert set(_MARKS.findall(form)) <= set(_MARKS.findall(words.many)), words.one
            else:
                assert sorted(_MARKS.findall(form)) == sorted(_MARKS.findall(words.one)), words.one


@pytest.mark.parametrize(("app", "language"), BOTH)
def test_compiled_words_are_those_written(app: str, language: str) -> None:
    with place(app, language, "mo").open("rb") as file:
        compiled = said_in(read_mo(file))

    assert compiled == said_in(read(place(app, language), language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_word_is_translated_in_one_way(language: str) -> None:
    """Django reads all catalogues as one: of two translations one would be lost unseen."""
    ways: dict[object, set[object]] = defaultdict(set)
    for app in APPS:
        for words, said in said_in(read(place(app, language), language)).items():
            ways[words[0], words[2]].add(said if isinstance(said, str) else said[0])

    assert {words: found for words, found in ways.items() if len(found) > 1} == {}


@pytest.mark.parametrize("app", DONE)
def test_no_page_has_words_that_are_not_marked(app: str) -> None:
    bare = {
        path.relative_to(ROOT).as_posix(): found
        for path in pages(app)
        if (found := list(bare_words(path.read_text(encoding="utf-8"))))
    }

    assert bare == {}


@pytest.mark.parametrize("app", DONE)
def test_no_door_says_words_that_are_not_marked(app: str) -> None:
    found = {
        path.relative_to(ROOT).as_posix(): bare
        for path in code(app)
        if (bare := unmarked(path.read_text(encoding="utf-8"), of_model="models" in path.parts))
    }

    assert found == {}


@pytest.mark.parametrize("app", APPS)
def test_marked_words_are_written_out_whole(app: str) -> None:
    assert [call for path in code(app) for call in not_written_out(path.read_text())] == []


def bare_words(source: str) -> Iterator[str]:
    """Text and spoken attributes of a page outside of what is translated."""
    for said in re.findall(r"""\|default(?:_if_none)?:(["'])(.*?)\1""", source):
        if re.search(r"[^\W\d_]{2}", said[1]):
            yield said[1]
    for pattern in (
        r"{% comment.*?{% endcomment %}",
        r"{#.*?#}",
        r"{% blocktrans(?:late)?\b.*?{% endblocktrans(?:late)? %}",
        r"<(?:script|style|code|svg|pre)\b.*?</(?:script|style|code|svg|pre)>",
        r"{%.*?%}",
        r"{{.*?}}",
    ):
        source = re.sub(pattern, " ", source, flags=re.DOTALL)
    reader = _Reader()
    reader.feed(source)
    reader.close()
    for text in reader.found:
        words = [word for word in re.findall(r"[^\W\d_]{2,}(?:-\d)?", text) if word not in NAMES]
        if words:
            yield " ".join(text.split())


class _Reader(HTMLParser):
    SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-label", "data-head")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in self.SPOKEN]


def test_a_bare_word_is_seen() -> None:
    """Of the lint itself: what it takes for words, and what not."""
    seen = list(
        bare_words(
            '{{ value|default:"Instead" }}'
            '<p title="Bare">{% translate "Marked" %} Sendwell {{ value }}</p>'
            "{% if a %}Naked{% endif %}{% blocktranslate %}Told{% endblocktranslate %}"
        )
    )

    assert seen == ["Instead", "Bare", "Naked"]
    assert [words.one for words in on_page('{% translate "Kept" %}{{ _("Also") }}')] == [
        "Kept",
        "Also",
    ]
    assert [words.one for words in in_code('tell("It is %(a)s", a=1); x.gettext("Yes")')] == [
        "It is %(a)s",
        "Yes",
    ]
    assert len(unmarked('messages.error(request, "No"); forms.CharField(label="Name")')) == 2
    assert unmarked('messages.error(request, _("No")); forms.CharField(label=_("Name"))') == []
