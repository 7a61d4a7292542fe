"""What in a pack must fit together, checked once its shape is right. Pure.

Each finding says what is wrong, where, and what would be right. Texts and keywords have files of
their own: pack_texts, pack_words.
"""

import re
from collections import Counter

from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.pack_texts import check_texts
from campaigns.pack_values import Pack, PackQuestion, PackStage, PackStep
from campaigns.pack_words import check_choices, check_words
from campaigns.rules import (
    BEST_SLOT,
    ENROLMENT_ANCHOR,
    QUIT_DATE_ANCHOR,
    SLIP_ANCHOR,
    QuestionKind,
    is_moment,
)
from campaigns.schedule import Span

_ANCHORS = (ENROLMENT_ANCHOR, QUIT_DATE_ANCHOR, SLIP_ANCHOR)
#: BCTTv1: how many codes each of its 16 groups holds (Michie 2013).
_TECHNIQUES = (9, 7, 3, 4, 6, 3, 8, 7, 3, 11, 4, 6, 5, 10, 4, 3)
_LONGEST_LANGUAGE = 8
_TAG = re.compile(r"(\d{1,2})\.(\d{1,2})")
_ATTRIBUTE_KINDS = {
    "first_name": QuestionKind.NAME,
    "language": QuestionKind.CHOICE,
    "slot": QuestionKind.CHOICE,
    "quit_date": QuestionKind.DATE,
}


def check(pack: Pack, marks: Marks, problems: Problems) -> None:
    _check_campaign(pack, marks, problems)
    for stage in pack.stages:
        _check_stage(pack, stage, marks, problems)
    _check_days(pack, marks, problems)
    for question in pack.questions:
        _check_question(pack, question, marks, problems)
    _check_banks(pack, marks, problems)
    check_words(pack, marks, problems)
    check_choices(pack, marks, problems)
    check_texts(pack, marks, problems)


def _check_campaign(pack: Pack, marks: Marks, problems: Problems) -> None:
    if pack.default_language not in pack.languages:
        problems.add(
            marks.at("campaign", "default_language"),
            f"default_language {pack.default_language!r} is not among the languages",
        )
    for language in pack.languages:
        if len(language) > _LONGEST_LANGUAGE:
            where = marks.at("campaign", "languages")
            problems.add(where, f"{language} is no language code such as en or pt-BR")
    if pack.default_slot not in pack.slots:
        where = marks.at("campaign", "default_slot")
        hint = suggestion(pack.default_slot, pack.slots)
        problems.add(where, f"no slot is called {pack.default_slot!r}{hint}")
    hours = Span(pack.hours.start, pack.hours.end)
    for name, slot in pack.slots.items():
        if not Span(slot.start, slot.end).within(hours):
            problems.add(marks.at("campaign", "slots"), f"slot {name} reaches outside the hours")
    known = {question.key for question in pack.questions}
    for key in pack.onboarding:
        if key not in known:
            where = marks.at("campaign", "onboarding")
            problems.add(where, f"no question is called {key!r}{suggestion(key, known)}")


def _check_stage(pack: Pack, stage: PackStage, marks: Marks, problems: Problems) -> None:
    where = marks.at("stage", stage.key)
    if stage.anchor not in _ANCHORS:
        hint = suggestion(stage.anchor, _ANCHORS)
        problems.add(where, f"no anchor is called {stage.anchor!r}{hint}")
        return
    if not stage.steps:
        problems.add(where, f"stage {stage.key} has no steps")
    for step in stage.steps:
        _check_step(pack, stage, step, marks, problems)


def _check_step(
    pack: Pack, stage: PackStage, step: PackStep, marks: Marks, problems: Problems
) -> None:
    where = marks.at("step", step.key)
    if is_moment(stage.anchor):
        if step.after_minutes is None or step.day is not None or step.slot:
            problems.add(where, f"{stage.anchor} is a moment: give after_minutes, no day or slot")
        elif step.after_minutes < 0:
            problems.add(where, "after_minutes can't be negative")
    elif step.day is None or not step.slot or step.after_minutes is not None:
        problems.add(where, f"{stage.anchor} is a date: give day and slot, no after_minutes")
    elif step.slot != BEST_SLOT and step.slot not in pack.slots:
        hint = suggestion(step.slot, [*pack.slots, BEST_SLOT])
        problems.add(where, f"no slot is called {step.slot!r}{hint}")
    if step.shelf_hours < 1:
        problems.add(where, "shelf_hours must be at least 1")
    questions = {question.key for question in pack.questions}
    if step.question and step.question not in questions:
        hint = suggestion(step.question, questions)
        problems.add(where, f"no question is called {step.question!r}{hint}")
    _check_tags(step.tags, where, problems)


def _check_tags(tags: tuple[str, ...], where: Node, problems: Problems) -> None:
    for tag in tags:
        match = _TAG.fullmatch(tag)
        group, code = (int(match[1]), int(match[2])) if match else (0, 0)
        if not (1 <= group <= len(_TECHNIQUES) and 1 <= code <= _TECHNIQUES[group - 1]):
            problems.add(where, f"tag {tag!r} is not a BCTTv1 code such as 1.4")


def _check_banks(pack: Pack, marks: Marks, problems: Problems) -> None:
    opened = {keyword.bank for keyword in pack.keywords}
    for bank in pack.banks:
        where = marks.at("bank", bank.key)
        if not bank.texts:
            problems.add(where, f"bank {bank.key} has no texts")
        if bank.key not in opened:
            problems.add(where, f"no keyword opens bank {bank.key}")
        for text in bank.texts:
            _check_tags(text.tags, marks.at("step", text.key), problems)


def _check_days(pack: Pack, marks: Marks, problems: Problems) -> None:
    """Two texts of one day in one slot would reach a person in the same quarter of an hour."""
    days: dict[tuple[str, int], list[PackStep]] = {}
    for stage in pack.stages:
        for step in stage.steps:
            if step.day is not None:
                days.setdefault((stage.anchor, step.day), []).append(step)
    for (_, day), steps in days.items():
        slots = Counter(step.slot for step in steps)
        for step in steps:
            where = marks.at("step", step.key)
            if slots[step.slot] > 1:
                problems.add(where, f"another step of day {day} is in slot {step.slot} as well")
            if step.slot == BEST_SLOT and len(steps) > 1:
                problems.add(
                    where, f"slot {BEST_SLOT} may meet another text of day {day}: name a slot"
                )


def _check_question(pack: Pack, question: PackQuestion, marks: Marks, problems: Problems) -> None:
    where = marks.at("question", question.key)
    if question.attribute and question.attribute not in _ATTRIBUTE_KINDS:
        hint = suggestion(question.attribute, _ATTRIBUTE_KINDS)
        problems.add(where, f"no attribute is called {question.attribute!r}{hint}")
    elif question.attribute and question.kind != _ATTRIBUTE_KINDS[question.attribute]:
        kind = _ATTRIBUTE_KINDS[question.attribute]
        problems.add(where, f"attribute {question.attribute} needs a question of type {kind}")
    asked = {step.question for stage in pack.stages for step in stage.steps}
    if question.key not in asked | set(pack.onboarding):
        problems.add(where, f"nothing asks {question.key}")
    values = {"yes", "no"} if question.kind == QuestionKind.YES_NO else set()
    if question.kind == QuestionKind.CHOICE:
        values = {choice.value for choice in question.choices}
        numbers = [choice.number for choice in question.choices]
        if not values or len(set(numbers)) < len(numbers) or len(values) < len(numbers):
            problems.add(where, "a choice question needs choices, each with its own number")
    elif question.choices:
        problems.add(where, f"a {question.kind} question takes no choices")
    if question.earliest_day > question.latest_day:
        problems.add(where, "from_day lies after to_day")
    for value in question.outcomes:
        if value not in values:
            problems.add(where, f"no answer is {value!r}{suggestion(value, values)}")
    if question.attribute == "language":
        for language in sorted(values - set(pack.languages)):
            problems.add(where, f"{language} is not among the pack's languages")
    slots = {choice.value for choice in question.choices} if question.attribute == "slot" else set()
    for slot in sorted(slots - set(pack.slots)):
        problems.add(where, f"no slot is called {slot!r}{suggestion(slot, pack.slots)}")
