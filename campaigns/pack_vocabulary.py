"""What the conditions of a pack may name. Pure."""

from campaigns.conditions import Kind, Vocabulary
from campaigns.measures import MEASURES, TREND_DAYS
from campaigns.pack_values import Pack, PackQuestion
from campaigns.rules import (
    CALENDAR_PREFIX,
    ENTRY,
    MOMENTS,
    QUIT_DATE_ANCHOR,
    AttributeKind,
    QuestionKind,
    entry_anchor,
)
from campaigns.trial_values import ARM_PREFIX

_KINDS = {
    AttributeKind.NUMBER: Kind.NUMBER,
    AttributeKind.CHOICE: Kind.CHOICE,
    AttributeKind.DATE: Kind.DATE,
    AttributeKind.TEXT: Kind.TEXT,
}


def vocabulary(pack: Pack, *, arms: bool = True) -> Vocabulary:
    """`arms`: those of trials too; who chooses people by hand may not choose them by arm."""
    kinds: dict[str, Kind] = {
        "attempt": Kind.NUMBER,
        "slips": Kind.NUMBER,
        "weekday": Kind.NUMBER,
        "profile": Kind.CHOICE,
        "language": Kind.CHOICE,
    }
    choices = {"profile": frozenset(pack.profiles), "language": frozenset(pack.languages)}
    for name, rule in pack.attributes.items():
        kinds[name] = _KINDS[AttributeKind(rule.kind)]
    for question in pack.questions:
        _learn(question, kinds, choices)
    for name, scale in pack.scales.items():
        kinds[f"scale.{name}"] = Kind.NUMBER
        if scale.bands:
            kinds[f"scale.{name}.band"] = Kind.CHOICE
            choices[f"scale.{name}.band"] = frozenset(band.name for band in scale.bands)
    for trial in pack.trials if arms else ():
        for factor in trial.factors:
            kinds[ARM_PREFIX + factor.key] = Kind.CHOICE
            choices[ARM_PREFIX + factor.key] = frozenset(arm.key for arm in factor.arms)
    anchors = {*MOMENTS, QUIT_DATE_ANCHOR, *date_attributes(pack)}
    anchors |= {stage.anchor for stage in pack.stages if stage.anchor.startswith(CALENDAR_PREFIX)}
    entered = frozenset(stage.key for stage in pack.stages if stage.anchor == ENTRY)
    anchors |= {entry_anchor(key) for key in entered}
    return Vocabulary(
        kinds=kinds,
        choices=choices,
        anchors=frozenset(anchors),
        stages=entered,
        consents=frozenset(question.consent for question in pack.questions if question.consent),
    )


def date_attributes(pack: Pack) -> frozenset[str]:
    return frozenset(
        name for name, rule in pack.attributes.items() if rule.kind == AttributeKind.DATE
    )


def _learn(
    question: PackQuestion, kinds: dict[str, Kind], choices: dict[str, frozenset[str]]
) -> None:
    """The name of a question's answer, and the values an attribute of its kind may have."""
    name = f"answer.{question.key}"
    values = frozenset(choice.value for choice in question.choices)
    match QuestionKind(question.kind):
        case QuestionKind.YES_NO:
            kinds[name], choices[name] = Kind.CHOICE, frozenset({"yes", "no"})
        case QuestionKind.CHOICE:
            kinds[name], choices[name] = Kind.CHOICE, values
            if kinds.get(question.attribute) is Kind.CHOICE:
                choices[question.attribute] = choices.get(question.attribute, frozenset()) | values
        case QuestionKind.NUMBER:
            kinds[name] = Kind.NUMBER
        case QuestionKind.READING:
            kinds[f"reading.{question.key}"] = Kind.NUMBER
            for days in TREND_DAYS:
                kinds[f"trend.{question.key}.{days}d"] = Kind.NUMBER
            measure = MEASURES.get(question.measure)
            if measure is not None and measure.second is not None:
                # Two numbers are told, so the answer itself is no one number.
                kinds[f"reading.{question.key}.second"] = Kind.NUMBER
            else:
                kinds[name] = Kind.NUMBER
        case QuestionKind.DATE:
            kinds[name] = Kind.DATE
        case _:
            kinds[name] = Kind.TEXT
