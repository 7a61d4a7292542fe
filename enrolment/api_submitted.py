"""An answer or an event as another system sends it. Pure.

What is wrong is told by where it stands, never by what stood there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any

from campaigns.rules import AttributeKind, QuestionKind, QuestionRule
from enrolment.api_fields import instant, participant_id
from enrolment.api_problems import Unreadable, json_object

_ANSWER = frozenset({"participant", "question", "value", "answered_at"})
_EVENT = frozenset({"participant", "event", "value", "happened_at"})
LONGEST_NAME = 40
_LONGEST_VALUE = 40


@dataclass(frozen=True, slots=True)
class Submitted:
    """`key`: of the question, or the attribute's name. `at` is None where it was just now."""

    participant_id: int
    key: str
    value: str | float
    at: datetime | None


def submitted_answer(body: bytes) -> Submitted:
    """Raises Unreadable."""
    return _submitted(body, _ANSWER, "question", "answered_at")


def submitted_event(body: bytes) -> Submitted:
    """Raises Unreadable."""
    return _submitted(body, _EVENT, "event", "happened_at")


def _submitted(body: bytes, fields: frozenset[str], key: str, at: str) -> Submitted:
    data = json_object(body)
    if not fields.issuperset(data):
        raise Unreadable("", "there is a field that is not known here")
    name = data.get(key)
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise Unreadable(f"/{key}", f"expected the key of a campaign's {key}")
    return Submitted(
        participant_id=participant_id(data.get("participant")),
        key=name,
        value=_value(data),
        at=instant(f"/{at}", data[at]) if at in data else None,
    )


def _value(data: Mapping[str, Any]) -> str | float:
    value = data.get("value")
    if isinstance(value, str) and 0 < len(value) <= _LONGEST_VALUE:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**15:
        return float(value)
    raise Unreadable("/value", "expected a number, or text of at most 40 signs")


def kept_answer(question: QuestionRule, value: str | float, *, today: date) -> str:
    """As answers are kept. Raises Unreadable; of a question that no system may answer, too."""
    choices = {choice.value for choice in question.choices}
    match question.kind:
        case QuestionKind.YES_NO:
            return _one_of({"yes", "no"}, value)
        case QuestionKind.CHOICE:
            return _one_of(choices, value)
        case QuestionKind.DATE if value in choices:
            return str(value)
        case QuestionKind.DATE:
            day = _day(value)
            if not question.earliest_day <= (day - today).days <= question.latest_day:
                raise Unreadable("/value", "the day lies outside what the question takes")
            return day.isoformat()
        case QuestionKind.NUMBER:
            return _number(value, question.lowest or 0.0, question.highest)
    raise Unreadable("/question", "a name, own words or a reading is no answer to be sent here")


def kept_attribute(kind: AttributeKind, value: str | float, *, known: frozenset[str]) -> str:
    """As attributes are kept. `known`: the values that a question gives a choice. Raises
    Unreadable."""
    match kind:
        case AttributeKind.DATE:
            return _day(value).isoformat()
        case AttributeKind.NUMBER:
            return _number(value, None, None)
        case AttributeKind.CHOICE:
            return _one_of(known, value)
    raise Unreadable("/event", "a person's own words are not sent here")


def _one_of(values: frozenset[str] | set[str], value: str | float) -> str:
    if not isinstance(value, str) or value not in values:
        raise Unreadable("/value", f"expected one of {', '.join(sorted(values))}")
    return value


def _day(value: str | float) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Unreadable("/value", "expected a day, such as 2026-12-01") from None


def _number(value: str | float, lowest: float | None, highest: float | None) -> str:
    if isinstance(value, str) or not isfinite(value):
        raise Unreadable("/value", "expected a number")
    if (lowest is not None and value < lowest) or (highest is not None and value > highest):
        raise Unreadable("/value", "the number lies outside what the question takes")
    return f"{value + 0.0:.10g}"
