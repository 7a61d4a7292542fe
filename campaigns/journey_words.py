"""One planned text told in full: when, to whom, in which words of every language. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from campaigns.condition_telling import told
from campaigns.content import Content
from campaigns.diff_words import counted
from campaigns.journey_calendar import anchor_title, at_words, doses, readable, shown_texts
from campaigns.rules import BEST_SLOT, QuestionRule, StepRule, Track

_TRACKS = {
    Track.SLIP: "Comes in the place of the usual texts for two days after a slip",
    Track.PATH: "Comes in the place of the usual texts while she is in this stage",
    Track.OUTCOME: "Comes at every dose and on every path",
}


@dataclass(frozen=True, slots=True)
class Words:
    """One wording in each language that has it. `name`: of the variant. `only`: for whom, told."""

    name: str
    only: str
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """`text`: the key whose page has it all; none where the step draws on a bank."""

    stage: str
    when: str
    kind: str
    whom: tuple[str, ...]
    words: tuple[Words, ...]
    text: str


def told_steps(content: Content, stages: Mapping[str, str]) -> dict[str, Told]:
    """By key, each once however often it comes."""
    first = {step.key: step for step in reversed(content.steps)}
    return {key: _told(content, step, stages) for key, step in first.items()}


def _told(content: Content, step: StepRule, stages: Mapping[str, str]) -> Told:
    texts = shown_texts(content, step)
    return Told(
        stage=stages.get(step.stage, step.stage),
        when=_when(content, step, stages),
        kind=_kind(content, step),
        whom=tuple(_whom(content, step)),
        words=tuple(
            Words(
                text.variant,
                told(text.only),
                {
                    language: readable(wording)
                    for language in content.languages
                    if (wording := content.texts.get((text.key, language))) is not None
                },
            )
            for text in texts
        ),
        text=texts[0].key if texts else "",
    )


def _when(content: Content, step: StepRule, stages: Mapping[str, str]) -> str:
    if step.after is not None:
        return f"{at_words(content, step)} after {anchor_title(step.anchor, stages)}"
    slot = content.slots_of[""][step.slot]
    hours = f"between {slot.start:%H:%M} and {slot.end:%H:%M}, her own time"
    if step.slot == BEST_SLOT:
        hours = f"at the time of day she chose, else {hours}"
    if step.avoid:
        kept = " and ".join(sorted(step.avoid))
        hours += f"; moves off {kept}"
    return hours[0].upper() + hours[1:]


def _kind(content: Content, step: StepRule) -> str:
    if step.question:
        return f"A question, {_answers(content.questions[step.question])}"
    if step.bank:
        size = counted(len(content.banks[step.bank]), "text")
        return f"The next of {size} of the bank {step.bank.replace('_', ' ')}"
    return "A text"


def _answers(question: QuestionRule) -> str:
    if question.choices:
        choices = (f"{each.number} {each.value.replace('_', ' ')}" for each in question.choices)
        return f"answered with {', '.join(choices)}"
    return f"answered with {question.kind.replace('_', ' or ')}"


def _whom(content: Content, step: StepRule) -> Iterator[str]:
    if step.track in _TRACKS:
        yield _TRACKS[step.track]
    if step.profiles and step.track is not Track.OUTCOME:
        own = [name for name in doses(content) if name in step.profiles]
        yield f"At dose {', '.join(own)}"
    if step.when is not None:
        yield f"Only if {told(step.when.source)}"
