"""A journey set aside for a while, and taken up again.

What comes due meanwhile is decided by the tick that ends the pause: not sent, because of it.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

from enrolment.models.enrolment import Enrolment
from enrolment.withholding import withhold
from messaging.models import Recipient
from trust import audit
from trust.models import User

#: The pause of a number that takes no texts; the next text from it ends the pause.
UNREACHABLE = "unreachable"
#: By then the number may be somebody else's: what comes from it proves nothing.
LONG_GONE = timedelta(days=30)
#: Planned texts in a row that came to nothing before a number counts as unreachable.
FAILURES = 3
#: A delivery report may take days; texts settled longer ago were looked at before.
_LATELY = timedelta(days=4)
_AT_ONCE = 500

# Only numbers with a failure of late are looked at. What was settled before the person last texted
# does not count: a number that sends can be reached.
_UNREACHABLE = """
SELECT e.id, p.recipient_id, e.heard_at
  FROM enrolment_enrolment e
  JOIN enrolment_participant p ON p.id = e.participant_id
 WHERE e.status = 'active'
   AND p.recipient_id IN (
         SELECT m.recipient_id FROM messaging_message m
          WHERE m.status IN ('failed', 'undelivered') AND m.cause_kind = 'decision'
            AND m.settled_at > %(since)s)
   AND %(failures)s = (
         SELECT count(*) FILTER (WHERE last.status IN ('failed', 'undelivered'))
           FROM (SELECT m.status FROM messaging_message m
                  WHERE m.recipient_id = p.recipient_id AND m.cause_kind = 'decision'
                    AND m.status IN ('accepted', 'sent', 'delivered', 'undelivered', 'failed')
                    AND m.settled_at > e.heard_at
                  ORDER BY m.id DESC LIMIT %(failures)s) AS last)
 ORDER BY p.recipient_id, e.id
 LIMIT %(most)s
"""


@transaction.atomic
def pause(
    *,
    enrolment: Enrolment,
    until: datetime | None,
    reason: str,
    now: datetime,
    actor: User | None = None,
) -> bool:
    """Nothing planned until then; None: until resumed. Of a pause in a pause the new end counts.
    False for an enrolment that has not begun or has ended.

    The caller holds the recipient's and the enrolment's row locks.
    """
    assert until is None or until > now, "a pause ends after it began"
    if enrolment.status == Enrolment.Status.COMPLETED:
        # Nothing comes for now, yet a slip or a new date would bring texts again.
        enrolment.move_to(Enrolment.Status.ACTIVE)
    if enrolment.status == Enrolment.Status.PAUSED:
        enrolment.pause_reason, enrolment.next_due_at = reason, _after(enrolment, until)
        enrolment.save(update_fields=["pause_reason", "next_due_at"])
    elif not enrolment.move_to(
        Enrolment.Status.PAUSED,
        paused_at=now,
        pause_reason=reason,
        next_due_at=_after(enrolment, until),
        question="",
        asked_at=None,
        tries=0,
    ):
        return False
    withhold(enrolment=enrolment, reason="paused", now=now)
    audit.record(verb="enrolment.pause", subject=enrolment, actor=actor, detail={"reason": reason})
    return True


@transaction.atomic
def resume(*, enrolment: Enrolment, now: datetime, actor: User | None = None) -> bool:
    """The next tick decides what came due meanwhile and goes on. False when it was not paused.

    The caller holds the recipient's and the enrolment's row locks.
    """
    if enrolment.status != Enrolment.Status.PAUSED:
        return False
    enrolment.next_due_at = _after(enrolment, now)
    enrolment.save(update_fields=["next_due_at"])
    audit.record(verb="enrolment.resume", subject=enrolment, actor=actor)
    return True


def is_long_gone(enrolment: Enrolment, now: datetime) -> bool:
    """Whether it was unreachable for so long that it must be asked anew."""
    since = enrolment.paused_at
    return enrolment.pause_reason == UNREACHABLE and since is not None and since <= now - LONG_GONE


def pause_unreachable(*, now: datetime) -> int:
    """Pauses those whose last planned texts all failed, until they text; how many. Each in a
    transaction of its own, at most 500 at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            _UNREACHABLE, {"since": now - _LATELY, "failures": FAILURES, "most": _AT_ONCE}
        )
        found = cursor.fetchall()
    return sum(
        _pause_unheard(enrolment_id, recipient_id, heard_at, now)
        for enrolment_id, recipient_id, heard_at in found
    )


@transaction.atomic
def _pause_unheard(enrolment_id: int, recipient_id: int, heard_at: datetime, now: datetime) -> bool:
    """Unless a text has come in, or it has ended, since it was found."""
    Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("participant", "campaign")
        .get(pk=enrolment_id)
    )
    if enrolment.status != Enrolment.Status.ACTIVE or enrolment.heard_at != heard_at:
        return False
    return pause(enrolment=enrolment, until=None, reason=UNREACHABLE, now=now)


def _after(enrolment: Enrolment, moment: datetime | None) -> datetime | None:
    """A tick may have looked a little later than a text's `now`."""
    if moment is None or enrolment.planned_through is None:
        return moment
    return max(moment, enrolment.planned_through + timedelta(milliseconds=1))
