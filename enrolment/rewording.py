"""Texts already queued, brought in line with the version their person was moved to.

A step is never sent from both versions: its one Decision and its one Message stay, and from here
on they are the new version's, or the text does not go.
"""

from datetime import datetime

from campaigns.conditions import Facts
from campaigns.content import Content
from campaigns.rules import ALARM, REMIND, REPEAT_STRIDE, StepRule
from enrolment import claiming
from enrolment.choosing import next_of, wording_of
from enrolment.claiming import Claimed
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.state import Due, Reason, Verdict
from enrolment.telling import text_of
from messaging import outbox
from messaging.models import Message

#: Why a text that the new version no longer has was not sent.
MOVED = "moved"


def rewrite_queued(*, enrolment: Enrolment, old: Content, now: datetime) -> frozenset[str]:
    """New words where the new version has the step, else the text is cancelled. The keys of the
    questions that will not be asked after all.

    The caller holds the recipient's and the enrolment's row locks and has set the new version.
    """
    waiting = _waiting(enrolment)
    if not waiting:
        return frozenset()
    (claimed,) = claiming.load_states([enrolment.pk], now)
    rules = {(step.key, step.repeat): step for step in claimed.content.steps}
    gone: list[Decision] = []
    # A safety text goes out in the words it was approved in.
    planned = Decision.objects.filter(pk__in=waiting, enrolment=enrolment)
    for decision in planned.exclude(step_key__startswith=ALARM):
        step = rules.get((decision.step_key, decision.occurrence // REPEAT_STRIDE))
        if decision.step_key.startswith(REMIND):
            step = claimed.content.reminders.get(decision.step_key.removeprefix(REMIND))
        due = None if step is None else _due(claimed, step, decision, waiting[decision.pk])
        if due is None or not _reword(decision, due, claimed):
            gone.append(decision)
    outbox.cancel(
        cause_kind=Message.CauseKind.DECISION,
        cause_keys=[str(decision.pk) for decision in gone],
        reason=MOVED,
        now=now,
    )
    unsent = {row.step_key for row in gone if waiting[row.pk].status == Message.Status.QUEUED}
    return frozenset(step.question for step in old.steps if step.key in unsent and step.question)


def _waiting(enrolment: Enrolment) -> dict[int, Message]:
    """By Decision, all that have not left for good."""
    rows = Message.objects.filter(
        recipient_id=enrolment.participant.recipient_id,
        cause_kind=Message.CauseKind.DECISION,
        status__in=Message.OPEN,
    )
    return {int(message.cause_key): message for message in rows}


def _due(claimed: Claimed, step: StepRule, decision: Decision, message: Message) -> Due:
    text_key, variant = chosen(claimed, step, decision)
    return Due(
        step=step,
        occurrence=decision.occurrence,
        due_at=decision.due_at,
        local_date=decision.local_date,
        verdict=Verdict.QUEUED,
        reason=Reason.NONE,
        not_before=message.not_before,
        valid_until=message.valid_until,
        text_key=text_key,
        variant=variant,
    )


def _reword(decision: Decision, due: Due, claimed: Claimed) -> bool:
    """False when the new version's words can't be written for this person. What is on the wire
    goes as it is: nobody can reach it any more."""
    text = text_of(claimed, due)
    if text is None:
        return False
    changed = outbox.reword(
        cause_kind=Message.CauseKind.DECISION,
        cause_key=str(decision.pk),
        text=text,
        approved=claimed.approved,
    )
    if changed:
        Decision.objects.filter(pk=decision.pk).update(
            version_id=claimed.version_id, text_key=due.text_key, variant=due.variant
        )
    return True


def chosen(claimed: Claimed, step: StepRule, decision: Decision) -> tuple[str, str]:
    """(text key, variant): the one chosen before, as long as the version has it."""
    content, state = claimed.content, claimed.state
    before = decision.text_key
    if step.bank:
        bank = content.banks[step.bank]
        return (before if before in bank else next_of(bank, state.seed, state.sent)), ""
    if step.question:
        return content.step_text_key(step), ""
    if step.draw is not None:
        return before, decision.variant
    if decision.variant in {variant.name for variant in step.variants}:
        return f"{step.key}@{decision.variant}", decision.variant
    if step.pool and before in content.banks[step.pool]:
        return before, ""
    # A variant that is gone gives way to one chosen by what is known of the person.
    known = {"language": state.language, "profile": content.profile(state.profile)}
    facts = Facts(values={**state.values, **known}, days={}, stages=frozenset())
    return wording_of(content, state, step, facts, {})
