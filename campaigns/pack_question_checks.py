"""A pack's questions: asked by something, and every answer leading somewhere. Pure."""

from campaigns.manners import DISCREET
from campaigns.pack_anchors import check_entry
from campaigns.pack_consent_checks import check_consent
from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.pack_reading_checks import check_reading
from campaigns.pack_values import Pack, PackQuestion
from campaigns.rules import AttributeKind, QuestionKind, Then
from trust.telling import tell

_LATEST_REMINDER = 72
#: The kinds of question each attribute that every campaign has can be asked by.
_OWN = {
    "first_name": (QuestionKind.NAME,),
    "language": (QuestionKind.CHOICE,),
    "slot": (QuestionKind.CHOICE,),
    "quit_date": (QuestionKind.DATE,),
    DISCREET: (QuestionKind.YES_NO,),
}
_BY_KIND = {
    AttributeKind.NUMBER: (QuestionKind.NUMBER, QuestionKind.READING),
    AttributeKind.CHOICE: (QuestionKind.CHOICE, QuestionKind.YES_NO),
    AttributeKind.DATE: (QuestionKind.DATE,),
    AttributeKind.TEXT: (QuestionKind.TEXT,),
}


def check_questions(pack: Pack, marks: Marks, problems: Problems) -> None:
    asked = _asked(pack)
    for question in pack.questions:
        where = marks.at("question", question.key)
        if question.key not in asked:
            problems.add(where, tell("nothing asks %(question)s", question=question.key))
        _check_attribute(pack, question, where, problems)
        values = _check_values(question, where, problems)
        check_reading(question, where, problems)
        check_consent(pack, question, where, problems)
        _check_reminder(question, where, problems)
        _check_outcomes(pack, question, values, where, problems)
        if question.attribute == "language":
            for language in sorted(values - set(pack.languages)):
                problems.add(
                    where, tell("%(language)s is not among the pack's languages", language=language)
                )
        if question.attribute == "slot":
            for slot in sorted(values - set(pack.slots)):
                problems.add(
                    where,
                    tell(
                        "no slot is called %(slot)s%(suggestion)s",
                        slot=f"{slot!r}",
                        suggestion=suggestion(slot, pack.slots),
                    ),
                )


def _asked(pack: Pack) -> set[str]:
    by_step = {step.question for stage in pack.stages for step in stage.steps}
    by_word = {keyword.question for keyword in pack.keywords}
    by_answer = {
        outcome.next for question in pack.questions for outcome in question.outcomes.values()
    }
    return by_step | by_word | by_answer | set(pack.onboarding)


def _check_attribute(pack: Pack, question: PackQuestion, where: Node, problems: Problems) -> None:
    name = question.attribute
    if not name:
        return
    if name in _OWN:
        kinds: tuple[QuestionKind, ...] = _OWN[name]
    elif name in pack.attributes:
        kinds = _BY_KIND[AttributeKind(pack.attributes[name].kind)]
    else:
        hint = suggestion(name, [*_OWN, *pack.attributes])
        problems.add(
            where, tell("no attribute is called %(name)s%(hint)s", name=f"{name!r}", hint=hint)
        )
        return
    if question.kind not in kinds:
        wanted = " or ".join(kinds)
        problems.add(
            where,
            tell(
                "attribute %(name)s needs a question of type %(wanted)s", name=name, wanted=wanted
            ),
        )


def _check_reminder(question: PackQuestion, where: Node, problems: Problems) -> None:
    """Once the number's other campaigns may ask again, a reminder would be a second question."""
    hours, expires = question.reminder_hours, question.expires_hours
    if hours > _LATEST_REMINDER:
        problems.add(
            where,
            tell("reminder_hours is at most %(latest_reminder)s", latest_reminder=_LATEST_REMINDER),
        )
    if hours and expires and hours >= expires:
        problems.add(where, tell("the reminder would come after the question has expired"))


def _check_values(question: PackQuestion, where: Node, problems: Problems) -> set[str]:
    """The answers that outcomes may name."""
    values = {choice.value for choice in question.choices}
    numbers = [choice.number for choice in question.choices]
    unlike = len(set(numbers)) == len(numbers) == len(values)
    if question.kind == QuestionKind.CHOICE and (not values or not unlike):
        problems.add(where, tell("a choice question needs choices, each with its own number"))
    elif question.kind not in (QuestionKind.CHOICE, QuestionKind.DATE) and values:
        problems.add(where, tell("a %(kind)s question takes no choices", kind=question.kind))
    if question.earliest_day > question.latest_day:
        problems.add(where, tell("from_day lies after to_day"))
    if (
        question.lowest is not None
        and question.highest is not None
        and question.lowest > question.highest
    ):
        problems.add(where, tell("the range's from lies after its to"))
    return {"yes", "no"} if question.kind == QuestionKind.YES_NO else values


def _check_outcomes(
    pack: Pack, question: PackQuestion, values: set[str], where: Node, problems: Problems
) -> None:
    questions = {found.key for found in pack.questions}
    for value, outcome in question.outcomes.items():
        if value not in values:
            problems.add(
                where,
                tell(
                    "no answer is %(value)s%(suggestion)s",
                    value=f"{value!r}",
                    suggestion=suggestion(value, values),
                ),
            )
        if outcome.next and outcome.next not in questions:
            hint = suggestion(outcome.next, questions)
            problems.add(
                where,
                tell("no question is called %(next)s%(hint)s", next=f"{outcome.next!r}", hint=hint),
            )
        if outcome.then == Then.ENTER:
            check_entry(pack, outcome.stage, where, problems)
        elif outcome.stage:
            problems.add(where, tell("a stage is named, but then is not enter"))
        if outcome.then in (Then.LESS, Then.MORE) and not pack.profiles:
            problems.add(
                where,
                tell(
                    "then: %(then)s needs profiles in %(file)s",
                    then=outcome.then,
                    file="campaign.yaml",
                ),
            )
