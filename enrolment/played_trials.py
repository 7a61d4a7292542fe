"""Trials in a rehearsal: drawn from a seed of its own, never from the sealed one. Pure.

Each person is drawn by the ratio alone. Blocks and minimisation look at who came before, and in a
rehearsal nobody did.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from campaigns.conditions import Facts
from campaigns.trial_rules import ArmRule, TrialRule
from enrolment.drawing import pick, seed_beside, uniform
from enrolment.trial_deciding import belongs


def played(trials: tuple[TrialRule, ...], seed: int) -> dict[str, TrialRule]:
    """As if they were running."""
    return {
        rule.key: replace(rule, is_running=True, seed=seed_beside("rehearsal", rule.key, seed))
        for rule in trials
    }


def arms_of(
    trials: Mapping[str, TrialRule],
    values: Mapping[str, str | int | float | date],
    wanted: Mapping[str, str],
) -> tuple[ArmRule, ...]:
    """Of somebody who has just joined. `wanted`: factor -> arm, where it is not to be drawn."""
    facts = Facts(values=values, days={}, stages=frozenset())
    found = []
    for rule in trials.values():
        if not belongs(rule, facts):
            continue
        for factor in rule.first:
            arm = factor.arm(wanted.get(factor.key, ""))
            if arm is None:
                arm = factor.arms[pick(factor.shares, uniform(rule.seed, factor.key))]
            found.append(arm)
    return tuple(found)
