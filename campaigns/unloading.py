"""A version's rows read back as the Pack they were loaded from."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.keyword import Keyword
from campaigns.models.question import Question
from campaigns.models.stage import Stage
from campaigns.models.step import Step
from campaigns.pack_scales import scale_of
from campaigns.pack_values import (
    Pack,
    PackAttribute,
    PackBand,
    PackBank,
    PackBankText,
    PackChoice,
    PackKeyword,
    PackOutcome,
    PackProfile,
    PackQuestion,
    PackReader,
    PackSlot,
    PackStage,
    PackStep,
    PackVariant,
)
from campaigns.trial_values import trial_of


def as_pack(version: CampaignVersion) -> Pack:
    """Equal to the Pack that `loading.load` was given."""
    texts: dict[str, dict[str, str]] = {language: {} for language in version.languages}
    for language, key, body in version.texts.order_by("pk").values_list("language", "key", "body"):
        texts[language][key] = body
    head = version.pack
    return Pack(
        key=head.get("key", ""),
        name=head.get("name", ""),
        about=head.get("about", ""),
        review=head.get("review", ""),
        author=head.get("author", ""),
        languages=tuple(version.languages),
        default_language=version.default_language,
        hours=PackSlot(version.hours_start, version.hours_end),
        slots={name: _slot(*ends) for name, ends in version.slots.items()},
        default_slot=version.default_slot,
        variables=head.get("variables", {}),
        onboarding=tuple(version.onboarding),
        stages=_stages(version),
        questions=tuple(_question(question) for question in version.questions.order_by("position")),
        banks=_banks(version),
        keywords=_keywords(version),
        texts=texts,
        defaults=version.defaults,
        profiles={
            name: PackProfile(rule.get("less", ""), rule.get("more", ""))
            for name, rule in version.profiles.items()
        },
        default_profile=version.default_profile,
        min_gap_minutes=version.min_gap_minutes,
        cap_day=version.cap_day,
        cap_week=version.cap_week,
        silent_days=version.silent_days,
        attributes={
            name: PackAttribute(rule["type"], rule.get("replaced_by", ""))
            for name, rule in version.attributes.items()
        },
        scales={name: scale_of(written) for name, written in version.scales.items()},
        native_readers=_readers(head),
        trials=tuple(trial_of(written) for written in head.get("trials", ())),
    )


def _readers(head: Mapping[str, Any]) -> dict[str, PackReader]:
    read = head.get("native_readers", {})
    return {language: PackReader(**who) for language, who in read.items()}


def _slot(start: str, end: str) -> PackSlot:
    return PackSlot(time.fromisoformat(start), time.fromisoformat(end))


def _stages(version: CampaignVersion) -> tuple[PackStage, ...]:
    """The steps of all of them in one query: a page waits for it."""
    steps: dict[int, list[PackStep]] = {}
    for step in version.steps.select_related("question", "bank").order_by("position"):
        steps.setdefault(step.stage_id, []).append(_step(step))
    stages = version.stages.order_by("position")
    return tuple(_stage(stage, steps.get(stage.pk, [])) for stage in stages)


def _stage(stage: Stage, steps: Iterable[PackStep]) -> PackStage:
    return PackStage(
        key=stage.key,
        name=stage.name,
        anchor=stage.anchor,
        track=stage.track,
        late=stage.late,
        shelf_hours=stage.shelf_hours,
        steps=tuple(steps),
        profiles=tuple(stage.profiles),
        when=stage.when,
        then_after_days=stage.then_after_days,
        then_enter=stage.then_enter,
        pool=stage.pool,
        avoid=tuple(stage.avoid),
    )


def _step(step: Step) -> PackStep:
    return PackStep(
        key=step.key,
        day=step.day,
        slot=step.slot,
        after_minutes=step.after_minutes,
        question=step.question.key if step.question else "",
        late=step.late,
        shelf_hours=step.shelf_hours,
        priority=step.priority,
        tags=tuple(step.tags),
        bank=step.bank.key if step.bank else "",
        every_days=step.repeat_every_days,
        times=step.repeat_times,
        profiles=tuple(step.profiles),
        when=step.when,
        variants=tuple(PackVariant(**variant) for variant in step.variants),
        avoid=tuple(step.avoid),
        if_unknown=step.if_unknown,
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
        lowest=question.lowest,
        highest=question.highest,
        unit=question.unit,
        outcomes={value: PackOutcome(**outcome) for value, outcome in question.outcomes.items()},
        expires_hours=question.expires_hours,
        reminder_hours=question.reminder_hours,
        measure=question.measure,
        bands=tuple(PackBand(**band) for band in question.bands),
        consent=question.consent,
    )


def _banks(version: CampaignVersion) -> tuple[PackBank, ...]:
    return tuple(
        PackBank(
            bank.key,
            bank.name,
            tuple(PackBankText(text.key, tuple(text.tags)) for text in bank.texts.all()),
        )
        for bank in version.banks.order_by("pk").prefetch_related("texts")
    )


def _keywords(version: CampaignVersion) -> tuple[PackKeyword, ...]:
    heads: dict[int, Keyword] = {}
    words: dict[int, dict[str, tuple[str, ...]]] = {}
    for row in version.keywords.select_related("bank", "question", "stage").order_by(
        "position", "pk"
    ):
        heads.setdefault(row.position, row)
        of_row = words.setdefault(row.position, {})
        of_row[row.language] = (*of_row.get(row.language, ()), row.word)
    return tuple(
        PackKeyword(
            head.action,
            head.bank.key if head.bank else "",
            words[position],
            question=head.question.key if head.question else "",
            stage=head.stage.key if head.stage else "",
            case=head.case,
        )
        for position, head in heads.items()
    )
