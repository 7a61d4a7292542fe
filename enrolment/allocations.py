"""What the ledger and the trials say of a batch of enrolments, as the journey takes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from campaigns.trial_rows import InForce, in_force
from campaigns.trial_rules import ArmRule, TrialRule
from campaigns.trial_values import ARM_PREFIX
from enrolment.drawing import seed_beside

_NO_RULES: Mapping[str, TrialRule] = {}


class Arms(NamedTuple):
    """Of one person: the arms she is in, and how conditions name them."""

    rules: tuple[ArmRule, ...] = ()
    values: Mapping[str, str] = {}


NO_ARMS = Arms()


@dataclass(frozen=True, slots=True)
class Trials:
    """Those of the campaigns in a batch; empty where nobody is in one and nothing is drawn."""

    of_campaign: Mapping[int, tuple[InForce, ...]]

    def arms(self, campaign_id: int, held: Mapping[str, str] | None) -> Arms:
        """`held`: factor -> arm, as it stands with the enrolment."""
        if not held:
            return NO_ARMS
        rules = []
        for found in self.of_campaign.get(campaign_id, ()):
            for factor in found.rule.factors:
                arm = factor.arm(held.get(factor.key, ""))
                if arm is not None:
                    rules.append(arm)
        return Arms(tuple(rules), {ARM_PREFIX + name: arm for name, arm in held.items()})

    def rules(
        self, campaign_id: int, enrolment_id: int, *, is_test: bool
    ) -> Mapping[str, TrialRule]:
        """By key. A test participant is drawn from a seed of her own, never from the sealed one."""
        found = self.of_campaign.get(campaign_id)
        if not found:
            return _NO_RULES
        rules = {each.rule.key: each.rule for each in found}
        if not is_test:
            return rules
        return {key: beside(rule, enrolment_id) for key, rule in rules.items()}


def trials_of(campaign_ids: Iterable[int]) -> Trials:
    wanted = set(campaign_ids)
    return Trials(in_force(wanted) if wanted else {})


def beside(rule: TrialRule, enrolment_id: int) -> TrialRule:
    """The rule as a test participant is drawn by it."""
    return replace(rule, seed=seed_beside("test", rule.key, enrolment_id))
