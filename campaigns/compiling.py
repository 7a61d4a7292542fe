"""Rows of a version -> Content, kept per process: a published version never changes."""

from collections.abc import Iterator, Mapping
from datetime import time, timedelta

from campaigns.age_gate import minimum_age
from campaigns.conditions import Condition, compile_condition
from campaigns.content import Content
from campaigns.draw_rules import draw_rule
from campaigns.manners import resolved
from campaigns.measures import MEASURES, BandRule, usual_unit
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.question import Question
from campaigns.models.stage import Stage
from campaigns.models.step import Step
from campaigns.own_questions import OWN_QUESTIONS
from campaigns.pack_scales import scale_of
from campaigns.rules import (
    ANY_LANGUAGE,
    ENTRY,
    AttributeKind,
    AttributeRule,
    Caps,
    ChoiceRule,
    IfUnknown,
    KeywordAction,
    KeywordRule,
    LateRule,
    OutcomeRule,
    Priority,
    ProfileRule,
    QuestionKind,
    QuestionRule,
    StageRule,
    StepRule,
    Then,
    Track,
    VariantRule,
    entry_anchor,
)
from campaigns.schedule import Avoid, Span
from campaigns.trial_rules import trial_rule
from campaigns.trial_values import trial_of
from campaigns.wording import Wording, compile_wording
from messaging.folding import fold

_compiled: dict[tuple[int, int], Content] = {}
#: Few versions are live at once; the bound is against a process that lives for years.
_MOST = 64


def content_of(version_id: int) -> Content:
    """The compiled version. Raises MissingValue when a country variable has no value.

    Frozen versions are kept; what an administrator may correct at any time, such as the quit line's
    number, is part of the key.
    """
    return compiled(CampaignVersion.objects.select_related("campaign").get(pk=version_id))


def compiled(version: CampaignVersion) -> Content:
    """The same of a row at hand, which knows its campaign."""
    campaign = version.campaign
    stamp = hash((campaign.minimum_age, *sorted(campaign.variables.items())))
    if version.status not in CampaignVersion.FROZEN:
        return compile_version(version)
    found = _compiled.get((version.pk, stamp))
    if found is None:
        if len(_compiled) >= _MOST:
            _compiled.clear()
        found = _compiled[version.pk, stamp] = compile_version(version)
    return found


def compile_to_read(version: CampaignVersion) -> Content:
    """To look at, not to send: a country variable without a value stands there by its name."""
    known = version.campaign.variables
    lacking = [name for name in version.pack.get("variables", ()) if not known.get(name)]
    if not lacking:
        return compiled(version)
    named = {name: f"[{name.replace('_', ' ')}]" for name in lacking}
    return compile_version(version, {**known, **named})


def compile_version(
    version: CampaignVersion, variables: Mapping[str, str] | None = None
) -> Content:
    """`variables`: in the place of the campaign's. Raises BadCondition, and MissingValue when a
    country variable has no value."""
    known = version.campaign.variables if variables is None else variables
    return Content(
        version_id=version.pk,
        campaign_id=version.campaign_id,
        hours=Span(version.hours_start, version.hours_end),
        slots={name: _span(*ends) for name, ends in version.slots.items()},
        default_slot=version.default_slot,
        languages=tuple(version.languages),
        default_language=version.default_language,
        onboarding=tuple(version.onboarding),
        steps=tuple(_steps(version)),
        questions={
            **OWN_QUESTIONS,
            **{
                question.key: _question(question, version.campaign.country)
                for question in version.questions.all()
            },
        },
        banks={
            bank.key: tuple(text.key for text in bank.texts.all())
            for bank in version.banks.prefetch_related("texts")
        },
        keywords=_keywords(version),
        texts=_texts(version, known),
        defaults=version.defaults,
        stages={stage.key: _stage(stage) for stage in version.stages.all()},
        attributes={
            name: AttributeRule(AttributeKind(rule["type"]), rule.get("replaced_by") or "")
            for name, rule in version.attributes.items()
        },
        profiles={
            name: ProfileRule(rule.get("less") or "", rule.get("more") or "")
            for name, rule in version.profiles.items()
        },
        default_profile=version.default_profile,
        min_gap=timedelta(minutes=version.min_gap_minutes),
        caps=Caps(version.cap_day, version.cap_week),
        minimum_age=minimum_age(version.campaign.country, version.campaign.minimum_age),
        scales={name: scale_of(written) for name, written in version.scales.items()},
        silent=None if version.silent_days is None else timedelta(days=version.silent_days),
        trials=tuple(trial_rule(trial_of(written)) for written in version.pack.get("trials", ())),
    )


def _span(start: str, end: str) -> Span:
    return Span(time.fromisoformat(start), time.fromisoformat(end))


def _anchor(stage: Stage) -> str:
    return entry_anchor(stage.key) if stage.anchor == ENTRY else stage.anchor


def _stage(stage: Stage) -> StageRule:
    after = stage.then_after_days
    return StageRule(
        key=stage.key,
        anchor=_anchor(stage),
        track=Track(stage.track),
        then_after=None if after is None else timedelta(days=after),
        then_enter=stage.then_enter,
    )


def _steps(version: CampaignVersion) -> Iterator[StepRule]:
    """A repeated step is a rule for each time it comes."""
    rows = version.steps.select_related("stage", "question", "bank").order_by(
        "stage__position", "position"
    )
    conditions: dict[str, Condition] = {}
    for row in rows:
        for turn in range(row.repeat_times):
            yield _step(row, turn, conditions)


def _step(step: Step, turn: int, conditions: dict[str, Condition]) -> StepRule:
    stage = step.stage

    def condition(*sources: str) -> Condition | None:
        source = " and ".join(f"({part})" for part in sources if part)
        if source and source not in conditions:
            conditions[source] = compile_condition(source)
        return conditions[source] if source else None

    return StepRule(
        key=step.key,
        stage=stage.key,
        anchor=_anchor(stage),
        track=Track(stage.track),
        late=LateRule(step.late),
        shelf=timedelta(hours=step.shelf_hours),
        priority=Priority(step.priority),
        day=None if step.day is None else step.day + turn * (step.repeat_every_days or 0),
        slot=step.slot,
        after=None if step.after_minutes is None else timedelta(minutes=step.after_minutes),
        question=step.question.key if step.question else "",
        repeat=turn,
        profiles=frozenset(step.profiles or stage.profiles),
        when=condition(stage.when, step.when),
        bank=step.bank.key if step.bank else "",
        variants=tuple(
            VariantRule(variant["name"], condition(variant.get("when") or ""))
            for variant in step.variants
        ),
        avoid=frozenset(Avoid(sort) for sort in (*stage.avoid, *step.avoid)),
        pool=stage.pool,
        if_unknown=IfUnknown(step.if_unknown),
        draw=draw_rule(step.draw),
    )


def _question(question: Question, country: str) -> QuestionRule:
    measure = MEASURES.get(question.measure)
    unit = question.unit
    if measure is not None and not unit:
        unit = usual_unit(measure, country).name
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
        lowest=question.lowest,
        highest=question.highest,
        unit=unit,
        measure=question.measure,
        bands=tuple(BandRule(**band) for band in question.bands),
        consent=question.consent,
        reminder=timedelta(hours=question.reminder_hours) if question.reminder_hours else None,
        expires=timedelta(hours=question.expires_hours) if question.expires_hours else None,
        outcomes={value: _outcome(outcome) for value, outcome in question.outcomes.items()},
    )


def _outcome(outcome: Mapping[str, str | None]) -> OutcomeRule:
    return OutcomeRule(
        reply=outcome.get("reply") or "",
        then=Then(outcome.get("then") or ""),
        stage=outcome.get("stage") or "",
        next=outcome.get("next") or "",
    )


def _keywords(version: CampaignVersion) -> dict[str, KeywordRule]:
    found: dict[str, KeywordRule] = {}
    for keyword in version.keywords.select_related("bank", "question", "stage"):
        # Folded anew: stored rows may have been folded by an older hand than what is texted today.
        word = fold(keyword.word)
        own = version.languages if keyword.language == ANY_LANGUAGE else [keyword.language]
        shared = found[word].languages if word in found else frozenset()
        found[word] = KeywordRule(
            KeywordAction(keyword.action),
            bank=keyword.bank.key if keyword.bank else "",
            question=keyword.question.key if keyword.question else "",
            stage=keyword.stage.key if keyword.stage else "",
            case=keyword.case,
            languages=shared.union(own),
        )
    return found


def _texts(
    version: CampaignVersion, variables: Mapping[str, str]
) -> dict[tuple[str, str], Wording]:
    bodies: dict[str, dict[str, str]] = {}
    for language, key, body in version.texts.values_list("language", "key", "body"):
        bodies.setdefault(language, {})[key] = body
    return {
        (key, language): compile_wording(words, variables)
        for language, texts in bodies.items()
        for key in texts
        if (words := resolved(key, texts)) is not None
    }
