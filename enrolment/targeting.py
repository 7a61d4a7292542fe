"""By when somebody should have taken up a case: the campaign's target, else the organisation's,
else the usual one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from enrolment.models.case import Case
from enrolment.models.case_target import CaseTarget

USUAL: Mapping[Case.Urgency, timedelta] = {
    Case.Urgency.URGENT: timedelta(minutes=15),
    Case.Urgency.SOON: timedelta(hours=4),
    Case.Urgency.ORDINARY: timedelta(hours=24),
}


def set_due(*, cases: Sequence[Case], now: datetime) -> None:
    """In memory; the clock of each begins now. One query for them all."""
    targets = _targets({case.organisation_id for case in cases})
    for case in cases:
        case.due_at = now + _target(case, targets)


_Targets = Mapping[tuple[int, int | None, int], timedelta]


def _targets(organisation_ids: set[int]) -> _Targets:
    rows = CaseTarget.objects.filter(organisation_id__in=organisation_ids).order_by()
    return {
        (row.organisation_id, row.campaign_id, row.urgency): timedelta(minutes=row.minutes)
        for row in rows
    }


def _target(case: Case, targets: _Targets) -> timedelta:
    for campaign_id in (case.campaign_id, None):
        found = targets.get((case.organisation_id, campaign_id, case.urgency))
        if found is not None:
            return found
    return USUAL[Case.Urgency(case.urgency)]
