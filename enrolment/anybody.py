"""Somebody who answers whatever a campaign asks, for one that ships no persona. Pure."""

from collections.abc import Iterable
from datetime import datetime

from campaigns.content import Content
from campaigns.rules import OutcomeRule, QuestionKind, QuestionRule, Then
from enrolment.persona import Persona
from trust.telling import tell

KEY = "anybody"
#: As long as the crowd lives that the page offers.
DAYS = 182
_NAME, _WORDS = "Kim", "A walk with my sister"
#: As people well enough to be left in peace measure it.
_MEASURED = {
    "glucose": "5.8 mmol", "weight": "75 kg", "blood_pressure": "120/78", "steps": "6000",
}  # fmt: skip
#: Nobody is turned away by these answers, and nothing of theirs went wrong.
_FINE = (Then.NOTHING, Then.ENTER)


def anybody(content: Content, *, joins: datetime, zone: str) -> Persona:
    return Persona(
        key=KEY,
        name=tell("Somebody who answers everything"),
        joins=joins,
        zone=zone,
        days=DAYS,
        answers={key: _answer(rule) for key, rule in content.questions.items()},
    )


def _answer(rule: QuestionRule) -> str:
    match rule.kind:
        case QuestionKind.YES_NO:
            return _first_fine(("yes", "no"), rule)
        case QuestionKind.CHOICE:
            value = _first_fine((each.value for each in rule.choices), rule)
            return str(next(each.number for each in rule.choices if each.value == value))
        case QuestionKind.DATE:
            return _day(rule)
        case QuestionKind.NAME:
            return _NAME
        case QuestionKind.NUMBER | QuestionKind.READING:
            return _MEASURED.get(rule.measure) or _middle(rule)
        case QuestionKind.TEXT:
            return _WORDS


def _first_fine(values: Iterable[str], rule: QuestionRule) -> str:
    found = list(values)
    ordinary = OutcomeRule()
    fine = (each for each in found if rule.outcomes.get(each, ordinary).then in _FINE)
    return next(fine, found[0])


def _middle(rule: QuestionRule) -> str:
    lowest = rule.lowest or 0
    return str(round((lowest + (rule.highest or lowest + 60)) / 2))


def _day(rule: QuestionRule) -> str:
    """A week on, or the nearest day to it that is taken."""
    days = max(rule.earliest_day, min(7, rule.latest_day))
    if days < 0:
        return f"{-days} days ago"
    return f"in {days} days" if days else "today"
