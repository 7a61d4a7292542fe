"""What in a pack must fit together, checked once its shape is right. Pure.

Each finding says what is wrong, where, and what would be right. Texts and keywords have files of
their own: pack_texts, pack_words.
"""

import re

from campaigns.pack_anchors import check_anchors, is_moment
from campaigns.pack_conditions import check_conditions
from campaigns.pack_dose import check_doses
from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.pack_question_checks import check_questions
from campaigns.pack_scales import check_scales
from campaigns.pack_texts import check_texts
from campaigns.pack_trial_checks import check_trials
from campaigns.pack_values import Pack, PackStage, PackStep
from campaigns.pack_words import check_choices, check_words
from campaigns.rules import ALARM, BEST_SLOT, REMIND
from campaigns.schedule import Span
from campaigns.techniques import TECHNIQUES, VOCABULARY

_LONGEST_LANGUAGE = 8
_VARIANT = re.compile(r"[a-z][a-z0-9_]{0,19}")


def check(pack: Pack, marks: Marks, problems: Problems) -> None:
    _check_campaign(pack, marks, problems)
    for stage in pack.stages:
        _check_stage(pack, stage, marks, problems)
    check_anchors(pack, marks, problems)
    check_doses(pack, marks, problems)
    check_conditions(pack, marks, problems)
    check_questions(pack, marks, problems)
    check_scales(pack, marks, problems)
    check_trials(pack, marks, problems)
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
    if not stage.steps:
        problems.add(where, f"stage {stage.key} has no steps")
    banks = {bank.key for bank in pack.banks}
    if stage.pool and stage.pool not in banks:
        problems.add(where, f"no bank is called {stage.pool!r}{suggestion(stage.pool, banks)}")
    for step in stage.steps:
        at = marks.at("step", step.key)
        if step.key.startswith((REMIND, ALARM)):
            problems.add(at, f"{REMIND} and {ALARM} begin the engine's own keys; choose another")
        _check_time(pack, stage, step, at, problems)
        _check_sends(pack, step, banks, at, problems)
        _check_tags(step.tags, at, problems)


def _check_time(
    pack: Pack, stage: PackStage, step: PackStep, where: Node, problems: Problems
) -> None:
    by_day = step.day is not None and bool(step.slot) and step.after_minutes is None
    by_minutes = step.after_minutes is not None and step.day is None and not step.slot
    if is_moment(stage.anchor):
        if not by_day and not by_minutes:
            problems.add(where, f"{stage.anchor}: give after_minutes, or day and slot")
        elif step.day is not None and step.day < 0:
            problems.add(where, f"{stage.anchor} is a moment: day can't be negative")
    elif not by_day:
        problems.add(where, f"{stage.anchor} is a date: give day and slot, no after_minutes")
    if by_day and step.slot != BEST_SLOT and step.slot not in pack.slots:
        hint = suggestion(step.slot, [*pack.slots, BEST_SLOT])
        problems.add(where, f"no slot is called {step.slot!r}{hint}")
    if step.shelf_hours < 1:
        problems.add(where, "shelf_hours must be at least 1")
    if (step.every_days is None) != (step.times == 1) or (step.times > 1 and not by_day):
        problems.add(where, "repeat needs every_days and times of 2 or more, on a step with a day")


def _check_sends(
    pack: Pack, step: PackStep, banks: set[str], where: Node, problems: Problems
) -> None:
    questions = {question.key for question in pack.questions}
    if step.question and step.question not in questions:
        hint = suggestion(step.question, questions)
        problems.add(where, f"no question is called {step.question!r}{hint}")
    if step.bank and step.bank not in banks:
        problems.add(where, f"no bank is called {step.bank!r}{suggestion(step.bank, banks)}")
    if step.bank and (step.question or step.variants):
        problems.add(where, "a step that sends from a bank asks nothing and has no variants")
    names = [variant.name for variant in step.variants]
    if len(set(names)) < len(names) or any(not _VARIANT.fullmatch(name) for name in names):
        problems.add(where, "each variant needs a name of its own, of small letters and digits")


def _check_tags(tags: tuple[str, ...], where: Node, problems: Problems) -> None:
    for tag in tags:
        if tag not in TECHNIQUES:
            problems.add(where, f"tag {tag!r} is not a {VOCABULARY} code such as 1.4")


def _check_banks(pack: Pack, marks: Marks, problems: Problems) -> None:
    opened = {keyword.bank for keyword in pack.keywords}
    opened |= {step.bank for stage in pack.stages for step in stage.steps}
    opened |= {stage.pool for stage in pack.stages}
    for bank in pack.banks:
        where = marks.at("bank", bank.key)
        if not bank.texts:
            problems.add(where, f"bank {bank.key} has no texts")
        if bank.key not in opened:
            problems.add(where, f"no keyword opens bank {bank.key}, and no step sends from it")
        for text in bank.texts:
            _check_tags(text.tags, marks.at("step", text.key), problems)
