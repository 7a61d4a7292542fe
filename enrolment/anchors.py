"""Anchors set and moved. The journey's next look is brought forward in the same statement."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from campaigns.content import Content
from campaigns.rules import Track, entered_stage, entry_anchor, is_moment
from enrolment.models.anchor import Anchor
from enrolment.models.enrolment import Enrolment
from enrolment.state import JUST_BEFORE
from trust import audit
from trust.models import User


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
    in_force(enrolment).filter(kind=kind).update(replaced_at=now)
    Anchor.objects.create(
        enrolment=enrolment,
        attempt=enrolment.attempt,
        kind=kind,
        day=day,
        source=source,
        set_at=now,
    )
    if enrolment.started_at is not None:
        replan(enrolment=enrolment, now=now)
    audit.record(verb="anchor.set", subject=enrolment, actor=actor, detail={"kind": kind})


@transaction.atomic
def add_event(
    *, enrolment: Enrolment, kind: str, source: str, now: datetime, at: datetime | None = None
) -> None:
    """Adds an occurrence of an anchor that is a moment, now or `at`, and looks again at once.

    The caller holds the enrolment's row lock.
    """
    assert is_moment(kind), f"{kind} is a date, not an event"
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
        instant=at or now,
        source=source,
        set_at=now,
    )
    look_again(enrolment=enrolment, now=now)
    audit.record(verb="anchor.event", subject=enrolment, detail={"kind": kind})


@transaction.atomic
def enter_stage(
    *, enrolment: Enrolment, stage: str, content: Content, source: str, now: datetime
) -> bool:
    """Enters a stage; False when it is in force already. A path takes the place of another path.

    The caller holds the enrolment's row lock.
    """
    if in_force(enrolment).filter(kind=entry_anchor(stage)).exists():
        return False
    if content.stages[stage].track is Track.PATH:
        leave_paths(enrolment=enrolment, content=content, now=now)
    add_event(enrolment=enrolment, kind=entry_anchor(stage), source=source, now=now)
    return True


def leave_paths(*, enrolment: Enrolment, content: Content, now: datetime) -> None:
    """Whatever path stage is in force ends; core texts come again."""
    paths = [
        anchor.pk
        for anchor in in_force(enrolment).filter(kind__startswith="stage.")
        if _is_path(content, anchor.kind)
    ]
    Anchor.objects.filter(pk__in=paths).update(replaced_at=now)


def in_force(enrolment: Enrolment) -> QuerySet[Anchor]:
    return Anchor.objects.filter(enrolment=enrolment, attempt=enrolment.attempt, replaced_at=None)


def replan(*, enrolment: Enrolment, now: datetime) -> None:
    """Everything since the attempt, or its present dose, began is looked at again, past Decisions
    read beside it: after a date or the version moved."""
    assert enrolment.planned_from is not None, "only a running journey can be replanned"
    enrolment.replanning = True
    enrolment.planned_through = enrolment.planned_from - JUST_BEFORE
    look_again(enrolment=enrolment, now=now)


def replan_from(*, enrolment: Enrolment, now: datetime) -> None:
    """Only what comes due from now on: after dose, hours, slot, language or zone changed."""
    if enrolment.started_at is None:
        return
    enrolment.planned_from = now
    replan(enrolment=enrolment, now=now)


def look_again(*, enrolment: Enrolment, now: datetime) -> None:
    """The next tick takes this enrolment. A pause or an end is left as it is."""
    if enrolment.status == Enrolment.Status.COMPLETED:
        enrolment.move_to(Enrolment.Status.ACTIVE)
    if enrolment.status == Enrolment.Status.ACTIVE and enrolment.planned_through is not None:
        # A tick may have looked a little later than this text's `now`.
        enrolment.next_due_at = max(now, enrolment.planned_through + timedelta(milliseconds=1))
    enrolment.save(update_fields=["replanning", "planned_from", "planned_through", "next_due_at"])


def _is_path(content: Content, kind: str) -> bool:
    stage = content.stages.get(entered_stage(kind) or "")
    return stage is not None and stage.track is Track.PATH
