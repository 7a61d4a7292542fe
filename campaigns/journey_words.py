"""One planned text told in full: when, to whom, in which words of every language. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from campaigns.condition_telling import told
from campaigns.content import Content
from campaigns.diff_words import counted
from campaigns.journey_calendar import anchor_title, at_words, doses, readable, shown_texts
from campaigns.rules import BEST_SLOT, QuestionRule, StepRule, Track
from trust.telling import tell

_TRACKS = {
    Track.SLIP: tell("Comes in the place of the usual texts for two days after a slip"),
    Track.PATH: tell("Comes in the place of the usual texts while she is in this stage"),
    Track.OUTCOME: tell("Comes at every dose and on every path"),
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
        return tell(
            "%(time)s after %(anchor)s",
            time=at_words(content, step),
            anchor=anchor_title(step.anchor, stages),
        )
    slot = content.slots_of[""][step.slot]
    ends = {"start": f"{slot.start:%H:%M}", "end": f"{slot.end:%H:%M}"}
    if step.slot == BEST_SLOT:
        hours = tell(
            "At the time of day she chose, else between %(start)s and %(end)s, her own time", **ends
        )
    else:
        hours = tell("Between %(start)s and %(end)s, her own time", **ends)
    if step.avoid:
        return tell("%(hours)s; moves off %(kept)s", hours=hours, kept=sorted(step.avoid))
    return hours


def _kind(content: Content, step: StepRule) -> str:
    if step.question:
        return _question(content.questions[step.question])
    if step.bank:
        return tell(
            "The next of %(texts)s of the bank %(bank)s",
            texts=counted(len(content.banks[step.bank]), "text"),
            bank=step.bank.replace("_", " "),
        )
    return tell("A text")


def _question(question: QuestionRule) -> str:
    answers: object = question.kind.replace("_", " or ")
    if question.choices:
        answers = [f"{each.number} {each.value.replace('_', ' ')}" for each in question.choices]
    return tell("A question, answered with %(answers)s", answers=answers)


def _whom(content: Content, step: StepRule) -> Iterator[str]:
    if step.track in _TRACKS:
        yield _TRACKS[step.track]
    if step.profiles and step.track is not Track.OUTCOME:
        own = [name for name in doses(content) if name in step.profiles]
        yield tell("At dose %(doses)s", doses=own)
    if step.when is not None:
        yield tell("Only if %(condition)s", condition=told(step.when.source))
