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
from trust.redaction import looks_personal

#: How people ask, where they do not text the word themselves; the same words as Consent.Channel.
WAYS = ("web", "referral", "missed_call", "paper", "api")
_FIELDS = frozenset({"number", "language", "how", "first_name", "referrer"})
#: A code or a place, such as "HW-014, Mpika clinic".
LONGEST_REFERRER = 60
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
    referrer: str = ""


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
    referrer = data.get("referrer", "")
    if not isinstance(referrer, str) or not is_plain_reference(referrer):
        raise Unreadable(
            "/referrer", f"expected a code or a place of at most {LONGEST_REFERRER} signs"
        )
    name = _name(data.get("first_name"))
    return Invited(number, language, how, name, referrer=" ".join(referrer.split()))


def name_in(said: str) -> str | None:
    """A name as a conversation would take it."""
    return read_answer(_NAME, said, today=_ANY_DAY)


def is_plain_reference(said: str) -> bool:
    """Whether it may stand in the clear and be counted: no number, no address, nothing that a
    spreadsheet would run."""
    plain = said.isprintable() and not said.startswith(("=", "+", "-", "@"))
    return plain and len(said) <= LONGEST_REFERRER and not looks_personal(said)


def _name(said: Any) -> str:
    if said is None or said == "":
        return ""
    name = name_in(said) if isinstance(said, str) else None
    if name is None:
        raise Unreadable("/first_name", "expected a name, without figures")
    return name
