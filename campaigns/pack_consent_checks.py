"""A pack's questions of consent: one wording, a no that costs nothing, a way back. Pure."""

from campaigns.pack_marks import Node, Problems
from campaigns.pack_values import Pack, PackQuestion
from campaigns.rules import REMIND, KeywordAction, QuestionKind, Then
from trust.telling import tell


def check_consent(pack: Pack, question: PackQuestion, where: Node, problems: Problems) -> None:
    if not question.consent:
        return
    if question.kind != QuestionKind.YES_NO:
        problems.add(where, tell("consent is a yes or a no: give the question the type yes_no"))
    if question.attribute:
        problems.add(where, tell("the ledger keeps a consent; take the attribute out"))
    if any(outcome.then == Then.INELIGIBLE for outcome in question.outcomes.values()):
        problems.add(where, tell("a no to this ends nothing: take then: ineligible out"))
    for key in sorted(_other_wordings(pack, question.key)):
        problems.add(
            where,
            tell(
                "consent is asked in one wording, question.%(question)s; take %(key)s out",
                question=question.key,
                key=key,
            ),
        )
    if not _can_be_asked(pack, question.key):
        problems.add(
            where,
            tell(
                "what was given can be taken back: give %(question)s a keyword with action ask",
                question=question.key,
            ),
        )


def _other_wordings(pack: Pack, question: str) -> set[str]:
    """Words of steps that ask it, and of its reminder: the ledger names the text that asked."""
    own = {REMIND + question}
    for stage in pack.stages:
        for step in stage.steps:
            if step.question == question:
                own |= {step.key, *(f"{step.key}@{variant.name}" for variant in step.variants)}
    return {key for texts in pack.texts.values() for key in texts if key in own}


def _can_be_asked(pack: Pack, question: str) -> bool:
    return any(
        keyword.action == KeywordAction.ASK and keyword.question == question
        for keyword in pack.keywords
    )
