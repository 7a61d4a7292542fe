"""An invitation as another system sends it. Pure.

What is wrong is told by where it stands, never by what stood there.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from campaigns.rules import QuestionKind, QuestionRule
from enrolment.api_problems import Unreadable, json_object
from enrolment.reading import read_answer
from messaging.addresses import is_number

#: How people ask, where they do not text the word themselves; the same words as Consent.Channel.
WAYS = ("web", "referral", "missed_call", "paper", "api")
_FIELDS = frozenset({"number", "language", "how", "first_name"})
_LONGEST_LANGUAGE = 8
_NAME = QuestionRule("first_name", QuestionKind.NAME)
#: No name is read as a day.
_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Invited:
    """`language` is empty where the campaign's own will do."""

    number: str = field(repr=False)
    language: str
    how: str
    first_name: str = field(repr=False)


def invited(body: bytes) -> Invited:
    """Raises Unreadable."""
    data = json_object(body)
    if not _FIELDS.issuperset(data):
        raise Unreadable("", "there is a field that is not known here")
    number = data.get("number")
    if not isinstance(number, str) or not is_number(number):
        raise Unreadable(
            "/number", "expected + and the country's code, then digits alone, as +447700900123"
        )
    language = data.get("language", "")
    if not isinstance(language, str) or len(language) > _LONGEST_LANGUAGE:
        raise Unreadable("/language", "expected a language's code, such as en")
    how = data.get("how", "api")
    if how not in WAYS:
        raise Unreadable("/how", f"expected one of {', '.join(WAYS)}")
    return Invited(number, language, how, _name(data.get("first_name")))


def name_in(said: str) -> str | None:
    """A name as a conversation would take it."""
    return read_answer(_NAME, said, today=_ANY_DAY)


def _name(said: Any) -> str:
    if said is None or said == "":
        return ""
    name = name_in(said) if isinstance(said, str) else None
    if name is None:
        raise Unreadable("/first_name", "expected a name of at most 20 letters, without figures")
    return name
