"""The ledger of allocation and the record of a trial, in the database itself."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from campaigns.models import Arm, Factor, Trial, TrialChange
from enrolment.models import Allocation
from tests import trials, worlds
from tests.enrolment.test_allocating import joining_one
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def allocation(trial: Trial, **columns: Any) -> Allocation:
    factor = trial.factors.get()
    return Allocation.objects.create(
        **{
            "enrolment": columns.get("enrolment") or joining_one(1),
            "trial": trial,
            "factor": factor,
            "arm": factor.arms.first(),
            "method": trial.method,
            "probabilities": {"usual": 0.5, "new": 0.5},
            "draw": 0.25,
            "seed_hash": trial.seed_hash,
            "generator": trial.generator,
            "policy_version": "1",
            "allocated_at": worlds.NOON,
            **columns,
        }
    )


def test_allocation_is_neither_changed_nor_removed() -> None:
    row = allocation(trials.trial())

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Allocation.objects.filter(pk=row.pk).update(draw=0.75)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row.delete()

    assert Allocation.objects.get().draw == 0.25


def test_second_allocation_of_a_stage_is_refused() -> None:
    trial = trials.trial()
    row = allocation(trial)

    with pytest.raises(IntegrityError, match="one_allocation_a_stage"), transaction.atomic():
        allocation(trial, enrolment=row.enrolment)


def test_place_in_the_sequence_is_used_once() -> None:
    trial = trials.trial(method="blocks", block_sizes=[4])
    allocation(trial, block=1, position=1)
    other = joining_one(2)

    with pytest.raises(IntegrityError, match="one_allocation_a_place"), transaction.atomic():
        allocation(trial, enrolment=other, block=1, position=1)


def test_test_participant_takes_no_place() -> None:
    with pytest.raises(IntegrityError, match="test_uses_up_no_place"), transaction.atomic():
        allocation(trials.trial(), is_test=True, block=1, position=1)


@pytest.mark.parametrize(
    "change",
    [{"method": "blocks"}, {"seed_hash": "f" * 64}, {"strata": ["language"]}, {"state": "draft"}],
)
def test_running_trial_keeps_how_people_are_allocated(change: dict[str, Any]) -> None:
    trial = trials.trial()

    with pytest.raises(DatabaseError), transaction.atomic():
        Trial.objects.filter(pk=trial.pk).update(**change)


def test_other_odds_without_another_policy_are_refused() -> None:
    trial = trials.trial()

    with pytest.raises(DatabaseError, match="another policy"), transaction.atomic():
        Trial.objects.filter(pk=trial.pk).update(block_sizes=[6])

    Trial.objects.filter(pk=trial.pk).update(block_sizes=[6], policy=2)


def test_stopped_trial_never_runs_again() -> None:
    trial = trials.trial()
    assert trial.move_to("stopped", stopped_at=worlds.NOON)

    assert not trial.move_to("running", stopped_at=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        Trial.objects.filter(pk=trial.pk).update(state="running", stopped_at=None)


def test_arms_of_a_running_trial_stand_still() -> None:
    factor = trials.trial().factors.get()

    with pytest.raises(DatabaseError, match="stand still"), transaction.atomic():
        Arm.objects.create(factor=factor, key="third", name="Third")
    with pytest.raises(DatabaseError, match="stand still"), transaction.atomic():
        Arm.objects.filter(factor=factor).update(assessment_only=True)
    with pytest.raises(DatabaseError, match="stand still"), transaction.atomic():
        Arm.objects.filter(factor=factor).delete()
    with pytest.raises(DatabaseError, match="stand still"), transaction.atomic():
        Factor.objects.create(trial=factor.trial, key="late", name="Late")

    Arm.objects.filter(factor=factor).update(name="Better named")


def test_draft_trial_may_be_changed_and_taken_away() -> None:
    trial = trials.trial(running=False)

    Arm.objects.filter(factor__trial=trial).update(delay_days=30)
    Arm.objects.filter(factor__trial=trial).delete()
    trial.factors.all().delete()
    trial.delete()

    assert not Trial.objects.exists()


def test_started_trial_is_kept() -> None:
    trial = trials.trial()

    with pytest.raises(DatabaseError, match="is kept"), transaction.atomic():
        Trial.objects.filter(pk=trial.pk)._raw_delete("default")  # type: ignore[attr-defined]


def test_record_of_a_trial_is_never_changed() -> None:
    trial = trials.trial()
    row = TrialChange.objects.create(
        trial=trial,
        kind="start",
        policy=1,
        reason="Ethics have agreed",
        actor=UserFactory(),
        changed_at=worlds.NOON,
    )

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TrialChange.objects.filter(pk=row.pk).update(reason="Another reason")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row.delete()
