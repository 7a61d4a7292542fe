"""What a trial makes of a step that came due: kept back by the arm, or drawn. Pure.

A draw that can't be made says why (`Drawn.unavailable`); one that was made keeps its options and
their probabilities, whatever came of it. The draw follows from the sealed seed and the step alone,
so that looking twice gives the same.
"""

from datetime import datetime
from typing import NamedTuple

from campaigns.conditions import Facts
from campaigns.consent_scopes import CONSENT_PREFIX
from campaigns.draw_rules import NOTHING, OWN_TEXT, DrawRule, Odds
from campaigns.rules import StepRule, Track
from campaigns.trial_rules import FactorRule, TrialRule
from campaigns.trial_values import ARM_PREFIX, DrawKind
from enrolment.drawing import pick, uniform
from enrolment.state import Drawn, Reason, Redrawn, State

#: Reasons why nothing is drawn, beside those a step may be silent for.
NOT_ALLOCATED, RESPONDER = "not_allocated", "responder"
_IN_NEED, _QUESTION_OPEN, _RULE = "in_need", "question_open", "rule"


class Policed(NamedTuple):
    """A step that draws, in the edition whose odds it has."""

    step: StepRule
    rule: DrawRule
    version_id: int

    def policy(self, trial: TrialRule) -> str:
        """Which odds were in force: how often the trial was amended, and the edition."""
        return f"{trial.policy}/{self.version_id}"


def is_kept_back(state: State, step: StepRule, due_at: datetime, facts: Facts) -> bool:
    """By the arm. Outcome surveys always come."""
    if step.track is Track.OUTCOME:
        return False
    if state.begins_at is not None and due_at < state.begins_at:
        return True
    return any(
        arm.assessment_only or (arm.when is not None and not arm.when(facts)) for arm in state.arms
    )


def draw(
    state: State, policed: Policed, occurrence: int, why_not: str, facts: Facts
) -> tuple[str, Drawn | None]:
    """(option, the draw). None: she is in no running trial, and gets what others get. `why_not`:
    the step comes not, whatever is drawn."""
    step, rule = policed.step, policed.rule
    trial = state.trials.get(rule.trial)
    if trial is None or not trial.is_running or not belongs(trial, facts):
        return rule.otherwise, None
    policy = policed.policy(trial)
    why = why_not or _unavailable(rule, state, facts)
    if why:
        return NOTHING, Drawn(unavailable=why, policy=policy)
    odds = _odds(rule, facts)
    words: tuple[str | int, ...] = (step.key,) if rule.sticky else (
        step.key, state.attempt, occurrence,
    )  # fmt: skip
    drawn = uniform(trial.seed, "step", state.enrolment_id, *words)
    option = odds.options[pick(odds.probabilities, drawn)]
    return option, Drawn("", odds.options, odds.probabilities, drawn, policy)


def belongs(trial: TrialRule, facts: Facts) -> bool:
    """Has given the consent it asks for, and is one of those it is about."""
    if trial.consent and facts.values.get(CONSENT_PREFIX + trial.consent) != "yes":
        return False
    return trial.eligible is None or trial.eligible(facts)


def variant_of(option: str) -> str:
    return "" if option in (OWN_TEXT, NOTHING) else option


def _unavailable(rule: DrawRule, state: State, facts: Facts) -> str:
    """Why no text of a micro-randomised step may be drawn now. A wording is drawn for every text
    that goes out."""
    if rule.kind is DrawKind.AB:
        return ""
    if state.in_need:
        return _IN_NEED
    if state.question:
        return _QUESTION_OPEN
    if rule.available is not None and not rule.available(facts):
        return _RULE
    return ""


def _odds(rule: DrawRule, facts: Facts) -> Odds:
    return next(odds for odds in rule.odds if odds.when is None or odds.when(facts))


def draw_again(
    state: State, policed: Policed, facts: Facts, *, holds: bool
) -> tuple[Drawn | None, Redrawn | None]:
    """The second stage, for those who have not responded. Whoever pauses or is late is drawn too:
    once in, always counted."""
    rule = policed.rule
    trial = state.trials.get(rule.trial)
    factor = trial.factor(rule.factor) if trial is not None else None
    if trial is None or factor is None or not trial.is_running:
        return None, None
    earlier = {
        one.key: str(facts.values[ARM_PREFIX + one.key])
        for one in trial.first
        if ARM_PREFIX + one.key in facts.values
    }
    policy = policed.policy(trial)
    if not earlier or ARM_PREFIX + factor.key in facts.values:
        return Drawn(unavailable=NOT_ALLOCATED, policy=policy), None
    if not holds:
        return Drawn(unavailable=str(Reason.CONDITION), policy=policy), None
    if factor.non_responder is None or not factor.non_responder(facts):
        return Drawn(unavailable=RESPONDER, policy=policy), None
    value = uniform(trial.seed, "again", factor.key, state.enrolment_id)
    drawn = Drawn("", tuple(arm.key for arm in factor.arms), factor.shares, value, policy)
    arm = factor.arms[pick(factor.shares, value)]
    found = Redrawn(trial.key, factor.key, arm, drawn, _tailoring(factor, facts), earlier)
    return drawn, found


def _tailoring(factor: FactorRule, facts: Facts) -> dict[str, str]:
    if not factor.tailoring:
        return {}
    return {factor.tailoring: str(facts.values.get(factor.tailoring, "unknown"))}
