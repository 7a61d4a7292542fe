"""Small compiled contents for tests of the pure hearts; no database."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

from campaigns.content import Content
from campaigns.measures import BandRule
from campaigns.rules import (
    AttributeKind,
    AttributeRule,
    ChoiceRule,
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


#: What `full` adds to `content`: a question of each kind, a word for each action, three doses.
MORE_QUESTIONS = {
    **QUESTIONS,
    "started": QuestionRule(
        "started",
        QuestionKind.DATE,
        attribute="quit_date",
        earliest_day=-180,
        choices=(ChoiceRule("not_yet", 1, frozenset({"not yet"})),),
        outcomes={"not_yet": OutcomeRule("reply.not_yet", Then.ENTER, stage="not_ready")},
    ),
    "language": QuestionRule(
        "language",
        QuestionKind.CHOICE,
        attribute="language",
        choices=(
            ChoiceRule("en", 1, frozenset({"english"})),
            ChoiceRule("nb", 2, frozenset({"norsk"})),
        ),
    ),
    "per_day": QuestionRule(
        "per_day", QuestionKind.NUMBER, attribute="per_day", lowest=0, highest=100
    ),
    "reason": QuestionRule("reason", QuestionKind.TEXT, attribute="own_reason"),
    "glucose": QuestionRule("glucose", QuestionKind.READING, lowest=1, highest=40, unit="mmol/L"),
    "pressure": QuestionRule(
        "pressure",
        QuestionKind.READING,
        measure="blood_pressure",
        bands=(BandRule("pressure.high", lowest=140, second_lowest=90, alarm=True), BandRule()),
    ),
    "often": QuestionRule(
        "often",
        QuestionKind.CHOICE,
        choices=(
            ChoiceRule("too_many", 1, frozenset({"too many"})),
            ChoiceRule("too_few", 2, frozenset({"too few"})),
            ChoiceRule("why", 3, frozenset({"why"})),
        ),
        outcomes={
            "too_many": OutcomeRule("reply.less", Then.LESS),
            "too_few": OutcomeRule(then=Then.MORE),
            "why": OutcomeRule("reply.why", next="reason"),
        },
    ),
}
ACTIONS = {
    **KEYWORDS,
    "why": KeywordRule(KeywordAction.ASK, question="reason"),
    "not ready": KeywordRule(KeywordAction.ENTER, stage="not_ready"),
    "less": KeywordRule(KeywordAction.LESS),
    "more": KeywordRule(KeywordAction.MORE),
    "pause": KeywordRule(KeywordAction.PAUSE),
    "resume": KeywordRule(KeywordAction.RESUME),
    "later": KeywordRule(KeywordAction.LATER),
    "time": KeywordRule(KeywordAction.TIME),
    "date": KeywordRule(KeywordAction.DATE),
    "new date": KeywordRule(KeywordAction.DATE),
    "language": KeywordRule(KeywordAction.LANGUAGE),
    "mydata": KeywordRule(KeywordAction.DATA),
    "delete": KeywordRule(KeywordAction.ERASE),
    "web": KeywordRule(KeywordAction.WEB),
    "sugar": KeywordRule(KeywordAction.READING, question="glucose"),
    "bp": KeywordRule(KeywordAction.READING, question="pressure"),
}
DOSES = {
    "light": ProfileRule(more="standard"),
    "standard": ProfileRule(less="light", more="high"),
    "high": ProfileRule(less="standard"),
}


def full(*steps: StepRule, **changes: Any) -> Content:
    """A content with everything a conversation can be about."""
    fields: dict[str, Any] = {
        "languages": ("en", "nb"),
        "questions": MORE_QUESTIONS,
        "keywords": ACTIONS,
        "profiles": DOSES,
        "default_profile": "standard",
        "stages": {"not_ready": StageRule("not_ready", "entry", Track.PATH)},
        "attributes": {
            "per_day": AttributeRule(AttributeKind.NUMBER),
            "own_reason": AttributeRule(AttributeKind.TEXT),
        },
        **changes,
    }
    return content(*steps, **fields)
