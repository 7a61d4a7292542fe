"""A version's rows read back as the Pack they were loaded from, and a Pack written as its files."""

from datetime import time
from pathlib import Path
from typing import Any

import yaml

from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.question import Question
from campaigns.models.stage import Stage
from campaigns.pack_values import (
    FORMAT,
    Pack,
    PackBank,
    PackBankText,
    PackChoice,
    PackKeyword,
    PackOutcome,
    PackQuestion,
    PackSlot,
    PackStage,
    PackStep,
)


def as_pack(version: CampaignVersion) -> Pack:
    """Equal to the Pack that `loading.load` was given."""
    texts: dict[str, dict[str, str]] = {language: {} for language in version.languages}
    for text in version.texts.order_by("pk"):
        texts[text.language][text.key] = text.body
    head = version.pack
    return Pack(
        key=head["key"],
        name=head["name"],
        about=head["about"],
        review=head["review"],
        author=head["author"],
        languages=tuple(version.languages),
        default_language=version.default_language,
        hours=PackSlot(version.hours_start, version.hours_end),
        slots={name: _slot(*ends) for name, ends in version.slots.items()},
        default_slot=version.default_slot,
        variables=head["variables"],
        onboarding=tuple(version.onboarding),
        stages=tuple(_stage(stage) for stage in version.stages.order_by("position")),
        questions=tuple(_question(question) for question in version.questions.order_by("position")),
        banks=tuple(
            PackBank(
                bank.key,
                bank.name,
                tuple(
                    PackBankText(text.key, tuple(text.tags))
                    for text in bank.texts.order_by("position")
                ),
            )
            for bank in version.banks.order_by("pk")
        ),
        keywords=_keywords(version),
        texts=texts,
        defaults=version.defaults,
    )


def _slot(start: str, end: str) -> PackSlot:
    return PackSlot(time.fromisoformat(start), time.fromisoformat(end))


def _stage(stage: Stage) -> PackStage:
    return PackStage(
        key=stage.key,
        name=stage.name,
        anchor=stage.anchor,
        track=stage.track,
        late=stage.late,
        shelf_hours=stage.shelf_hours,
        steps=tuple(
            PackStep(
                key=step.key,
                day=step.day,
                slot=step.slot,
                after_minutes=step.after_minutes,
                question=step.question.key if step.question else "",
                late=step.late,
                shelf_hours=step.shelf_hours,
                priority=step.priority,
                tags=tuple(step.tags),
            )
            for step in stage.steps.select_related("question").order_by("position")
        ),
    )


def _question(question: Question) -> PackQuestion:
    return PackQuestion(
        key=question.key,
        kind=question.kind,
        attribute=question.attribute,
        choices=tuple(
            PackChoice(
                choice["value"],
                choice["number"],
                {language: tuple(words) for language, words in choice["words"].items()},
            )
            for choice in question.choices
        ),
        earliest_day=question.earliest_day,
        latest_day=question.latest_day,
        outcomes={
            value: PackOutcome(outcome["reply"], outcome["then"])
            for value, outcome in question.outcomes.items()
        },
        expires_hours=question.expires_hours,
    )


def _keywords(version: CampaignVersion) -> tuple[PackKeyword, ...]:
    found: dict[int, tuple[str, str, dict[str, tuple[str, ...]]]] = {}
    for row in version.keywords.select_related("bank").order_by("position", "pk"):
        bank = row.bank.key if row.bank else ""
        _, _, words = found.setdefault(row.position, (row.action, bank, {}))
        words[row.language] = (*words.get(row.language, ()), row.word)
    return tuple(PackKeyword(action, bank, words) for action, bank, words in found.values())


def dump(pack: Pack, folder: Path) -> None:
    """Writes the pack's files; `read_pack` reads an equal Pack from them."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "campaign.yaml", _campaign(pack))
    _write(folder / "stages.yaml", [_stage_file(stage) for stage in pack.stages])
    _write(folder / "questions.yaml", [_question_file(question) for question in pack.questions])
    banks = [
        {
            "key": bank.key,
            "name": bank.name,
            "texts": [{"key": text.key, "tags": list(text.tags)} for text in bank.texts],
        }
        for bank in pack.banks
    ]
    _write(folder / "banks.yaml", banks)
    _write(folder / "keywords.yaml", [_keyword_file(keyword) for keyword in pack.keywords])
    for language in pack.languages:
        wording = {
            "language": language,
            "defaults": dict(pack.defaults[language]),
            "texts": dict(pack.texts[language]),
        }
        _write(folder / f"texts.{language}.yaml", wording)


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
        "hours": _span(pack.hours),
        "slots": {name: _span(slot) for name, slot in pack.slots.items()},
        "default_slot": pack.default_slot,
        "variables": dict(pack.variables),
        "onboarding": list(pack.onboarding),
    }


def _stage_file(stage: PackStage) -> dict[str, Any]:
    return {
        "key": stage.key,
        "name": stage.name,
        "anchor": stage.anchor,
        "track": stage.track,
        "late": stage.late,
        "shelf_hours": stage.shelf_hours,
        "steps": [_step_file(step) for step in stage.steps],
    }


def _step_file(step: PackStep) -> dict[str, Any]:
    when: dict[str, Any] = (
        {"after_minutes": step.after_minutes}
        if step.day is None
        else {"day": step.day, "slot": step.slot}
    )
    asked = {"question": step.question} if step.question else {}
    return {
        "key": step.key,
        **when,
        **asked,
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
    return {
        "key": question.key,
        "type": question.kind,
        "attribute": question.attribute or None,
        **({"choices": choices} if choices else {}),
        "range": {"from_day": question.earliest_day, "to_day": question.latest_day},
        "outcomes": {
            value: {"reply": outcome.reply or None, "then": outcome.then or None}
            for value, outcome in question.outcomes.items()
        },
        "expires_hours": question.expires_hours,
    }


def _keyword_file(keyword: PackKeyword) -> dict[str, Any]:
    bank = {"bank": keyword.bank} if keyword.bank else {}
    words = {language: list(words) for language, words in keyword.words.items()}
    return {"action": keyword.action, **bank, "words": words}
