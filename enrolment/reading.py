"""A text read as the answer to a question: yes/no, choice, date, name, number. Pure."""

import re
from datetime import date

from campaigns.rules import (
    QuestionKind,
    QuestionRule,
)
from enrolment.spoken_dates import read_date
from messaging.stopwords import fold

_YES = frozenset({"yes", "y", "yeah", "yep", "yup", "ok", "sure", "1", "i do"})
_NO = frozenset({"no", "n", "nope", "2", "i dont", "i don t", "never"})
#: "yes I do" and "no thanks" are read by their first word, up to this many words.
_SHORT = 4
_UNDECIDED = frozenset({"no idea", "yes and no", "yes no"})
_NAME_INTRODUCTION = re.compile(r"^(?:my name is|i am|i'm|im|it's|its|call me)\s+", re.IGNORECASE)
#: As long as the longest value a text may carry; see campaigns.wording.
_LONGEST_NAME = 20
_NUMBER = re.compile(r"\d{1,6}")


def read_answer(question: QuestionRule, text: str, *, today: date) -> str | None:
    """The value as stored (dates as ISO days, yes/no as words), or None when it can't be read."""
    match question.kind:
        case QuestionKind.YES_NO:
            return _yes_no(fold(text))
        case QuestionKind.CHOICE:
            return _choice(question, fold(text))
        case QuestionKind.DATE:
            return _date(question, text, today)
        case QuestionKind.NAME:
            return _name(text)
        case QuestionKind.NUMBER:
            found = fold(text)
            return str(int(found)) if _NUMBER.fullmatch(found) else None


def _yes_no(folded: str) -> str | None:
    words = folded.split(" ")
    if folded in _UNDECIDED or len(words) > _SHORT:
        return None
    if folded in _YES or words[0] in ("yes", "yeah"):
        return "yes"
    if folded in _NO or words[0] in ("no", "nope"):
        return "no"
    return None


def _choice(question: QuestionRule, folded: str) -> str | None:
    for choice in question.choices:
        if folded == str(choice.number) or folded in choice.words:
            return choice.value
    return None


def _date(question: QuestionRule, text: str, today: date) -> str | None:
    day = read_date(text, today=today)
    if day is None or not question.earliest_day <= (day - today).days <= question.latest_day:
        return None
    return day.isoformat()


def _name(text: str) -> str | None:
    """A name has letters, at most three words and no digits; a long one keeps its first word."""
    name = " ".join(_NAME_INTRODUCTION.sub("", text.strip()).split()).strip(".,!\"'")
    if not any(character.isalpha() for character in name):
        return None
    if any(character.isdigit() for character in name) or len(name.split()) > 3:
        return None
    if len(name) > _LONGEST_NAME:
        name = name.split()[0][:_LONGEST_NAME]
    return name[:1].upper() + name[1:]
