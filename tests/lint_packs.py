"""A small pack that no rule of the linter finds anything in, to be spoilt one thing at a time."""

from dataclasses import replace
from datetime import time

from campaigns.lint import RULES
from campaigns.lint_findings import Found, Setting
from campaigns.pack_values import (
    Pack,
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
)

TIPS = tuple(PackBankText(f"tip.{number}") for number in range(1, 6))
STEPS = (
    PackStep("day.0", day=0, slot="morning", tags=("1.9", "15.1")),
    PackStep("day.1", day=1, slot="morning", tags=("8.2", "12.4")),
    PackStep("ask.mood", day=2, slot="morning", question="mood", tags=("2.3",)),
)
CORE = PackStage("core", "Core", "quit_date", "core", "skip", 4, STEPS)
PATH = PackStage(
    "path",
    "Path",
    "entry",
    "path",
    "skip",
    4,
    (PackStep("path.1", after_minutes=60, tags=("13.2", "1.2", "15.3")),),
)
MOOD = PackQuestion(
    "mood",
    "choice",
    choices=(
        PackChoice("good", 1, {"en": ("GOOD",), "nb": ("BRA",)}),
        PackChoice("bad", 2, {"en": ("BAD",), "nb": ("DÅRLIG",)}),
    ),
    outcomes={"bad": PackOutcome(then="enter", stage="path")},
)
ENGLISH = {
    "question.name": "Hello from {{ programme }}. Your first name? STOP ends this.",
    "question.mood": "How are you? 1 good, 2 bad",
    "question.consent": "Would you like our free texts? YES or NO",
    "system.joined": "You are in. STOP ends the texts.",
    "system.help": "Texts from {{ programme }}. Ring {{ quitline }}. STOP ends them.",
    "day.0": "Today is the day.",
    "day.1": "One day is behind you.",
    "path.1": "No hurry at all.",
    **{f"tip.{number}": f"Tip number {number}" for number in range(1, 6)},
}
NORWEGIAN = {key: f"Norsk: {text}" for key, text in ENGLISH.items()}
PACK = Pack(
    key="small",
    name="Small",
    about="",
    review="",
    author="",
    languages=("en", "nb"),
    default_language="en",
    hours=PackSlot(time(8), time(20)),
    slots={"morning": PackSlot(time(9), time(10)), "evening": PackSlot(time(18), time(19))},
    default_slot="morning",
    variables={"programme": "its name", "quitline": "its number"},
    onboarding=("name",),
    stages=(CORE, PATH),
    questions=(PackQuestion("name", "name", attribute="first_name"), MOOD),
    banks=(PackBank("tip", "Tips", TIPS),),
    keywords=(
        PackKeyword("join", "", {"en": ("JOIN",), "nb": ("BLIMED",)}),
        PackKeyword("bank", "tip", {"en": ("TIP",), "nb": ("TIPS",)}),
    ),
    texts={"en": ENGLISH, "nb": NORWEGIAN},
    defaults={"en": {}, "nb": {}},
    profiles={"light": PackProfile(more="full"), "full": PackProfile(less="light")},
    default_profile="full",
    cap_day=5,
    cap_week=20,
    native_readers={
        "en": PackReader("Ann Example", "2026-11-01"),
        "nb": PackReader("Kari Eksempel", "2026-11-02"),
    },
)
SETTING = Setting(
    variables={"programme": "Breathe", "quitline": "0808 157 0123"},
    sender_address="60099",
    days_to_come=frozenset({"ramadan"}),
)


def found(rule: str, pack: Pack = PACK, setting: Setting = SETTING) -> list[Found]:
    (looked,) = (each for each in RULES if each.name == rule)
    return list(looked.look(pack, setting))


def saying(key: str, text: str, language: str = "en") -> Pack:
    """The pack with one text in other words."""
    return replace(PACK, texts={**PACK.texts, language: {**PACK.texts[language], key: text}})


def with_stages(*stages: PackStage) -> Pack:
    return replace(PACK, stages=stages)


def with_core(*steps: PackStep, **changes: object) -> Pack:
    return with_stages(replace(CORE, steps=steps, **changes), PATH)


def daily(count: int, each: int = 1, **changes: object) -> tuple[PackStep, ...]:
    """So many days with so many texts."""
    return tuple(
        PackStep(f"d{day}.{place}", day=day, slot="morning", **changes)  # type: ignore[arg-type]
        for day in range(count)
        for place in range(each)
    )
