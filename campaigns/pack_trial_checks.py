"""Whether the trials of a pack make sense, and fit the rest of it. Pure.

Each finding says what to do. What a trial needs by itself, `faults_of` asks too of one made on a
page.
"""

from collections.abc import Iterator, Mapping

from campaigns.conditions import BadCondition, Kind, Vocabulary, compile_condition
from campaigns.draw_rules import NOTHING, OWN_TEXT
from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.pack_values import Pack, PackStep
from campaigns.pack_vocabulary import vocabulary
from campaigns.rules import ENROLMENT_ANCHOR, JOINED_ANCHOR, Track
from campaigns.trial_values import (
    ARM_PREFIX,
    DrawKind,
    FactorStage,
    Method,
    PackArm,
    PackDraw,
    PackFactor,
    PackTrial,
    ProximalKind,
)

_IN_BLOCKS = (Method.BLOCKS, Method.STRATIFIED)


def check_trials(pack: Pack, marks: Marks, problems: Problems) -> None:
    known = vocabulary(pack)
    for trial in pack.trials:
        where = marks.at("trial", trial.key)
        for fault in faults_of(trial):
            problems.add(where, fault)
        _check_names(pack, trial, known, where, problems)
        for factor in trial.factors:
            _check_factor(pack, factor, known, marks, problems)
        for draw in trial.draws:
            _check_draw(pack, draw, known, marks.at("draw", draw.step), problems)
    _check_delay(pack, marks, problems)


def faults_of(trial: PackTrial) -> Iterator[str]:
    """What is wrong with a trial whatever it is a trial of."""
    if not trial.factors and not trial.draws:
        yield "a trial needs factors with arms, or draws at steps"
    method = Method(trial.method)
    if method is Method.STRATIFIED and not trial.strata:
        yield "stratified needs strata, such as [language]"
    if method is Method.MINIMISATION and not trial.strata:
        yield "minimisation needs strata to balance, such as [language, answer.sex]"
    if trial.strata and method in (Method.SIMPLE, Method.BLOCKS):
        yield f"{trial.method} looks at no strata; take stratified or minimisation, or leave them"
    if not 0.5 < trial.coin < 1:
        yield "coin must lie between 0.5 and 1: 1 would tell everybody the next arm"
    first = [factor for factor in trial.factors if factor.stage == FactorStage.FIRST]
    if trial.factors and not first:
        yield "a second stage needs a first one"
    yield from _block_faults(trial, first)
    for factor in trial.factors:
        yield from _factor_faults(factor)


def _block_faults(trial: PackTrial, factors: list[PackFactor]) -> Iterator[str]:
    if trial.method not in _IN_BLOCKS:
        if trial.block_sizes:
            yield f"{trial.method} has no blocks; leave block_sizes out"
        return
    if not trial.block_sizes:
        yield "give block_sizes, such as [4, 6]: with two sizes nobody can count out a block's end"
    for factor in factors:
        each = sum(arm.ratio for arm in factor.arms)
        if each and (wrong := [size for size in trial.block_sizes if size % each]):
            yield (
                f"block size {wrong[0]} does not fit the ratio of {factor.key}: it must be a "
                f"multiple of {each}"
            )


def _factor_faults(factor: PackFactor) -> Iterator[str]:
    keys = [arm.key for arm in factor.arms]
    if len(keys) < 2:
        yield f"factor {factor.key} needs two arms or more"
    if len(set(keys)) < len(keys):
        yield f"two arms of {factor.key} have one key"
    if factor.stage == FactorStage.FIRST:
        if factor.non_responder or factor.tailoring or factor.step:
            yield f"non_responder, tailoring and step are for a second stage, not for {factor.key}"
        return
    if not factor.non_responder:
        yield f"factor {factor.key}: say in non_responder whom the second draw is for"
    for arm in factor.arms:
        if arm.version or arm.profile or arm.delay_days:
            yield (
                f"arm {arm.key} of a second stage can't change version, profile or start; "
                f"write when: {ARM_PREFIX}{factor.key} = '{arm.key}' beside its steps"
            )


def _check_names(
    pack: Pack, trial: PackTrial, known: Vocabulary, where: Node, problems: Problems
) -> None:
    for source in trial.strata:
        if " " in source:
            check_source(source, known, where, problems, "strata")
        elif source.startswith("consent."):
            continue
        elif source not in known.kinds:
            hint = suggestion(source, known.kinds)
            problems.add(where, f"strata: nothing is called {source!r}{hint}")
        elif known.kinds[source] is not Kind.CHOICE:
            problems.add(
                where, f"strata: {source} has too many values; write a condition on it instead"
            )
    check_source(trial.eligible, known, where, problems, "eligible")
    if trial.consent and trial.consent not in known.consents:
        problems.add(where, f"no question asks for consent to {trial.consent}; add one")


def _check_factor(
    pack: Pack, factor: PackFactor, known: Vocabulary, marks: Marks, problems: Problems
) -> None:
    where = marks.at("factor", factor.key)
    check_source(factor.non_responder, known, where, problems, "non_responder")
    if factor.tailoring and factor.tailoring not in known.kinds:
        hint = suggestion(factor.tailoring, known.kinds)
        problems.add(where, f"tailoring: nothing is called {factor.tailoring!r}{hint}")
    if factor.stage == FactorStage.SECOND:
        steps = _steps(pack)
        if factor.step not in steps:
            hint = suggestion(factor.step, steps)
            problems.add(where, f"step: name the step at which it is drawn{hint}")
        elif steps[factor.step].question or steps[factor.step].bank:
            problems.add(where, f"step {factor.step} draws and so sends nothing of its own")
    for arm in factor.arms:
        _check_arm(pack, arm, known, marks.at("arm", f"{factor.key}.{arm.key}"), problems)


def _check_arm(
    pack: Pack, arm: PackArm, known: Vocabulary, where: Node, problems: Problems
) -> None:
    if arm.profile and arm.profile not in pack.profiles:
        hint = suggestion(arm.profile, pack.profiles)
        problems.add(where, f"no profile is called {arm.profile!r}{hint}")
    check_source(arm.when, known, where, problems, "when")


def _check_draw(
    pack: Pack, draw: PackDraw, known: Vocabulary, where: Node, problems: Problems
) -> None:
    steps = _steps(pack)
    step = steps.get(draw.step)
    if step is None:
        hint = suggestion(draw.step, steps)
        problems.add(where, f"no step is called {draw.step!r}{hint}")
        return
    if step.bank or step.question:
        problems.add(where, f"step {step.key} asks or sends from a bank; draw at one with a text")
    if any(variant.when for variant in step.variants):
        problems.add(where, f"step {step.key}: variants that are drawn have no when of their own")
    names = {variant.name for variant in step.variants} | {OWN_TEXT}
    if draw.kind == DrawKind.MICRO:
        names.add(NOTHING)
    options = dict(draw.options)
    if len(options) < 2:
        problems.add(where, "a draw needs two options or more")
    for name in options:
        if name not in names:
            hint = suggestion(name, names)
            problems.add(where, f"option {name!r} is no variant of step {step.key}{hint}")
    if draw.otherwise and draw.otherwise not in names | {NOTHING}:
        problems.add(where, f"otherwise: {draw.otherwise!r} is none of {', '.join(sorted(names))}")
    for odds in draw.by:
        check_source(odds.when, known, where, problems, "by")
        if set(odds.options) != set(options):
            problems.add(where, "each odds of `by` has the same options; give what can't come a 0")
    check_source(draw.available, known, where, problems, "available")
    _check_outcome(pack, draw, where, problems)


def _check_outcome(pack: Pack, draw: PackDraw, where: Node, problems: Problems) -> None:
    outcome = draw.outcome
    if outcome is None:
        if draw.kind == DrawKind.MICRO:
            problems.add(where, "say in outcome what is looked at, and within_hours")
        return
    questions = {question.key for question in pack.questions}
    words = {word for keyword in pack.keywords for of in keyword.words.values() for word in of}
    if outcome.kind in (ProximalKind.ANSWER, ProximalKind.READING) and outcome.of not in questions:
        hint = suggestion(outcome.of, questions)
        problems.add(where, f"outcome: no question is called {outcome.of!r}{hint}")
    if outcome.kind == ProximalKind.KEYWORD and outcome.of not in words:
        problems.add(where, f"outcome: no keyword is {outcome.of!r}{suggestion(outcome.of, words)}")


def _check_delay(pack: Pack, marks: Marks, problems: Problems) -> None:
    """Both arms are asked on the same day, whenever their programme starts."""
    arms = [arm for trial in pack.trials for factor in trial.factors for arm in factor.arms]
    if not any(arm.delay_days for arm in arms):
        return
    for stage in pack.stages:
        if stage.track == Track.OUTCOME and stage.anchor == ENROLMENT_ANCHOR:
            problems.add(
                marks.at("stage", stage.key),
                f"an arm starts later, and {ENROLMENT_ANCHOR} with it: count outcomes from "
                f"{JOINED_ANCHOR}, so that every arm is asked on the same day",
            )


def _steps(pack: Pack) -> Mapping[str, PackStep]:
    return {step.key: step for stage in pack.stages for step in stage.steps}


def check_source(
    source: str, known: Vocabulary, where: Node, problems: Problems, name: str
) -> None:
    if not source:
        return
    try:
        compile_condition(source, known=known)
    except BadCondition as bad:
        problems.add(where, f"{name} {source!r}: {bad}")
