"""The decisions of a drawn step, each with whether its outcome happened. Pure text;
`proximal_reading` runs it.

The window runs from when the step came due, whatever was drawn and whenever the text left.
"""

from campaigns.trial_values import ProximalKind

_WITHIN = "> d.due_at AND {at} <= d.due_at + make_interval(hours => %(hours)s)"


def _within(at: str) -> str:
    return f"{at} {_WITHIN.format(at=at)}"


_INBOUND = f"""EXISTS (
    SELECT FROM messaging_inboundmessage i
     WHERE i.recipient_id = p.recipient_id AND {_within("i.received_at")}"""
_HAPPENED = {
    ProximalKind.REPLY: f"{_INBOUND})",
    # A word by its bank, or by what it does where it has none; the same word in any language.
    ProximalKind.KEYWORD: f"""{_INBOUND} AND i.end = 'matched' AND (
       i.end_reason = ANY(%(words)s) OR EXISTS (
         SELECT FROM enrolment_bankuse b
          WHERE b.inbound_id = i.id AND b.bank_key = ANY(%(words)s))))""",
    ProximalKind.ANSWER: f"""EXISTS (
    SELECT FROM enrolment_answer n
     WHERE n.enrolment_id = e.id AND n.question_key = %(of)s AND n.is_valid
       AND (%(value)s = '' OR n.value = %(value)s) AND {_within("n.answered_at")})""",
    ProximalKind.READING: f"""EXISTS (
    SELECT FROM enrolment_reading r
     WHERE r.enrolment_id = e.id AND r.kind = %(of)s AND {_within("r.measured_at")})""",
}


def points(kind: ProximalKind) -> str:
    """(person, why not available, options, probabilities, draw, day, is over, happened): a row for
    each time the step came due for somebody in the trial, person after person."""
    return f"""
SELECT e.id, d.unavailable_reason, d.options, d.probabilities, d.draw,
       d.local_date - (e.enrolled_at AT TIME ZONE c.time_zone)::date,
       d.due_at + make_interval(hours => %(hours)s) < %(now)s, {_HAPPENED[kind]}
  FROM enrolment_decision d
  JOIN enrolment_enrolment e ON e.id = d.enrolment_id AND NOT e.is_test
  JOIN enrolment_participant p ON p.id = e.participant_id
  JOIN campaigns_campaign c ON c.id = e.campaign_id
 WHERE e.campaign_id = %(campaign)s AND d.step_key = %(step)s AND d.policy_version <> ''
 ORDER BY e.id, d.id
"""
