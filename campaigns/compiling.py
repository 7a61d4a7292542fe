"""Rows of a version -> Content, kept per process: a published version never changes."""

from datetime import time, timedelta

from campaigns.content import Content
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.question import Question
from campaigns.models.step import Step
from campaigns.rules import (
    ChoiceRule,
    KeywordAction,
    KeywordRule,
    LateRule,
    OutcomeRule,
    Priority,
    QuestionKind,
    QuestionRule,
    StepRule,
    Then,
    Track,
)
from campaigns.schedule import Span
from campaigns.wording import Wording, compile_wording
from messaging.stopwords import fold

_compiled: dict[tuple[int, int], Content] = {}
#: Few versions are live at once; the bound is against a process that lives for years.
_MOST = 64


def content_of(version_id: int) -> Content:
    """The compiled version. Raises MissingValue when a country variable has no value.

    Frozen versions are kept; the campaign's variables are part of the key, since an administrator
    may correct the quit line's number at any time.
    """
    version = CampaignVersion.objects.select_related("campaign").get(pk=version_id)
    stamp = hash(tuple(sorted(version.campaign.variables.items())))
    if version.status not in CampaignVersion.FROZEN:
        return compile_version(version)
    found = _compiled.get((version_id, stamp))
    if found is None:
        if len(_compiled) >= _MOST:
            _compiled.clear()
        found = _compiled[version_id, stamp] = compile_version(version)
    return found


def compile_version(version: CampaignVersion) -> Content:
    return Content(
        version_id=version.pk,
        campaign_id=version.campaign_id,
        hours=Span(version.hours_start, version.hours_end),
        slots={name: _span(*ends) for name, ends in version.slots.items()},
        default_slot=version.default_slot,
        languages=tuple(version.languages),
        default_language=version.default_language,
        onboarding=tuple(version.onboarding),
        steps=tuple(
            _step(step)
            for step in version.steps.select_related("stage", "question").order_by(
                "stage__position", "position"
            )
        ),
        questions={question.key: _question(question) for question in version.questions.all()},
        banks={
            bank.key: tuple(text.key for text in bank.texts.all())
            for bank in version.banks.prefetch_related("texts")
        },
        keywords=_keywords(version),
        texts=_texts(version),
        defaults=version.defaults,
    )


def _span(start: str, end: str) -> Span:
    return Span(time.fromisoformat(start), time.fromisoformat(end))


def _step(step: Step) -> StepRule:
    return StepRule(
        key=step.key,
        stage=step.stage.key,
        anchor=step.stage.anchor,
        track=Track(step.stage.track),
        late=LateRule(step.late),
        shelf=timedelta(hours=step.shelf_hours),
        priority=Priority(step.priority),
        day=step.day,
        slot=step.slot,
        after=None if step.after_minutes is None else timedelta(minutes=step.after_minutes),
        question=step.question.key if step.question else "",
    )


def _question(question: Question) -> QuestionRule:
    return QuestionRule(
        key=question.key,
        kind=QuestionKind(question.kind),
        attribute=question.attribute,
        choices=tuple(
            ChoiceRule(
                value=choice["value"],
                number=choice["number"],
                words=frozenset(fold(word) for words in choice["words"].values() for word in words),
            )
            for choice in question.choices
        ),
        earliest_day=question.earliest_day,
        latest_day=question.latest_day,
        expires=timedelta(hours=question.expires_hours) if question.expires_hours else None,
        outcomes={
            value: OutcomeRule(outcome.get("reply") or "", Then(outcome.get("then") or ""))
            for value, outcome in question.outcomes.items()
        },
    )


def _keywords(version: CampaignVersion) -> dict[str, KeywordRule]:
    return {
        keyword.folded: KeywordRule(
            KeywordAction(keyword.action), keyword.bank.key if keyword.bank else ""
        )
        for keyword in version.keywords.select_related("bank")
    }


def _texts(version: CampaignVersion) -> dict[tuple[str, str], Wording]:
    return {
        (text.key, text.language): compile_wording(text.body, version.campaign.variables)
        for text in version.texts.all()
    }
