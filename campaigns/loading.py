"""A Pack written as a new draft version, and a version's rows read back as the same Pack."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from campaigns.models.bank_text import BankText
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.keyword import Keyword
from campaigns.models.message_bank import MessageBank
from campaigns.models.question import Question
from campaigns.models.stage import Stage
from campaigns.models.step import Step
from campaigns.models.text import Text
from campaigns.pack_scales import scale_file
from campaigns.pack_values import (
    Pack,
    PackBank,
    PackQuestion,
    PackSlot,
    PackStage,
    PackStep,
)
from campaigns.trial_values import DrawKind, PackTrial, draw_file, trial_file
from messaging.folding import fold
from trust import audit
from trust.models import User


@transaction.atomic
def load(*, pack: Pack, campaign: Campaign, author: User | None) -> CampaignVersion:
    """A draft with all of the pack's content, numbered after the campaign's last version.

    The pack must have been read by `read_pack` or `read_content`, which refuse one with problems.
    """
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    last = campaign.versions.order_by("-number").first()
    version = CampaignVersion.objects.create(
        campaign=campaign,
        number=last.number + 1 if last else 1,
        languages=list(pack.languages),
        default_language=pack.default_language,
        hours_start=pack.hours.start,
        hours_end=pack.hours.end,
        slots={name: _wall(slot) for name, slot in pack.slots.items()},
        default_slot=pack.default_slot,
        onboarding=list(pack.onboarding),
        defaults={language: dict(values) for language, values in pack.defaults.items()},
        attributes={
            name: {"type": rule.kind, "replaced_by": rule.replaced_by}
            for name, rule in pack.attributes.items()
        },
        profiles={
            name: {"less": rule.less, "more": rule.more} for name, rule in pack.profiles.items()
        },
        default_profile=pack.default_profile,
        scales={name: scale_file(rule) for name, rule in pack.scales.items()},
        min_gap_minutes=pack.min_gap_minutes,
        cap_day=pack.cap_day,
        cap_week=pack.cap_week,
        silent_days=pack.silent_days,
        pack=_head(pack),
        author=author,
    )
    rows = _Rows(
        _write_questions(version, pack.questions),
        _write_banks(version, pack.banks),
        {},
        _draws(pack.trials),
    )
    _write_stages(version, pack.stages, rows)
    Keyword.objects.bulk_create(_keywords(version, pack, rows))
    Text.objects.bulk_create(
        Text(version=version, key=key, language=language, body=body)
        for language, texts in pack.texts.items()
        for key, body in texts.items()
    )
    audit.record(verb="version.load", subject=version, actor=author)
    return version


@dataclass(frozen=True, slots=True)
class _Rows:
    """What was written so far, by key, for those that refer to it."""

    questions: dict[str, Question]
    banks: dict[str, MessageBank]
    stages: dict[str, Stage]
    draws: dict[str, dict[str, Any]]


def _draws(trials: Iterable[PackTrial]) -> dict[str, dict[str, Any]]:
    """By step, what is drawn there."""
    found = {
        draw.step: {**draw_file(draw), "trial": trial.key}
        for trial in trials
        for draw in trial.draws
    }
    again = {
        factor.step: {"kind": DrawKind.AGAIN.value, "trial": trial.key, "factor": factor.key}
        for trial in trials
        for factor in trial.factors
        if factor.step
    }
    return found | again


def _head(pack: Pack) -> dict[str, object]:
    return {
        "key": pack.key,
        "name": pack.name,
        "about": pack.about,
        "review": pack.review,
        "author": pack.author,
        "variables": dict(pack.variables),
        "native_readers": {code: asdict(who) for code, who in pack.native_readers.items()},
        "trials": [trial_file(trial) for trial in pack.trials],
    }


def _wall(slot: PackSlot) -> list[str]:
    return [slot.start.isoformat("minutes"), slot.end.isoformat("minutes")]


def _write_questions(
    version: CampaignVersion, questions: Iterable[PackQuestion]
) -> dict[str, Question]:
    rows = Question.objects.bulk_create(
        Question(
            version=version,
            key=question.key,
            position=position,
            kind=question.kind,
            attribute=question.attribute,
            choices=[
                {
                    "value": choice.value,
                    "number": choice.number,
                    "words": {language: list(words) for language, words in choice.words.items()},
                }
                for choice in question.choices
            ],
            earliest_day=question.earliest_day,
            latest_day=question.latest_day,
            lowest=question.lowest,
            highest=question.highest,
            unit=question.unit,
            expires_hours=question.expires_hours,
            reminder_hours=question.reminder_hours,
            measure=question.measure,
            bands=[asdict(band) for band in question.bands],
            consent=question.consent,
            outcomes={value: asdict(outcome) for value, outcome in question.outcomes.items()},
        )
        for position, question in enumerate(questions)
    )
    return {row.key: row for row in rows}


def _write_stages(version: CampaignVersion, stages: Iterable[PackStage], rows: _Rows) -> None:
    for position, stage in enumerate(stages):
        row = rows.stages[stage.key] = Stage.objects.create(
            version=version,
            key=stage.key,
            name=stage.name,
            position=position,
            anchor=stage.anchor,
            track=stage.track,
            late=stage.late,
            shelf_hours=stage.shelf_hours,
            profiles=list(stage.profiles),
            when=stage.when,
            then_after_days=stage.then_after_days,
            then_enter=stage.then_enter,
            pool=stage.pool,
            avoid=list(stage.avoid),
        )
        Step.objects.bulk_create(
            _step(version, row, place, step, rows) for place, step in enumerate(stage.steps)
        )


def _step(version: CampaignVersion, stage: Stage, place: int, step: PackStep, rows: _Rows) -> Step:
    return Step(
        version=version,
        stage=stage,
        key=step.key,
        position=place,
        day=step.day,
        slot=step.slot,
        after_minutes=step.after_minutes,
        question=rows.questions.get(step.question),
        bank=rows.banks.get(step.bank),
        repeat_every_days=step.every_days,
        repeat_times=step.times,
        profiles=list(step.profiles),
        when=step.when,
        variants=[asdict(variant) for variant in step.variants],
        avoid=list(step.avoid),
        late=step.late,
        shelf_hours=step.shelf_hours,
        priority=step.priority,
        tags=list(step.tags),
        if_unknown=step.if_unknown,
        draw=rows.draws.get(step.key, {}),
    )


def _write_banks(version: CampaignVersion, banks: Iterable[PackBank]) -> dict[str, MessageBank]:
    rows: dict[str, MessageBank] = {}
    for bank in banks:
        rows[bank.key] = MessageBank.objects.create(version=version, key=bank.key, name=bank.name)
        BankText.objects.bulk_create(
            BankText(bank=rows[bank.key], key=text.key, position=place, tags=list(text.tags))
            for place, text in enumerate(bank.texts)
        )
    return rows


def _keywords(version: CampaignVersion, pack: Pack, rows: _Rows) -> Iterable[Keyword]:
    for position, keyword in enumerate(pack.keywords):
        for language, words in keyword.words.items():
            for word in words:
                yield Keyword(
                    version=version,
                    position=position,
                    action=keyword.action,
                    bank=rows.banks.get(keyword.bank),
                    question=rows.questions.get(keyword.question),
                    stage=rows.stages.get(keyword.stage),
                    case=keyword.case,
                    language=language,
                    word=word,
                    folded=fold(word),
                )
