"""What a planned question is called on a page."""

from dataclasses import dataclass
from textwrap import shorten

from django.utils.translation import gettext as _

_LONGEST = 70


@dataclass(frozen=True, slots=True)
class Question:
    """`name`: the day and the question's key, such as "Day 3: craving"; `words`: as it is asked,
    cut short."""

    name: str
    words: str


def question(key: str, day: int | None, words: str) -> Question:
    told = key.replace("_", " ")
    name = told if day is None else _("Day %(day)s: %(question)s") % {"day": day, "question": told}
    return Question(name, shorten(words, _LONGEST, placeholder=" \u2026"))
