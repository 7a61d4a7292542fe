"""A text read as the answer to a question, whatever its kind. Pure."""

import re
from datetime import date

from campaigns.rules import (
    QuestionKind,
    QuestionRule,
)
from enrolment.answer_words import AnswerWords, words_for
from enrolment.spoken_dates import read_date
from enrolment.spoken_digits import NUMBER_WORDS, meanings_of, numbers_in, plain
from enrolment.spoken_readings import Measured, measured, read_reading
from messaging.folding import fold

#: Answers that are a person's own words; they live sealed, never in `value`. Any words will do for
#: one, so a keyword comes first, or CRAVE would become a name.
OWN_WORDS = frozenset({QuestionKind.NAME, QuestionKind.TEXT})
_YES, _NO = "1", "2"
_THUMBS = {"\U0001f44d": "yes", "\U0001f44e": "no"}
#: "yes I do" and "no thanks" are read by their first word, up to this many words.
_SHORT = 4
_NAME_INTRODUCTION = re.compile(
    r"^(?:(?:hi|hello|hei|hola|bonjour|salut|oi|olá),? )?"
    r"(?:my name is|i am|i'm|im|it's|its|this is|call me"
    r"|jeg heter|eg heiter|eg heter|navnet mitt er|namnet mitt er|navnet er|namnet er"
    r"|me llamo|mi nombre es|soy|je m['\u2019 ]?appelle|mon nom est|je suis|moi c['\u2019]est"
    r"|meu nome [ée]|o meu nome [ée]|me chamo|chamo-me|eu sou|sou"
    r"|اسمي|إسمي|أنا|انا|mera naam|mera nam|मेरा नाम|मैं)\s+",
    re.IGNORECASE,
)
_NAME_END = re.compile(r"\s+(?:hai|he|h|है|हूँ|हूं)$", re.IGNORECASE)
#: Typed where there is no name, or sent by a program that had none.
_NO_NAMES = frozenset(
    {"none", "null", "nil", "nan", "undefined", "no name", "noname", "no", "yes", "ok", "unknown",
     "nobody", "anonymous", "na", "n a", "nei", "ja", "ingen", "non", "oui", "si", "nao", "sim"}
)  # fmt: skip
#: As long as the longest value a text may carry; see campaigns.wording.
_LONGEST_NAME = 20
_LONGEST_WORDS = 160


def read_answer(
    question: QuestionRule, text: str, *, today: date, language: str = "en"
) -> str | None:
    """In the person's language or in English. The value as stored (dates as ISO days, yes/no as
    words, numbers with a decimal point), or None when it can't be read. A person's own words come
    back trimmed."""
    match question.kind:
        case QuestionKind.YES_NO:
            return _yes_no(text, language)
        case QuestionKind.CHOICE:
            return _choice(question, fold(plain(text)))
        case QuestionKind.DATE:
            return _date(question, text, today, language) or _choice(question, fold(plain(text)))
        case QuestionKind.NAME:
            return _name(text)
        case QuestionKind.READING:
            found = readings_in(question, text, language)
            return found[0].stored if len(found) == 1 else None
        case QuestionKind.NUMBER:
            return _number(question, text, language)
        case QuestionKind.TEXT:
            return _words(text)


def readings_in(question: QuestionRule, text: str, language: str) -> tuple[Measured, ...]:
    """All that a text may tell; two where nobody can say which unit is meant."""
    if question.measure:
        return read_reading(question, text)
    number = _number(question, text, language)
    return () if number is None else (measured(number),)


def _yes_no(text: str, language: str) -> str | None:
    folded = fold(plain(text))
    if folded in (_YES, _NO):
        return "yes" if folded == _YES else "no"
    spoken = words_for(language)
    if not folded:
        # A thumb and nothing else; of skin colours and hearts the folding has seen to.
        shown = {_THUMBS[sign] for sign in text if sign in _THUMBS}
        return shown.pop() if len(shown) == 1 else None
    if any(folded in words.undecided for words in spoken):
        return None
    return next((found for words in spoken if (found := _said(folded, words))), None)


def _said(folded: str, words: AnswerWords) -> str | None:
    if folded in words.yes or folded in words.no:
        return "yes" if folded in words.yes else "no"
    first, _, rest = folded.partition(" ")
    for value, begins, whole in (
        ("yes", words.yes_begins, words.yes),
        ("no", words.no_begins, words.no),
    ):
        if first in begins and rest in whole:
            return value
    said = folded.split(" ")
    if len(said) > _SHORT:
        return None
    # "Ja, men nei": both, so neither.
    is_yes, is_no = not words.yes_begins.isdisjoint(said), not words.no_begins.isdisjoint(said)
    if is_yes is is_no:
        return None
    begins = words.yes_begins if is_yes else words.no_begins
    return ("yes" if is_yes else "no") if said[0] in begins else None


def _choice(question: QuestionRule, folded: str) -> str | None:
    for choice in question.choices:
        if folded == str(choice.number) or folded in choice.words:
            return choice.value
    return None


def _date(question: QuestionRule, text: str, today: date, language: str) -> str | None:
    earliest, latest = question.earliest_day, question.latest_day
    day = read_date(text, today=today, earliest_day=earliest, latest_day=latest, language=language)
    if day is None or not earliest <= (day - today).days <= latest:
        return None
    return day.isoformat()


def _name(text: str) -> str | None:
    """A name has letters, at most three words and no digits; a long one keeps its first word."""
    said = text.strip()
    name, introduced = _NAME_INTRODUCTION.subn("", said)
    if introduced:
        name = _NAME_END.sub("", name.rstrip(".,! "))
    name = " ".join(name.split()).strip(".,!\"'")
    if not any(character.isalpha() for character in name):
        return None
    if any(character.isdigit() for character in name) or len(name.split()) > 3:
        return None
    if fold(name) in _NO_NAMES:
        return None
    if len(name) > _LONGEST_NAME:
        name = name.split()[0][:_LONGEST_NAME]
    return name[:1].upper() + name[1:]


def _number(question: QuestionRule, text: str, language: str) -> str | None:
    """The one number in a short text, within the question's range. Two numbers are no answer."""
    written = plain(text)
    found = numbers_in(written) or _worded(fold(written), language)
    if len(found) != 1 or len(written.split()) > NUMBER_WORDS:
        return None
    meant = {number for number in meanings_of(found[0]) if _in_range(question, number)}
    # 25.000 is a price in one country and a weight in another: ask rather than guess.
    return f"{meant.pop() + 0.0:.10g}" if len(meant) == 1 else None


def _worded(folded: str, language: str) -> list[str]:
    """Ten, or ten a day; "one pack" is not one, so little may stand beside the word."""
    for words in words_for(language):
        said = f" {folded} "
        for phrase in words.beside_numbers:
            said = said.replace(f" {phrase} ", " ")
        number = words.numbers.get(said.strip())
        if number is not None:
            return [str(number)]
    return []


def _in_range(question: QuestionRule, number: float) -> bool:
    lowest = 0.0 if question.lowest is None else question.lowest
    return lowest <= number and (question.highest is None or number <= question.highest)


def _words(text: str) -> str | None:
    words = " ".join(text.split())
    readable = any(character.isalnum() for character in words)
    return words if readable and len(words) <= _LONGEST_WORDS else None
