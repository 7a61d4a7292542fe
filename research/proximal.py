"""The proximal outcome of each draw of a micro-randomised step, from rows alone: whether an answer,
a keyword, a reading or any text came within the window after the step came due.

Every drawn decision has one, also where nothing was sent: the comparison is of the draw.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from campaigns.compiling import compiled
from campaigns.content import Content
from campaigns.draw_rules import ProximalRule
from campaigns.models import CampaignVersion
from campaigns.trial_values import ProximalKind
from messaging.folding import fold

_WITHIN = "{at} > d.due_at AND {at} <= d.due_at + %(within)s"
_REACHED = {
    ProximalKind.ANSWER: f"""
        SELECT FROM enrolment_answer a
         WHERE a.enrolment_id = d.enrolment_id AND a.question_key = %(of)s AND a.is_valid
           AND (%(value)s = '' OR a.value = %(value)s) AND {_WITHIN.format(at="a.answered_at")}
    """,
    ProximalKind.READING: f"""
        SELECT FROM enrolment_reading r
         WHERE r.enrolment_id = d.enrolment_id AND r.kind = %(of)s
           AND {_WITHIN.format(at="r.measured_at")}
    """,
    ProximalKind.KEYWORD: f"""
        SELECT FROM messaging_inboundmessage i
         WHERE i.recipient_id = p.recipient_id AND i.end = 'matched'
           AND {_WITHIN.format(at="i.received_at")}
           AND CASE WHEN %(bank)s = '' THEN i.end_reason = %(action)s ELSE EXISTS (
             SELECT FROM enrolment_bankuse b
              WHERE b.inbound_id = i.id AND b.enrolment_id = d.enrolment_id
                AND b.bank_key = %(bank)s) END
    """,
    ProximalKind.REPLY: f"""
        SELECT FROM messaging_inboundmessage i
         WHERE i.recipient_id = p.recipient_id AND NOT i.opted_out
           AND {_WITHIN.format(at="i.received_at")}
    """,
}
_DRAWN = """
SELECT d.id, EXISTS ({reached}) AS reached, d.due_at + %(within)s AS over_at
  FROM enrolment_decision d
  JOIN enrolment_enrolment e ON e.id = d.enrolment_id
  JOIN enrolment_participant p ON p.id = e.participant_id
 WHERE d.version_id = %(version)s AND d.step_key = %(step)s AND d.draw IS NOT NULL
   AND NOT e.is_test
"""


@dataclass(frozen=True, slots=True)
class Proximal:
    decision_id: int
    reached: bool


def proximal_outcomes(*, version: CampaignVersion, step_key: str) -> list[Proximal]:
    """Of each draw of the step in that edition, without test participants. Raises ValueError where
    the step has no outcome to look at."""
    sql, values = statement(version=version, step_key=step_key)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, reached FROM ({sql}) AS drawn ORDER BY id", values)
        return [Proximal(*row) for row in cursor.fetchall()]


def statement(*, version: CampaignVersion, step_key: str) -> tuple[str, dict[str, Any]]:
    """The same as SQL with its values: id, reached, and over_at, when the window is over."""
    content = compiled(version)
    rule = _rule(content, step_key)
    keyword = content.keywords.get(fold(rule.of)) if rule.of else None
    values: dict[str, Any] = {
        "version": version.pk,
        "step": step_key,
        "of": rule.of,
        "value": rule.value,
        "within": rule.within,
        "bank": keyword.bank if keyword is not None else "",
        "action": keyword.action.value if keyword is not None else "",
    }
    return _DRAWN.format(reached=_REACHED[rule.kind]), values


def _rule(content: Content, step_key: str) -> ProximalRule:
    for step in content.steps:
        if step.key == step_key and step.draw is not None and step.draw.outcome is not None:
            return step.draw.outcome
    raise ValueError(f"{step_key} looks at no outcome")
