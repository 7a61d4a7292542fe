from dataclasses import replace
from datetime import time

import pytest

from campaigns.change import Change, Kind
from campaigns.diff import diff
from campaigns.pack_values import (
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

STEPS = (
    PackStep("week.03", day=4, slot="morning", late="skip", shelf_hours=4),
    PackStep("week.04", day=6, slot="morning", late="skip", shelf_hours=4),
)
STAGE = PackStage("core", "Core", "quit_date", "core", "skip", 4, STEPS)
OTHER = PackStage("later", "Later", "quit_date", "core", "skip", 4, ())
PACK = Pack(
    key="quit",
    name="Quit",
    about="",
    review="not clinically reviewed",
    author="Example",
    languages=("en", "nb"),
    default_language="en",
    hours=PackSlot(time(8), time(20)),
    slots={"morning": PackSlot(time(9), time(10)), "evening": PackSlot(time(18), time(19))},
    default_slot="morning",
    variables={"programme": "what it is called"},
    onboarding=("uses",),
    stages=(STAGE, OTHER),
    questions=(
        PackQuestion(
            "uses",
            "choice",
            choices=(PackChoice("low", 1, {"en": ("low",)}), PackChoice("high", 2, {})),
            outcomes={"low": PackOutcome("reply.low")},
        ),
    ),
    banks=(PackBank("crave", "Craving", (PackBankText("crave.1"), PackBankText("crave.2"))),),
    keywords=(PackKeyword("bank", "crave", {"en": ("CRAVE",)}),),
    texts={
        "en": {"week.03": "Three", "week.04": "Four", "reply.low": "Fine"},
        "nb": {"week.03": "Tre", "week.04": "Fire", "reply.low": "Fint"},
    },
    defaults={"en": {"first_name": "friend"}, "nb": {"first_name": "du"}},
)


def with_steps(*steps: PackStep, later: tuple[PackStep, ...] = ()) -> Pack:
    return replace(PACK, stages=(replace(STAGE, steps=steps), replace(OTHER, steps=later)))


def sentences(after: Pack) -> list[str]:
    return [change.sentence for change in diff(PACK, after)]


def test_equal_packs_have_no_difference() -> None:
    assert diff(PACK, replace(PACK)) == []


def test_step_on_another_day_moves() -> None:
    third = replace(STEPS[0], day=5, slot="evening")

    found = diff(PACK, with_steps(third, STEPS[1]))

    assert found == [
        Change(
            Kind.MOVED,
            "step",
            "week.03",
            before="day 4 morning",
            after="day 5 evening",
            stage="core",
        )
    ]
    assert found[0].sentence == "week.03 moves from day 4 morning to day 5 evening"


def test_step_in_another_stage_moves() -> None:
    assert sentences(with_steps(STEPS[0], later=(STEPS[1],))) == [
        "week.04 moves from core, day 6 morning to later, day 6 morning"
    ]


def test_step_after_a_moment_is_told_in_hours() -> None:
    third = replace(STEPS[0], day=None, slot="", after_minutes=180)

    assert sentences(with_steps(third, STEPS[1])) == [
        "week.03 moves from day 4 morning to 3 hours after"
    ]


def test_step_with_other_words_is_reworded_in_its_language_only() -> None:
    texts = {**PACK.texts, "nb": {**PACK.texts["nb"], "week.03": "Nummer tre"}}

    found = diff(PACK, replace(PACK, texts=texts))

    assert found == [Change(Kind.REWORDED, "step", "week.03", "nb", "Tre", "Nummer tre", "core")]
    assert found[0].sentence == 'week.03 is reworded (nb): "Tre" becomes "Nummer tre"'


def test_new_and_removed_steps_say_when_and_what() -> None:
    fifth = replace(STEPS[1], key="week.05", day=8)
    texts = {
        "en": {"week.03": "Three", "week.05": "Five", "reply.low": "Fine"},
        "nb": PACK.texts["nb"],
    }

    found = sentences(replace(with_steps(STEPS[0], fifth), texts=texts))

    assert found == [
        "week.05 is new, day 8 morning",
        "week.04 is gone, day 6 morning",
        'text week.05 is new (en): "Five"',
        'text week.04 is gone (en): "Four"',
    ]


def test_steps_in_another_order_are_told_once() -> None:
    assert sentences(with_steps(STEPS[1], STEPS[0])) == [
        "stage core: order of steps changes from week.03, week.04 to week.04, week.03"
    ]


def test_answer_text_that_is_no_step_stays_a_text() -> None:
    texts = {**PACK.texts, "en": {**PACK.texts["en"], "reply.low": "Good"}}

    (found,) = diff(PACK, replace(PACK, texts=texts))

    assert (found.subject, found.stage) == ("text", "")


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (
            replace(PACK, stages=(replace(STAGE, late="next_window"), OTHER)),
            "stage core: late changes from skip to next_window",
        ),
        (
            with_steps(replace(STEPS[0], shelf_hours=6), STEPS[1]),
            "week.03: shelf hours changes from 4 to 6",
        ),
        (
            replace(PACK, hours=PackSlot(time(7), time(20))),
            "the campaign: hours changes from 08:00-20:00 to 07:00-20:00",
        ),
        (
            replace(PACK, slots={"morning": PACK.slots["morning"]}),
            "the campaign: slots (evening) changes from 18:00-19:00 to nothing",
        ),
        (
            replace(PACK, defaults={**PACK.defaults, "en": {"first_name": "you"}}),
            "the campaign: defaults (en) changes from first_name: friend to first_name: you",
        ),
        (
            replace(PACK, questions=(replace(PACK.questions[0], expires_hours=20),)),
            "question uses: expires hours changes from 0 to 20",
        ),
        (
            replace(
                PACK,
                questions=(replace(PACK.questions[0], choices=PACK.questions[0].choices[:1]),),
            ),
            "question uses: choices (high) changes from high (number 2) to nothing",
        ),
        (
            replace(PACK, banks=(replace(PACK.banks[0], texts=(*PACK.banks[0].texts[::-1],)),)),
            "bank crave: order of texts changes from crave.1, crave.2 to crave.2, crave.1",
        ),
        (
            replace(PACK, keywords=(PackKeyword("bank", "crave", {"en": ("CRAVE", "URGE")}),)),
            "keyword bank crave: words (en) changes from CRAVE to CRAVE, URGE",
        ),
        (replace(PACK, keywords=()), "keyword bank crave is gone"),
        (replace(PACK, banks=()), "bank crave is gone, Craving"),
        (replace(PACK, stages=(STAGE,)), "stage later is gone, Later"),
        (replace(PACK, name="Quit now"), "the campaign: name changes from Quit to Quit now"),
    ],
)
def test_every_part_of_a_pack_is_compared(after: Pack, sentence: str) -> None:
    assert sentences(after) == [sentence]
