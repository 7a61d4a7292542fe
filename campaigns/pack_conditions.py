"""The conditions of a pack: each compiles, and names only what the pack knows. Pure."""

from campaigns.conditions import BadCondition, Vocabulary, compile_condition
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.pack_values import Pack
from campaigns.pack_vocabulary import vocabulary
from trust.telling import tell


def check_conditions(pack: Pack, marks: Marks, problems: Problems) -> None:
    known = vocabulary(pack)
    for stage in pack.stages:
        _check(stage.when, known, marks.at("stage", stage.key), problems)
        for step in stage.steps:
            where = marks.at("step", step.key)
            _check(step.when, known, where, problems)
            for variant in step.variants:
                _check(variant.when, known, where, problems)


def _check(source: str, known: Vocabulary, where: Node, problems: Problems) -> None:
    if not source:
        return
    try:
        compile_condition(source, known=known)
    except BadCondition as bad:
        problems.add(where, tell("when %(source)s: %(bad)s", source=f"{source!r}", bad=str(bad)))
