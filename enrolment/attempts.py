"""Another attempt: a new quit date after the old one had begun. A slip is no such thing."""

from datetime import date, datetime

from django.db import transaction

from campaigns.compiling import content_of
from campaigns.rules import QUIT_DATE_ANCHOR
from enrolment import anchors
from enrolment.models.anchor import Anchor
from enrolment.models.enrolment import Enrolment
from enrolment.state import JUST_BEFORE
from enrolment.turning import OF_ONE_ATTEMPT
from enrolment.withholding import NEW_ATTEMPT, withhold
from trust import audit
from trust.models import User


@transaction.atomic
def start(
    *,
    enrolment: Enrolment,
    day: date,
    source: str,
    now: datetime,
    actor: User | None = None,
) -> None:
    """Counts anew from `day`. Of the days before it only those still ahead bring their texts, so
    the preparation is short. A pause stays one.

    The caller holds the recipient's and the enrolment's row locks.
    """
    withhold(enrolment=enrolment, reason=NEW_ATTEMPT, now=now)
    anchors.leave_paths(enrolment=enrolment, content=content_of(enrolment.version_id), now=now)
    going_on = list(anchors.in_force(enrolment).exclude(kind__in=OF_ONE_ATTEMPT))
    enrolment.attempt += 1
    enrolment.started_at = enrolment.planned_from = now
    enrolment.planned_through = now - JUST_BEFORE
    enrolment.replanning = False
    if enrolment.next_due_at is not None:
        enrolment.next_due_at = max(now, enrolment.next_due_at)
    enrolment.question, enrolment.asked_at, enrolment.tries = "", None, 0
    enrolment.save(
        update_fields=[
            "attempt", "started_at", "planned_from", "planned_through", "replanning",
            "next_due_at", "question", "asked_at", "tries",
        ]
    )  # fmt: skip
    for anchor in going_on:
        anchor.pk, anchor.attempt = None, enrolment.attempt
    going_on.append(
        Anchor(
            attempt=enrolment.attempt,
            enrolment=enrolment,
            kind=QUIT_DATE_ANCHOR,
            day=day,
            source=source,
            set_at=now,
        )
    )
    Anchor.objects.bulk_create(going_on)
    anchors.look_again(enrolment=enrolment, now=now)
    audit.record(
        verb="enrolment.attempt",
        subject=enrolment,
        actor=actor,
        detail={"attempt": enrolment.attempt},
    )
