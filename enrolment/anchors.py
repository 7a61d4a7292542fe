"""Anchors set and moved. The journey's next look is brought forward in the same statement."""

from datetime import date, datetime, timedelta

from django.db import transaction

from campaigns.content import EVENT_ANCHORS
from enrolment.models.anchor import Anchor
from enrolment.models.enrolment import Enrolment
from trust import audit
from trust.models import User

#: The instant an attempt starts belongs to it, so planning begins just before.
JUST_BEFORE = timedelta(microseconds=1)


@transaction.atomic
def set_day(
    *,
    enrolment: Enrolment,
    kind: str,
    day: date,
    source: str,
    now: datetime,
    actor: User | None = None,
) -> None:
    """Sets or moves a dated anchor. Past Decisions stand; what is undecided follows the new date.

    The caller holds the enrolment's row lock.
    """
    moved = Anchor.objects.filter(
        enrolment=enrolment, attempt=enrolment.attempt, kind=kind, replaced_at=None
    ).update(replaced_at=now)
    Anchor.objects.create(
        enrolment=enrolment,
        attempt=enrolment.attempt,
        kind=kind,
        day=day,
        source=source,
        set_at=now,
    )
    if moved and enrolment.started_at is not None:
        replan(enrolment=enrolment, now=now)
    audit.record(verb="anchor.set", subject=enrolment, actor=actor, detail={"kind": kind})


@transaction.atomic
def add_event(*, enrolment: Enrolment, kind: str, source: str, now: datetime) -> None:
    """Adds an occurrence of an event anchor and looks again at once.

    The caller holds the enrolment's row lock.
    """
    assert kind in EVENT_ANCHORS, f"{kind} is a date, not an event"
    last = (
        Anchor.objects.filter(enrolment=enrolment, attempt=enrolment.attempt, kind=kind)
        .order_by("-occurrence")
        .values_list("occurrence", flat=True)
        .first()
    )
    Anchor.objects.create(
        enrolment=enrolment,
        attempt=enrolment.attempt,
        kind=kind,
        occurrence=(last or 0) + 1,
        instant=now,
        source=source,
        set_at=now,
    )
    look_again(enrolment=enrolment, now=now)
    audit.record(verb="anchor.event", subject=enrolment, detail={"kind": kind})


def replan(*, enrolment: Enrolment, now: datetime) -> None:
    """Everything since the attempt's start is looked at again, past Decisions read beside it."""
    assert enrolment.started_at is not None, "only a running journey can be replanned"
    enrolment.replanning = True
    enrolment.planned_through = enrolment.started_at - JUST_BEFORE
    look_again(enrolment=enrolment, now=now)


def look_again(*, enrolment: Enrolment, now: datetime) -> None:
    """The next tick takes this enrolment. A pause or an end is left as it is."""
    if enrolment.status == Enrolment.Status.COMPLETED:
        enrolment.move_to(Enrolment.Status.ACTIVE)
    if enrolment.status == Enrolment.Status.ACTIVE and enrolment.planned_through is not None:
        # A tick may have looked a little later than this text's `now`.
        enrolment.next_due_at = max(now, enrolment.planned_through + timedelta(milliseconds=1))
    enrolment.save(update_fields=["replanning", "planned_through", "next_due_at"])
