"""Those who did not respond, drawn again by the tick: their lines of the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from campaigns.models import Factor, Trial
from campaigns.trial_rows import InForce, in_force
from campaigns.trial_values import Method
from enrolment.models.allocation import Allocation
from enrolment.state import Redrawn
from trust import audit

_HOLD = """
UPDATE enrolment_enrolment SET arms = COALESCE(arms, '{}'::jsonb) || jsonb_build_object(%s, %s)
 WHERE id = %s
"""


class Again(NamedTuple):
    enrolment_id: int
    campaign_id: int
    is_test: bool
    redrawn: Redrawn


def write(found: Sequence[Again], now: datetime) -> None:
    """Few in any batch. The caller holds the enrolments' row locks."""
    trials = in_force({each.campaign_id for each in found})
    for each in found:
        drawn = each.redrawn
        trial = _trial(trials[each.campaign_id], drawn.trial)
        assert drawn.drawn.draw is not None, "only what was drawn is written"
        row = Allocation.objects.create(
            enrolment_id=each.enrolment_id,
            trial_id=trial.trial_id,
            factor_id=trial.factor_ids[drawn.factor],
            arm_id=trial.arm_ids[drawn.factor, drawn.arm.key],
            stage=Factor.Stage.SECOND,
            method=Method.SIMPLE.value,
            probabilities=dict(zip(drawn.drawn.options, drawn.drawn.probabilities, strict=True)),
            draw=drawn.drawn.draw,
            seed_hash=trial.seed_hash,
            generator=trial.generator,
            policy_version=str(trial.rule.policy),
            is_test=each.is_test,
            earlier=dict(drawn.earlier),
            tailoring=dict(drawn.tailoring),
            allocated_at=now,
        )
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, [drawn.factor, drawn.arm.key, each.enrolment_id])
        audit.record(
            verb="allocation.again",
            subject=row,
            organisation_id=_organisation(trial.trial_id),
            detail={"factor": drawn.factor},
        )


def _organisation(trial_id: int) -> int:
    found = Trial.objects.values_list("campaign__organisation_id", flat=True)
    return int(found.get(pk=trial_id))


def _trial(trials: tuple[InForce, ...], key: str) -> InForce:
    return next(each for each in trials if each.rule.key == key)
