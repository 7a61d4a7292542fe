"""Rows of enrolments -> Talk, the value a conversation is decided from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from campaigns.content import Content
from campaigns.rules import (
    BAD_MOOD,
    MOOD,
    QUIT_DATE_ANCHOR,
    SLIP_ANCHOR,
    Track,
    entered_stage,
)
from enrolment import histories
from enrolment.models.answer import Answer
from enrolment.models.enrolment import Enrolment
from enrolment.state import AnchorAt
from enrolment.talk import Talk


@dataclass(frozen=True, slots=True)
class Known:
    """What lies in other tables, by enrolment."""

    anchors: Mapping[int, tuple[AnchorAt, ...]]
    sent: Mapping[int, Mapping[str, int]]
    answered: Mapping[int, frozenset[str]]
    low: frozenset[int] = frozenset()


def known_of(enrolments: Sequence[Enrolment]) -> Known:
    """Two queries for them all, one more where anybody joins, and where anybody is asked about the
    mood; the caller holds their row locks."""
    return Known(
        anchors=histories.anchors({row.pk: row.attempt for row in enrolments}),
        sent=histories.sent([row.pk for row in enrolments]),
        answered=_answered([row.pk for row in enrolments if _is_joining(row)]),
        low=_low([row.pk for row in enrolments if row.question == MOOD]),
    )


def talk_of(enrolment: Enrolment, content: Content, known: Known | None = None) -> Talk:
    """The caller has the enrolment's participant."""
    known = known or known_of([enrolment])
    quit_date, last_slip_at, path = None, None, ""
    for anchor in _in_force(known.anchors.get(enrolment.pk, ())):
        stage = content.stages.get(entered_stage(anchor.kind) or "")
        if anchor.kind == QUIT_DATE_ANCHOR:
            quit_date = anchor.day
        elif anchor.kind == SLIP_ANCHOR:
            last_slip_at = anchor.instant
        elif stage is not None and stage.track is Track.PATH:
            path = stage.key
    return Talk(
        enrolment_id=enrolment.pk,
        seed=enrolment.seed,
        zone=enrolment.participant.time_zone,
        language=enrolment.participant.language,
        joining=_is_joining(enrolment),
        question=enrolment.question,
        asked_at=enrolment.asked_at,
        tries=enrolment.tries,
        attempt=enrolment.attempt,
        profile=enrolment.profile,
        paused=enrolment.status == Enrolment.Status.PAUSED,
        path=path,
        quit_date=quit_date,
        last_slip_at=last_slip_at,
        answered=known.answered.get(enrolment.pk, frozenset()),
        sent=known.sent.get(enrolment.pk, {}),
        helped_at=enrolment.helped_at,
        was_low=enrolment.pk in known.low,
    )


def _is_joining(enrolment: Enrolment) -> bool:
    return enrolment.status == Enrolment.Status.INVITED


def _in_force(anchors: Iterable[AnchorAt]) -> list[AnchorAt]:
    standing = [anchor for anchor in anchors if anchor.until is None]
    return sorted(standing, key=attrgetter("occurrence"))


def _answered(enrolment_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    if not enrolment_ids:
        return {}
    valid = Answer.objects.filter(enrolment_id__in=enrolment_ids, is_valid=True)
    found: dict[int, set[str]] = {}
    for enrolment_id, key in valid.order_by().values_list("enrolment_id", "question_key"):
        found.setdefault(enrolment_id, set()).add(key)
    return {enrolment_id: frozenset(keys) for enrolment_id, keys in found.items()}


def _low(enrolment_ids: Sequence[int]) -> frozenset[int]:
    """Those whose last answer about the mood was a bad one."""
    if not enrolment_ids:
        return frozenset()
    told = Answer.objects.filter(
        enrolment_id__in=enrolment_ids, question_key=MOOD, is_valid=True
    ).order_by("enrolment_id", "-pk")
    last = told.distinct("enrolment_id").values_list("enrolment_id", "value")
    return frozenset(enrolment_id for enrolment_id, value in last if value == BAD_MOOD)
