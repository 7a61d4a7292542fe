"""A trial's life: made, started, amended, stopped, each on record."""

from dataclasses import replace

import pytest
from django.db import connection

from campaigns import trials
from campaigns.models import Trial, TrialChange
from campaigns.trial_rows import rule_of
from campaigns.trial_rules import GENERATOR, hash_of
from campaigns.trial_values import PackArm, PackFactor, PackTrial
from campaigns.trials import Amendment, TrialRefused
from tests import worlds
from tests.factories import UserFactory
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db

PLAN = PackTrial(
    key="dose",
    name="Fewer or more",
    method="blocks",
    block_sizes=(4, 6),
    factors=(
        PackFactor(
            "dose", "Dose", (PackArm("usual", "Usual"), PackArm("waits", "Waits", delay_days=28))
        ),
    ),
)


@pytest.fixture
def keeper() -> User:
    return UserFactory(organisation=worlds.organisation())


def running(keeper: User) -> Trial:
    worlds.version()
    made = trials.make(campaign=worlds.campaign(), plan=PLAN, actor=keeper)
    return trials.start(trial=made, reason="Ethics agree", actor=keeper, now=worlds.NOON)


def test_start_seals_a_seed_and_publishes_its_hash(keeper: User) -> None:
    trial = running(keeper)

    assert trial.state == "running"
    assert trial.generator == GENERATOR
    assert trial.seed is not None
    seed = bytes.fromhex(trial.seed)
    assert (len(seed), hash_of(seed)) == (32, trial.seed_hash)
    with connection.cursor() as cursor:
        cursor.execute("SELECT seed FROM campaigns_trial")
        assert trial.seed.encode() not in bytes(cursor.fetchone()[0])
    assert rule_of(trial).seed == seed
    change = TrialChange.objects.get()
    assert (change.kind, change.reason, change.actor) == ("start", "Ethics agree", keeper)
    assert {"trial.make", "trial.start"} <= set(AuditEvent.objects.values_list("verb", flat=True))


def test_two_trials_have_two_seeds(keeper: User) -> None:
    first = running(keeper)
    factor = replace(PLAN.factors[0], key="other")
    plan = replace(PLAN, key="other", factors=(factor,))
    made = trials.make(campaign=worlds.campaign(), plan=plan, actor=keeper)
    second = trials.start(trial=made, reason="Both", actor=keeper, now=worlds.NOON)

    assert first.seed_hash != second.seed_hash


def test_seed_is_shown_in_no_repr(keeper: User) -> None:
    trial = running(keeper)

    assert trial.seed is not None
    assert trial.seed not in repr(trial) + repr(rule_of(trial))
    assert str(bytes.fromhex(trial.seed)) not in repr(rule_of(trial))


def test_trial_without_a_published_version_does_not_start(keeper: User) -> None:
    made = trials.make(campaign=worlds.campaign(), plan=PLAN, actor=keeper)

    with pytest.raises(TrialRefused, match="Publish a version"):
        trials.start(trial=made, reason="Now", actor=keeper, now=worlds.NOON)


def test_nothing_is_done_without_a_reason(keeper: User) -> None:
    worlds.version()
    made = trials.make(campaign=worlds.campaign(), plan=PLAN, actor=keeper)

    with pytest.raises(TrialRefused, match="Say why"):
        trials.start(trial=made, reason=" ", actor=keeper, now=worlds.NOON)

    made.refresh_from_db()
    assert made.state == "draft"


def test_draft_is_replaced_and_a_started_trial_is_not(keeper: User) -> None:
    worlds.version()
    trials.make(campaign=worlds.campaign(), plan=PLAN, actor=keeper)
    made = trials.make(campaign=worlds.campaign(), plan=replace(PLAN, name="Anew"), actor=keeper)
    assert list(Trial.objects.values_list("name", flat=True)) == ["Anew"]
    trials.start(trial=made, reason="Now", actor=keeper, now=worlds.NOON)

    with pytest.raises(TrialRefused, match="has started"):
        trials.make(campaign=worlds.campaign(), plan=PLAN, actor=keeper)
    with pytest.raises(TrialRefused, match="has started"):
        trials.take_away(trial=made, actor=keeper)


def test_factor_of_another_trial_is_refused(keeper: User) -> None:
    trials.make(campaign=worlds.campaign(), plan=PLAN, actor=keeper)

    with pytest.raises(TrialRefused, match="factor dose"):
        trials.make(campaign=worlds.campaign(), plan=replace(PLAN, key="second"), actor=keeper)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"block_sizes": (5,)}, "multiple of 2"),
        ({"block_sizes": ()}, "give block_sizes"),
        ({"method": "simple"}, "has no blocks"),
        ({"method": "stratified"}, "needs strata"),
        ({"strata": ("language",)}, "looks at no strata"),
        ({"factors": (PackFactor("dose", "Dose", (PackArm("one", "One"),)),)}, "two arms"),
        ({"coin": 1.0}, "between 0.5 and 1"),
    ],
)
def test_plan_that_makes_no_sense_is_refused(
    change: dict[str, object], told: str, keeper: User
) -> None:
    with pytest.raises(TrialRefused, match=told):
        trials.make(campaign=worlds.campaign(), plan=replace(PLAN, **change), actor=keeper)


def test_rule_that_the_content_does_not_know_keeps_it_from_starting(keeper: User) -> None:
    worlds.version()
    plan = replace(PLAN, eligible="product = 'vape'")
    made = trials.make(campaign=worlds.campaign(), plan=plan, actor=keeper)

    with pytest.raises(TrialRefused, match="nothing is called product"):
        trials.start(trial=made, reason="Now", actor=keeper, now=worlds.NOON)


def test_other_ratio_is_another_policy_on_record(keeper: User) -> None:
    trial = running(keeper)
    usual = trial.factors.get().arms.get(key="usual")

    change = trials.amend(
        trial=trial,
        amendment=Amendment(ratios={usual.pk: 2}, block_sizes=(3, 6)),
        reason="More in the usual arm",
        actor=keeper,
        now=worlds.NOON,
    )

    trial.refresh_from_db()
    assert (trial.policy, change.policy) == (2, 2)
    assert change.before == {
        "ratios": {"dose.usual": 1, "dose.waits": 1},
        "block_sizes": [4, 6],
    }
    assert change.after["ratios"]["dose.usual"] == 2


def test_another_name_keeps_the_policy(keeper: User) -> None:
    trial = running(keeper)

    trials.amend(
        trial=trial,
        amendment=Amendment(name="Named better"),
        reason="Clearer",
        actor=keeper,
        now=worlds.NOON,
    )

    trial.refresh_from_db()
    assert (trial.name, trial.policy) == ("Named better", 1)


def test_amendment_that_fits_not_or_changes_nothing_is_refused(keeper: User) -> None:
    trial = running(keeper)
    asked = {"trial": trial, "reason": "Why not", "actor": keeper, "now": worlds.NOON}

    with pytest.raises(TrialRefused, match="multiple of"):
        trials.amend(amendment=Amendment(block_sizes=(5,)), **asked)
    with pytest.raises(TrialRefused, match="Nothing is different"):
        trials.amend(amendment=Amendment(name=trial.name), **asked)

    assert TrialChange.objects.count() == 1
    assert Trial.objects.get().block_sizes == [4, 6]


def test_stopped_trial_is_neither_amended_nor_stopped_again(keeper: User) -> None:
    trial = running(keeper)
    asked = {"trial": trial, "reason": "Harm", "actor": keeper, "now": worlds.NOON}
    trials.stop(**asked)

    with pytest.raises(TrialRefused, match="running"):
        trials.stop(**asked)
    with pytest.raises(TrialRefused, match="running"):
        trials.amend(amendment=Amendment(name="Late"), **asked)

    assert Trial.objects.get().stopped_at == worlds.NOON
