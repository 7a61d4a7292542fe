"""A keyword as it is texted, and what is read in the words after it. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from campaigns.content import Content
from campaigns.rules import (
    QUIT_DATE_ANCHOR,
    WITH_MORE,
    KeywordAction,
    KeywordRule,
    QuestionKind,
)
from campaigns.schedule import Span
from enrolment.consequences import today_of
from enrolment.reading import readings_in
from enrolment.spoken_dates import read_date, read_days
from enrolment.spoken_hours import read_hours
from enrolment.spoken_languages import read_language
from enrolment.spoken_readings import Measured
from enrolment.talk import Talk
from messaging.folding import fold, one_slip, squeezed, without_signature
from messaging.stopwords import RESERVED, graded

#: Unreadable words after a keyword get its explanation up to this many; more are a sentence that
#: happens to begin with the word ("time is hard on me today"), and a person reads it.
_MOST_WORDS = 4
#: A keyword may itself be of several words ("new date").
_LONGEST_KEYWORD = 3
#: Own hours that leave less of the campaign's than this can't be kept.
_LEAST_OVERLAP_SECONDS = 3600
_QUIT_DAYS_AHEAD = 30
#: Shorter words are one slip from too many others.
_SHORTEST_GUESS = 5
#: Words that do nothing which can't be undone at once: none that joins, erases or tells a slip.
_GUESSABLE = frozenset(KeywordAction) - {
    KeywordAction.JOIN,
    KeywordAction.SLIP,
    KeywordAction.ERASE,
}
_DRAWN_OUT = re.compile(r"(.)\1\1")
_CODE = re.compile(r"[0-9]{4}")

#: Of a reading, all that the words may mean, where that is anything at all.
Meaning = int | Span | date | str | tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A keyword as it was texted. `more` is what stood after it, `meaning` what was read in it;
    None: nothing. `guessed`: it was one slip of the thumb away."""

    rule: KeywordRule
    more: str = ""
    meaning: Meaning | None = None
    guessed: bool = False


def find_word(content: Content, talk: Talk, text: str, now: datetime) -> Word | None:
    """The keyword a text is, or begins with, or was meant to be."""
    text = without_signature(text)
    whole = content.keywords.get(fold(text))
    if whole is not None:
        return Word(whole)
    found = _with_more(content, text)
    if found is None:
        return _guessed(content, talk, text, now)
    rule, more = found
    meaning = _read(content, talk, rule, more, now)
    if meaning is None and len(more.split()) > _MOST_WORDS:
        return None
    return Word(rule, more, meaning)


def knows_word(content: Content, text: str) -> bool:
    """Whether it is or begins with a keyword, letter by letter."""
    text = without_signature(text)
    return fold(text) in content.keywords or _with_more(content, text) is not None


def _with_more(content: Content, text: str) -> tuple[KeywordRule, str] | None:
    words = text.split()
    for count in range(min(len(words) - 1, _LONGEST_KEYWORD), 0, -1):
        rule = content.keywords.get(fold(" ".join(words[:count])))
        if rule is not None and rule.action in WITH_MORE:
            return rule, " ".join(words[count:])
    # PAUSE7, as thumbs do.
    place = next((place for place, letter in enumerate(text) if letter.isdigit()), 0)
    rule = content.keywords.get(fold(text[:place])) if place else None
    if rule is not None and rule.action in WITH_MORE:
        return rule, text[place:].strip()
    return None


def _guessed(content: Content, talk: Talk, text: str, now: datetime) -> Word | None:
    """PUASE, CRAVVE, SLEEEEP; PUASE 7, where what stands after it can be read."""
    rule = _near(content, fold(text))
    if rule is not None:
        return Word(rule, guessed=True)
    first, _, more = text.strip().partition(" ")
    rule = _near(content, fold(first)) if more else None
    if rule is None or rule.action not in WITH_MORE:
        return None
    meaning = _read(content, talk, rule, more.strip(), now)
    return None if meaning is None else Word(rule, more.strip(), meaning, guessed=True)


def _near(content: Content, folded: str) -> KeywordRule | None:
    """The one rule whose words are a slip away. Never from anything near leaving, and nothing
    where a word that is not harmless may have been meant."""
    if len(folded) < _SHORTEST_GUESS or graded(folded) is not None:
        return None
    if any(one_slip(folded, word) for word in RESERVED):
        return None
    short = squeezed(folded) if _DRAWN_OUT.search(folded) else ""
    near = {
        rule
        for word, rule in content.keywords.items()
        if len(word) >= _SHORTEST_GUESS
        and (one_slip(folded, word) or (short and short == squeezed(word)))
    }
    rule = near.pop() if len(near) == 1 else None
    return rule if rule is not None and rule.action in _GUESSABLE else None


def _read(
    content: Content, talk: Talk, rule: KeywordRule, more: str, now: datetime
) -> Meaning | None:
    match rule.action:
        case KeywordAction.PAUSE:
            return read_days(more, today=today_of(talk, now), language=talk.language)
        case KeywordAction.TIME:
            hours = read_hours(more)
            return hours if hours is not None and overlaps(content, hours) else None
        case KeywordAction.DATE:
            return new_date(content, more, today_of(talk, now), talk.language)
        case KeywordAction.LANGUAGE:
            return read_language(more, content.languages)
        case KeywordAction.ERASE:
            return _code(more)
        case KeywordAction.READING:
            return readings_in(content.questions[rule.question], more, talk.language) or None
    return None


def _code(more: str) -> str | None:
    """Four digits, in whatever script and however they are set apart."""
    digits = "".join(sign for sign in fold(more) if sign != " ")
    plain = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in digits)
    return plain if _CODE.fullmatch(plain) else None


def overlaps(content: Content, hours: Span) -> bool:
    """Whether own hours leave enough of the campaign's."""
    start = max(hours.first_second, content.hours.first_second)
    end = min(
        hours.first_second + hours.seconds, content.hours.first_second + content.hours.seconds
    )
    return end - start >= _LEAST_OVERLAP_SECONDS


def new_date(content: Content, more: str, today: date, language: str = "en") -> date | None:
    """Within the range of the content's own question, but never a day gone by."""
    asked = [
        question.latest_day
        for question in content.questions.values()
        if question.kind is QuestionKind.DATE and question.attribute == QUIT_DATE_ANCHOR
    ]
    latest = max(asked, default=0)
    latest = latest if latest > 0 else _QUIT_DAYS_AHEAD
    day = read_date(more, today=today, latest_day=latest, language=language)
    return day if day is not None and 0 <= (day - today).days <= latest else None
