"""WRONG NUMBER: whoever has the number is not the person we mean.

Every enrolment behind it ends and the number opts out, as by STOP. And the number goes on in a new
row, so that no page, word or handset of its next owner leads to what was said before; the person's
own page, for staff, keeps it.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from enrolment import leaving, visiting
from enrolment.models.enrolment import Enrolment
from enrolment.models.former_number import FormerNumber
from enrolment.models.number_change import NumberChange
from enrolment.models.participant import Participant
from enrolment.models.turn import Turn
from messaging import forgetting, outbox
from messaging.models import Recipient
from trust import audit
from trust.models import User

REASON = "wrong_number"


@transaction.atomic
def disown(
    *,
    recipient: Recipient,
    enrolments: Sequence[Enrolment],
    source: str,
    now: datetime,
    actor: User | None = None,
) -> Recipient:
    """The row the number has from now on; the same where nobody ever had it. `enrolments`: its open
    ones. The caller holds the row locks of the number and of these, and opts the number out."""
    people = list(Participant.objects.filter(recipient=recipient).order_by("pk"))
    if not people:
        return recipient
    leaving.withdraw_all(enrolments=enrolments, source=source, reason=REASON, now=now, actor=actor)
    outbox.cancel_recipient(recipient_id=recipient.pk, reason=REASON, now=now)
    for participant in people:
        _lose(participant, now)
    Turn.objects.filter(recipient=recipient).delete()
    audit.record_each(verb="participant.wrong_number", subjects=people, actor=actor)
    return forgetting.hand_over(recipient=recipient)


def _lose(participant: Participant, now: datetime) -> None:
    FormerNumber.objects.create(
        participant=participant,
        recipient_id=participant.recipient_id,
        since=participant.behind_since,
        until=now,
        reason=FormerNumber.Reason.LOST,
    )
    visiting.shut(participant=participant, now=now)
    for change in NumberChange.objects.filter(
        participant=participant, status=NumberChange.Status.OPEN
    ):
        change.close(NumberChange.Status.ENDED, ended_at=now)
    participant.number_lost_at = now
    participant.save(update_fields=["number_lost_at"])
