"""Small compiled contents for tests of the pure hearts; no database."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

from campaigns.content import Content
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
from campaigns.wording import compile_wording

HOURS = Span(time(8), time(20, 30))
SLOTS = {
    "morning": Span(time(9), time(9, 30)),
    "midday": Span(time(12), time(12, 30)),
    "evening": Span(time(18), time(18, 30)),
}


def day_step(key: str, day: int, slot: str = "morning", **kwargs: Any) -> StepRule:
    rule = {
        "stage": "core",
        "anchor": "quit_date",
        "track": Track.CORE,
        "late": LateRule.SKIP,
        "shelf": timedelta(hours=4),
        "priority": Priority.CORE,
        **kwargs,
    }
    return StepRule(key=key, day=day, slot=slot, **rule)


def event_step(key: str, minutes: int, anchor: str = "enrolment", **kwargs: Any) -> StepRule:
    rule = {
        "stage": "welcome",
        "track": Track.CORE,
        "late": LateRule.NEXT_WINDOW,
        "shelf": timedelta(hours=12),
        "priority": Priority.CORE,
        **kwargs,
    }
    return StepRule(key=key, anchor=anchor, after=timedelta(minutes=minutes), **rule)


QUESTIONS = {
    "uses": QuestionRule(
        "uses",
        QuestionKind.YES_NO,
        outcomes={"no": OutcomeRule("reply.not_using", Then.INELIGIBLE)},
    ),
    "name": QuestionRule("name", QuestionKind.NAME, attribute="first_name"),
    "date": QuestionRule("date", QuestionKind.DATE, attribute="quit_date"),
    "smoked": QuestionRule(
        "smoked",
        QuestionKind.YES_NO,
        expires=timedelta(hours=20),
        outcomes={
            "yes": OutcomeRule("reply.smoked.yes", Then.SLIP),
            "no": OutcomeRule("reply.smoked.no"),
        },
    ),
    "craving": QuestionRule(
        "craving",
        QuestionKind.CHOICE,
        choices=(
            ChoiceRule("low", 1, frozenset({"low"})),
            ChoiceRule("high", 3, frozenset({"high", "strong"})),
        ),
    ),
}
BANKS = {"crave": tuple(f"crave.{place}" for place in range(1, 6)), "slip": ("slip.1", "slip.2")}
KEYWORDS = {
    "join": KeywordRule(KeywordAction.JOIN),
    "crave": KeywordRule(KeywordAction.BANK, "crave"),
    "7": KeywordRule(KeywordAction.BANK, "crave"),
    "slip": KeywordRule(KeywordAction.SLIP, "slip"),
}


def content(
    *steps: StepRule, texts: Mapping[tuple[str, str], str] | None = None, **changes: Any
) -> Content:
    fields: dict[str, Any] = {
        "version_id": 1,
        "campaign_id": 1,
        "hours": HOURS,
        "slots": SLOTS,
        "default_slot": "morning",
        "languages": ("en",),
        "default_language": "en",
        "onboarding": ("uses", "name", "date"),
        "steps": steps,
        "questions": QUESTIONS,
        "banks": BANKS,
        "keywords": KEYWORDS,
        "texts": {key: compile_wording(text, {}) for key, text in (texts or {}).items()},
        "defaults": {"en": {"first_name": "friend"}},
        **changes,
    }
    return Content(**fields)
