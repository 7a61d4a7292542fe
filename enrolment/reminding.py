"""The one reminder of a question that nobody has answered: a planned text like others. Pure.

It belongs to the asking, so its occurrence is the minute of that: one Decision, one text, whatever
moves meanwhile. An answer, another question or the question's expiry takes it away. While somebody
joins there is no journey, and so no reminder.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from campaigns.content import Content
from campaigns.rules import REMIND
from campaigns.schedule import next_allowed
from enrolment.coming import Coming, Found
from enrolment.state import Due, Verdict

_MINUTE = timedelta(minutes=1)


def reminder(look: Coming) -> Found | None:
    """Of the question that is open, when it comes due; past reminders too."""
    state = look.state
    step = look.content.reminders.get(state.question)
    if step is None or state.asked_at is None:
        return None
    moment = _moment(look, state.question, state.asked_at)
    return None if moment is None else (moment, step, _occurrence(state.asked_at))


def next_reminder(look: Coming, dues: Iterable[Due], asked: Found | None) -> datetime | None:
    """When to look again: for the question just asked, or the one that was open before."""
    content, question = look.content, ""
    for due in dues:
        if due.verdict is Verdict.QUEUED:
            question = due.step.question or question
    if question:
        return _moment(look, question, look.now) if question in content.reminders else None
    return asked[0] if asked is not None and asked[0] > look.now else None


def is_overtaken(found: Found, ripe: Iterable[Found]) -> bool:
    """Whether another question is about to be asked, which would be answered in its place."""
    step = found[1]
    return step.key.startswith(REMIND) and any(other[1].question for other in ripe)


def first_look(content: Content, question: str, asked_at: datetime) -> datetime | None:
    """When a tick should look at a question asked in a reply; it works out the hours itself."""
    rule = content.questions.get(question)
    return None if rule is None or rule.reminder is None else asked_at + rule.reminder


def _moment(look: Coming, question: str, asked_at: datetime) -> datetime | None:
    rule = look.content.questions[question]
    assert rule.reminder is not None, "reminders are of questions that have one"
    moment = next_allowed(asked_at + rule.reminder, look.hours, look.zone)
    is_over = rule.expires is not None and moment >= asked_at + rule.expires
    return None if is_over else moment


def _occurrence(asked_at: datetime) -> int:
    return int(asked_at.timestamp() // _MINUTE.total_seconds())
