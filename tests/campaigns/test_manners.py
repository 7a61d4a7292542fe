"""Wordings in another manner, in a pack and in what it becomes."""

from pathlib import Path

import pytest

from campaigns import compiling
from campaigns.manners import base_of, discreet_texts, in_manner, resolved
from campaigns.models import Text
from campaigns.pack import read_pack
from tests import worlds
from tests.campaigns.test_pack import folder, problems, spoil

__all__ = ["folder"]

DAY = "  quit.01:"
#: Shipped without another manner.
MEDS = "  med.01:"


def test_key_and_its_manner() -> None:
    assert base_of(in_manner("day.0", "discreet")) == "day.0"
    assert base_of("day.0@vape") == "day.0@vape"
    assert base_of("day.0~other") == "day.0~other"


def test_usual_words_serve_where_they_tell_nothing() -> None:
    texts = {"a": "Hello", "a~discreet": "=", "b~discreet": "Bye", "c~discreet": "="}

    assert dict(discreet_texts(texts)) == {"a~discreet": "Hello", "b~discreet": "Bye"}
    assert resolved("c~discreet", texts) is None


def test_pack_may_hold_them_beside_any_text(folder: Path) -> None:
    spoil(folder, "texts.en.yaml", MEDS, f'  med.01~discreet: "Today is your day."\n{MEDS}')
    spoil(folder, "texts.en.yaml", MEDS, f'  med.01~care: "="\n{MEDS}')

    assert read_pack(folder).texts["en"]["med.01~discreet"] == "Today is your day."


def test_manner_of_nothing_is_refused(folder: Path) -> None:
    spoil(folder, "texts.en.yaml", DAY, f'  quit.99~discreet: "Hello."\n{DAY}')

    (problem,) = problems(folder)
    assert "nothing says quit.99~discreet" in problem


@pytest.mark.django_db
def test_version_compiles_the_usual_words_where_it_says_so() -> None:
    version = worlds.version(published=False)
    Text.objects.create(version=version, key="day.1~discreet", language="en", body="=")

    content = compiling.compile_version(version)

    assert content.wording("day.1~discreet", "en").parts == ("Day one is behind you.",)
