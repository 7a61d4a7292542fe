"""A Pack as the plain values of its files, and written there. Pure but for the files."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from campaigns.pack_scales import scale_file
from campaigns.pack_values import (
    FORMAT,
    Pack,
    PackBand,
    PackKeyword,
    PackQuestion,
    PackSlot,
    PackStage,
    PackStep,
)
from campaigns.rules import IfUnknown, QuestionKind
from campaigns.trial_values import trial_file


def dump(pack: Pack, folder: Path) -> None:
    """Writes the pack's files; `read_pack` reads an equal Pack from them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in tops(pack).items():
        _write(folder / name, value)


def tops(pack: Pack) -> dict[str, Any]:
    """What stands in each file, by its name."""
    banks = [
        {
            "key": bank.key,
            "name": bank.name,
            "texts": [{"key": text.key, "tags": list(text.tags)} for text in bank.texts],
        }
        for bank in pack.banks
    ]
    wordings = {
        f"texts.{language}.yaml": {
            "language": language,
            "defaults": dict(pack.defaults[language]),
            "texts": dict(pack.texts[language]),
        }
        for language in pack.languages
    }
    return {
        "campaign.yaml": _campaign(pack),
        "stages.yaml": [_stage_file(stage) for stage in pack.stages],
        "questions.yaml": [_question_file(question) for question in pack.questions],
        "banks.yaml": banks,
        "keywords.yaml": [_keyword_file(keyword) for keyword in pack.keywords],
        **({"trials.yaml": [trial_file(trial) for trial in pack.trials]} if pack.trials else {}),
        **wordings,
    }


def _write(path: Path, value: object) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100)
    path.write_text(text, encoding="utf-8")


def _span(slot: PackSlot) -> dict[str, str]:
    return {"start": slot.start.isoformat("minutes"), "end": slot.end.isoformat("minutes")}


def _campaign(pack: Pack) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "key": pack.key,
        "name": pack.name,
        "about": pack.about,
        "review": pack.review,
        "author": pack.author,
        "languages": list(pack.languages),
        "default_language": pack.default_language,
        "native_readers": {
            language: asdict(pack.native_readers[language])
            if language in pack.native_readers
            else "no"
            for language in pack.languages
        },
        "hours": _span(pack.hours),
        "slots": {name: _span(slot) for name, slot in pack.slots.items()},
        "default_slot": pack.default_slot,
        "variables": dict(pack.variables),
        "onboarding": list(pack.onboarding),
        **_given(
            profiles={name: _given(**asdict(rule)) for name, rule in pack.profiles.items()},
            default_profile=pack.default_profile,
            min_gap_minutes=pack.min_gap_minutes,
            caps=_given(day=pack.cap_day, week=pack.cap_week),
            silent_days=pack.silent_days,
            attributes={
                name: _given(type=rule.kind, replaced_by=rule.replaced_by)
                for name, rule in pack.attributes.items()
            },
            scales={name: scale_file(rule) for name, rule in pack.scales.items()},
            trials=bool(pack.trials),
        ),
    }


def _given(**fields: Any) -> dict[str, Any]:
    """Only what is not empty: an absent field is read as empty."""
    return {name: value for name, value in fields.items() if value not in (None, "", {}, [], 0)}


def _stage_file(stage: PackStage) -> dict[str, Any]:
    return {
        "key": stage.key,
        "name": stage.name,
        "anchor": stage.anchor,
        "track": stage.track,
        "late": stage.late,
        "shelf_hours": stage.shelf_hours,
        **_given(
            profiles=list(stage.profiles),
            when=stage.when,
            then=_given(after_days=stage.then_after_days, enter=stage.then_enter),
            pool=stage.pool,
            avoid=list(stage.avoid),
        ),
        "steps": [_step_file(step) for step in stage.steps],
    }


def _step_file(step: PackStep) -> dict[str, Any]:
    when: dict[str, Any] = (
        {"after_minutes": step.after_minutes}
        if step.day is None
        else {"day": step.day, "slot": step.slot}
    )
    repeat = {"every_days": step.every_days, "times": step.times} if step.every_days else {}
    return {
        "key": step.key,
        **when,
        **_given(
            question=step.question,
            bank=step.bank,
            repeat=repeat,
            profiles=list(step.profiles),
            when=step.when,
            variants=[_given(**asdict(variant)) for variant in step.variants],
            avoid=list(step.avoid),
            if_unknown="" if step.if_unknown == IfUnknown.LEAVE else step.if_unknown,
        ),
        "late": step.late,
        "shelf_hours": step.shelf_hours,
        "priority": step.priority,
        "tags": list(step.tags),
    }


def _question_file(question: PackQuestion) -> dict[str, Any]:
    choices = [
        {
            "value": choice.value,
            "number": choice.number,
            "words": {language: list(words) for language, words in choice.words.items()},
        }
        for choice in question.choices
    ]
    if question.kind == QuestionKind.DATE:
        span: dict[str, float] = {"from_day": question.earliest_day, "to_day": question.latest_day}
    else:
        ends = {"from": question.lowest, "to": question.highest}
        span = {name: end for name, end in ends.items() if end is not None}
    return {
        "key": question.key,
        "type": question.kind,
        **_given(attribute=question.attribute, unit=question.unit, choices=choices, range=span),
        "outcomes": {
            value: _given(**asdict(outcome)) for value, outcome in question.outcomes.items()
        },
        "expires_hours": question.expires_hours,
        **_given(
            reminder_hours=question.reminder_hours,
            measure=question.measure,
            bands=[_band_file(band) for band in question.bands],
            consent=question.consent,
        ),
    }


def _band_file(band: PackBand) -> dict[str, Any]:
    # A bound of 0 is a bound.
    bounds = {
        "from": band.lowest,
        "below": band.below,
        "second_from": band.second_lowest,
        "second_below": band.second_below,
    }
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    return {**given, **_given(reply=band.reply, alarm=band.alarm)}


def _keyword_file(keyword: PackKeyword) -> dict[str, Any]:
    words = {language: list(words) for language, words in keyword.words.items()}
    opened = _given(
        bank=keyword.bank, question=keyword.question, stage=keyword.stage, case=keyword.case
    )
    return {"action": keyword.action, **opened, "words": words}
