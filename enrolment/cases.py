"""Cases opened for whatever waits for a person, and the deeds of the person who takes one up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import Q

from campaigns.models import Campaign
from enrolment import paging, targeting
from enrolment.models.case import Case
from enrolment.models.enrolment import Enrolment
from enrolment.models.participant import Participant
from messaging.models import InboundMessage, Recipient
from trust import audit
from trust.models import User

_URGENCY = {
    Case.Reason.CRISIS: Case.Urgency.URGENT,
    Case.Reason.ALARMING_READING: Case.Urgency.URGENT,
    Case.Reason.TWO_BAD_MOODS: Case.Urgency.SOON,
}
_REASONS = {
    "unknown_word": Case.Reason.UNKNOWN_WORD,
    "unreadable_three_times": Case.Reason.UNREADABLE,
    "still_there": Case.Reason.UNREADABLE,
    "fault": Case.Reason.FAULT,
}
_CRISIS = "crisis_"


@dataclass(frozen=True, slots=True)
class Opening:
    """A text that ended in the inbox, why, and the enrolment that heard it, if one did."""

    inbound: InboundMessage
    end_reason: str
    enrolment: Enrolment | None = None


@transaction.atomic
def open_each(*, openings: Sequence[Opening], now: datetime) -> list[Case]:
    """A case for each text that has none yet. The caller holds the texts' row locks."""
    if not openings:
        return []
    theirs = Case.objects.filter(inbound__in=[each.inbound for each in openings])
    known = set(theirs.order_by().values_list("inbound_id", flat=True))
    fresh = [each for each in openings if each.inbound.pk not in known]
    before = _last_enrolments([each.inbound for each in fresh if each.enrolment is None])
    campaigns = _only_campaigns({each.inbound.sender_id for each in fresh})
    return _create(
        [
            _case_of(
                each,
                each.enrolment or before.get(each.inbound.recipient_id),
                campaigns.get(each.inbound.sender_id),
                now,
            )
            for each in fresh
        ],
        now,
    )


@transaction.atomic
def open_flagged(
    *,
    enrolment: Enrolment,
    reason: str,
    detail: str,
    now: datetime,
    inbound: InboundMessage | None = None,
    haste: str = "",
) -> Case | None:
    """For something that a rule has answered and a person must look at. `detail` is a plain word,
    `haste` one of campaigns.rules.Haste where it is not the reason's own. None where that text has
    a case already."""
    if inbound is not None and Case.objects.filter(inbound=inbound).exists():
        return None
    case = _case(
        Case.Reason(reason),
        now,
        organisation_id=enrolment.participant.organisation_id,
        recipient_id=enrolment.participant.recipient_id,
        enrolment=enrolment,
        participant_id=enrolment.participant_id,
        campaign_id=enrolment.campaign_id,
        inbound=inbound,
        detail=detail,
        **({"urgency": Case.Urgency[haste.upper()]} if haste else {}),
    )
    return _create([case], now)[0]


@transaction.atomic
def assign(*, case: Case, to: User, actor: User) -> bool:
    """False for one that is answered or resolved."""
    if not case.move_to(Case.Status.ASSIGNED, assigned_to_id=to.pk):
        return False
    audit.record(verb="case.assign", subject=case, actor=actor, detail={"to": to.pk})
    return True


@transaction.atomic
def resolve(*, case: Case, resolution: str, actor: User | None, now: datetime) -> bool:
    """False for one that is resolved already."""
    word = Case.Resolution(resolution).value
    if not case.move_to(Case.Status.RESOLVED, resolved_at=now, resolution=word):
        return False
    audit.record(verb="case.resolve", subject=case, actor=actor, detail={"resolution": word})
    return True


@transaction.atomic
def reopen(*, case: Case, actor: User | None, now: datetime) -> bool:
    """Its clock starts anew, and nobody has it. False for one that waits already. By nobody where
    an answer never arrived."""
    targeting.set_due(cases=[case], now=now)
    moved = case.move_to(
        Case.Status.OPEN,
        assigned_to_id=None,
        answered_at=None,
        resolved_at=None,
        resolution="",
        due_at=case.due_at,
        alarmed_at=None,
    )
    if moved:
        audit.record(verb="case.reopen", subject=case, actor=actor)
    return moved


@transaction.atomic
def close_erased(*, participant: Participant | None, recipient: Recipient, now: datetime) -> None:
    """Nobody is left to answer: of `participant`, or of the number where none is given."""
    theirs = Q(recipient=recipient) if participant is None else Q(participant=participant)
    standing = Case.objects.filter(theirs).exclude(status=Case.Status.RESOLVED)
    for case in standing.order_by("pk"):
        resolve(case=case, resolution=Case.Resolution.ERASED, actor=None, now=now)


def _create(made: Sequence[Case], now: datetime) -> list[Case]:
    targeting.set_due(cases=made, now=now)
    cases = Case.objects.bulk_create(made)
    for reason, alike in groupby(sorted(cases, key=_reason), key=_reason):
        audit.record_each(verb="case.open", subjects=alike, detail={"reason": reason})
    paging.page(cases=[case for case in cases if case.urgency == Case.Urgency.URGENT], now=now)
    return cases


def _case_of(
    opening: Opening, enrolment: Enrolment | None, campaign_id: int | None, now: datetime
) -> Case:
    inbound = opening.inbound
    reason, detail = _reason_of(opening.end_reason)
    return _case(
        reason,
        now,
        organisation_id=inbound.organisation_id,
        recipient_id=inbound.recipient_id,
        enrolment=enrolment,
        participant_id=enrolment.participant_id if enrolment else None,
        campaign_id=enrolment.campaign_id if enrolment else campaign_id,
        inbound=inbound,
        detail=detail,
    )


def _case(reason: Case.Reason, now: datetime, **columns: object) -> Case:
    columns.setdefault("urgency", _URGENCY.get(reason, Case.Urgency.ORDINARY))
    return Case(reason=reason.value, opened_at=now, **columns)


def _reason_of(end_reason: str) -> tuple[Case.Reason, str]:
    if end_reason.startswith(_CRISIS):
        return Case.Reason.CRISIS, end_reason.removeprefix(_CRISIS)
    reason = _REASONS.get(end_reason, Case.Reason.OTHER)
    return reason, end_reason if reason is Case.Reason.OTHER else ""


def _reason(case: Case) -> str:
    return str(case.reason)


def _last_enrolments(inbounds: Sequence[InboundMessage]) -> dict[int, Enrolment]:
    """By number: whoever was in a campaign once is known to its counsellors."""
    if not inbounds:
        return {}
    found = Enrolment.objects.filter(
        participant__recipient__in={inbound.recipient_id for inbound in inbounds}
    ).exclude(status=Enrolment.Status.ERASED)
    rows = found.select_related("participant").order_by("pk")
    return {row.participant.recipient_id: row for row in rows}


def _only_campaigns(sender_ids: Iterable[int]) -> dict[int, int]:
    """By sender, the campaign it serves, where it serves but one."""
    serves: dict[int, list[int]] = {}
    rows = Campaign.objects.filter(sender__in=sender_ids).order_by("pk")
    for sender_id, campaign_id in rows.values_list("sender_id", "pk"):
        serves.setdefault(sender_id, []).append(campaign_id)
    return {sender_id: found[0] for sender_id, found in serves.items() if len(found) == 1}
