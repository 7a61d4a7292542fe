from pathlib import Path

import pytest

from campaigns.condition_telling import anchor_words, told
from campaigns.conditions import compile_condition
from campaigns.pack import read_pack

CURRICULA = Path(__file__).resolve().parents[2] / "curricula"

SAID = {
    "": "",
    "product = 'vape'": "product is vape",
    "per_day > 10 and product != 'vape'": "per day is above 10 and product is not vape",
    "product in ('vape', 'snus', 'pipe')": "product is vape, snus or pipe",
    "product not in ('vape', 'snus')": "product is not vape or snus",
    "age between 18 and 24": "age is from 18 to 24",
    "weekday in (6, 7)": "weekday is Saturday or Sunday",
    "known(goal)": "goal is known",
    "not known(goal)": "goal is not known",
    "not not known(goal)": "goal is known",
    "smoked = true": "smoked is yes",
    "answer.mood = 'bad'": "the answer to mood is bad",
    "consent.research": "she said yes to research",
    "not consent.research": "she has not said yes to research",
    "stage.relapse": "she is in relapse",
    "days_since(quit_date) = 0": "on the quit date",
    "days_since(quit_date) != 1": "not 1 day after the quit date",
    "days_since(quit_date) >= 0": "on the quit date or later",
    "days_since(quit_date) < 1": "on the quit date or earlier",
    "days_since(quit_date) > 3": "at least 4 days after the quit date",
    "days_since(quit_date) < 8": "no later than 7 days after the quit date",
    "days_since(quit_date) > -11": "no earlier than 10 days before the quit date",
    "days_since(quit_date) < -2": "at least 3 days before the quit date",
    "days_since(enrolment) between 0 and 3": "on day 0 to 3 counted from joining",
    "not (days_since(calendar.ramadan) between 0 and 37)": (
        "not on day 0 to 37 counted from Ramadan"
    ),
    "a = 1 or (b = 2 and c = 3)": "a is 1 or (b is 2 and c is 3)",
    "(a = 1) and (b = 2)": "a is 1 and b is 2",
    "not (a = 1 or b = 2)": "not (a is 1 or b is 2)",
}


@pytest.mark.parametrize(("source", "words"), SAID.items())
def test_condition_is_told_as_people_say_it(source: str, words: str) -> None:
    assert told(source) == words
    compile_condition(source)


@pytest.mark.parametrize("pack", ["mcessation", "mdiabetes", "mwellness"])
def test_every_condition_that_ships_is_told_without_its_signs(pack: str) -> None:
    conditions = {
        source
        for stage in read_pack(CURRICULA / pack).stages
        for source in (
            stage.when,
            *(step.when for step in stage.steps),
            *(variant.when for step in stage.steps for variant in step.variants),
        )
        if source
    }

    assert conditions
    for source in conditions:
        words = told(source)
        assert words
        assert not set("='<>_") & set(words), words


def test_anchor_is_named_in_words() -> None:
    assert anchor_words("calendar.eid_al_fitr") == "Eid al fitr"
    assert anchor_words("birth_date") == "the birth date"
