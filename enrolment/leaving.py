"""Going out: STOP, a silence that counts as one, or staff on someone's behalf."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from campaigns.own_questions import CONSENT, INVITATION_STANDS, LEAVE, SILENCE_LEAVES_AFTER, STILL
from enrolment.models.enrolment import Enrolment
from enrolment.models.invitation import Invitation
from enrolment.models.withdrawal import Withdrawal
from enrolment.withholding import WITHDRAWN, withhold_all
from messaging import inbox, optout, outbox
from messaging.models import Message, OptOut, Recipient
from messaging.statements import ids, rows
from trust import audit
from trust.models import User

_AT_ONCE = 200
#: How messaging.advice names the source of what a provider said.
BY_PROVIDER = "provider"
#: Without a yes to these, nothing is sent.
_YES_WANTED = (CONSENT, STILL)

_WITHDRAWN = f"""
INSERT INTO {Withdrawal._meta.db_table} (enrolment_id, source, reason, withdrawn_at)
SELECT enrolment_id, %(source)s, %(reason)s, %(now)s
  FROM unnest(%(ids)s::bigint[]) AS enrolment_id
RETURNING id
"""


@transaction.atomic
def withdraw(
    *,
    enrolment: Enrolment,
    source: str,
    now: datetime,
    reason: str = "",
    actor: User | None = None,
) -> bool:
    """Ends the enrolment and cancels its queued texts; False when it had ended before.

    The caller holds the recipient's and the enrolment's row locks.
    """
    return bool(
        withdraw_all(enrolments=[enrolment], source=source, now=now, reason=reason, actor=actor)
    )


@transaction.atomic(savepoint=False)
def withdraw_all(
    *,
    enrolments: Sequence[Enrolment],
    source: str,
    now: datetime,
    reason: str = "",
    actor: User | None = None,
) -> int:
    """The same of many, whose rows were read under their locks; how many had not ended before."""
    left = Enrolment.move_all(
        enrolments,
        Enrolment.Status.WITHDRAWN,
        ended_at=now,
        exit_reason=reason or source,
        paused_at=None,
        pause_reason="",
        question="",
        asked_at=None,
        next_due_at=None,
    )
    if not left:
        return 0
    withhold_all(enrolments=left, reason=WITHDRAWN, now=now)
    # A name that somebody else wrote down, for a yes that did not come.
    Invitation.objects.filter(enrolment__in=left, first_name__isnull=False).update(first_name=None)
    rows(
        _WITHDRAWN,
        {
            "ids": ids(enrolment.pk for enrolment in left),
            "source": source,
            "reason": reason,
            "now": now,
        },
    )
    audit.record_each(verb="enrolment.withdraw", subjects=left, actor=actor)
    return len(left)


@transaction.atomic
def opt_out(*, recipient: Recipient, source: str, now: datetime) -> None:
    """The whole number, and what is queued for it; its enrolments are the caller's to end. The
    caller holds the recipient's row lock."""
    optout.opt_out(recipient=recipient, source=source, now=now)
    outbox.cancel_recipient(
        recipient_id=recipient.pk,
        reason="opted_out",
        now=now,
        keep_kinds=Message.PAST_OPT_OUT,
    )


def take_silence_as_leaving(*, now: datetime) -> int:
    """Ends those who were asked whether they want to leave or are still there, and have not
    answered, and invitations nobody took up; how many. Each in a transaction of its own, at most
    200 at once."""
    asked = Enrolment.objects.filter(status__in=Enrolment.OPEN)
    silent = asked.filter(question=LEAVE, asked_at__lte=now - SILENCE_LEAVES_AFTER)
    unanswered = asked.filter(question__in=_YES_WANTED, asked_at__lte=now - INVITATION_STANDS)
    found = (silent | unanswered).order_by("pk").values_list("pk", "participant__recipient_id")
    return sum(_end_silent(*row, now) for row in found[:_AT_ONCE])


@transaction.atomic
def _end_silent(enrolment_id: int, recipient_id: int, now: datetime) -> bool:
    """Unless something was texted since it was found, or waits for its answer: after an outage
    that may be hers to this very question."""
    recipient = Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    if inbox.has_unread(recipient=recipient):
        return False
    open_ones = _open_ones(recipient)
    silent = next((row for row in open_ones if row.pk == enrolment_id), None)
    if silent is None or silent.asked_at is None:
        return False
    if silent.question == LEAVE and silent.asked_at <= now - SILENCE_LEAVES_AFTER:
        opt_out(recipient=recipient, source="silence", now=now)
        return bool(withdraw_all(enrolments=open_ones, source="sms", reason="silence", now=now))
    if silent.question in _YES_WANTED and silent.asked_at <= now - INVITATION_STANDS:
        return withdraw(enrolment=silent, source="silence", reason="not_answered", now=now)
    return False


def follow_providers(*, now: datetime) -> int:
    """Ends the enrolments of numbers that a provider knows to have opted out: it heard a STOP that
    never reached us. How many; each number in a transaction of its own, at most 200 at once."""
    theirs = OptOut.objects.filter(
        organisation_id=OuterRef("participant__recipient__organisation_id"),
        number_index=OuterRef("participant__recipient__number_index"),
        source=BY_PROVIDER,
        lifted_at=None,
    )
    standing = Enrolment.objects.filter(Exists(theirs), status__in=Enrolment.OPEN)
    found = standing.order_by().values_list("participant__recipient_id", flat=True).distinct()
    return sum(
        end_opted_out(recipient_id=recipient_id, source=BY_PROVIDER, now=now)
        for recipient_id in found[:_AT_ONCE]
    )


@transaction.atomic
def end_opted_out(*, recipient_id: int, source: str, now: datetime) -> int:
    """All that the number is in, as its STOP would have; how many. 0 if it has not opted out."""
    recipient = Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    if not optout.is_opted_out(recipient=recipient):
        return 0
    return withdraw_all(enrolments=_open_ones(recipient), source=source, reason="stop", now=now)


def _open_ones(recipient: Recipient) -> list[Enrolment]:
    return list(
        Enrolment.objects.select_for_update(of=("self",))
        .filter(participant__recipient=recipient, status__in=Enrolment.OPEN)
        .select_related("participant", "campaign")
        .order_by("pk")
    )
