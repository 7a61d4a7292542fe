"""Rows of an enrolment -> Talk, the value a conversation is decided from."""

from campaigns.content import Content
from campaigns.rules import (
    QUIT_DATE_ANCHOR,
    SLIP_ANCHOR,
    Track,
    entered_stage,
)
from enrolment import anchors, histories
from enrolment.models.answer import Answer
from enrolment.models.enrolment import Enrolment
from enrolment.talk import Talk


def talk_of(enrolment: Enrolment, content: Content) -> Talk:
    """Two queries, three while joining; the caller holds the enrolment's row lock and has its
    participant."""
    quit_date, last_slip_at, path = None, None, ""
    standing = anchors.in_force(enrolment).order_by("occurrence")
    for kind, day, instant in standing.values_list("kind", "day", "instant"):
        stage = content.stages.get(entered_stage(kind) or "")
        if kind == QUIT_DATE_ANCHOR:
            quit_date = day
        elif kind == SLIP_ANCHOR:
            last_slip_at = instant
        elif stage is not None and stage.track is Track.PATH:
            path = stage.key
    joining = enrolment.status == Enrolment.Status.INVITED
    return Talk(
        enrolment_id=enrolment.pk,
        seed=enrolment.seed,
        zone=enrolment.participant.time_zone,
        language=enrolment.participant.language,
        joining=joining,
        question=enrolment.question,
        asked_at=enrolment.asked_at,
        tries=enrolment.tries,
        attempt=enrolment.attempt,
        profile=enrolment.profile,
        paused=enrolment.status == Enrolment.Status.PAUSED,
        path=path,
        quit_date=quit_date,
        last_slip_at=last_slip_at,
        answered=_answered(enrolment) if joining else frozenset(),
        sent=histories.sent([enrolment.pk]).get(enrolment.pk, {}),
        helped_at=enrolment.helped_at,
    )


def _answered(enrolment: Enrolment) -> frozenset[str]:
    valid = Answer.objects.filter(enrolment=enrolment, is_valid=True)
    return frozenset(valid.values_list("question_key", flat=True))
