from datetime import UTC, date, datetime

import pytest

from campaigns.conditions import ALWAYS, Facts, compile_condition

ANNA = Facts(
    values={
        "product": "Vape",
        "per_day": 12,
        "birth_date": date(2026, 12, 1),
        "attempt": 1,
        "profile": "light",
        "answer.pregnant": "no",
        "reading.glucose": 20.5,
    },
    days={"quit_date": -2, "enrolment": 3, "stage.not_ready": 0},
    stages=frozenset({"not_ready"}),
)
NOBODY = Facts()


@pytest.mark.parametrize(
    "source",
    [
        "",
        "  \n ",
        "true",
        "product = 'vape'",
        'product = "VAPE"',
        "product != 'cigarettes'",
        "per_day >= 12 and per_day < 12.5",
        "per_day between 12 and 20",
        "profile in ('light', 'standard')",
        "profile not in ('high')",
        "attempt in (1, 2)",
        "reading.glucose > 20",
        "birth_date = '2026-12-01'",
        "birth_date between '2026-11-30' and '2026-12-02'",
        "answer.pregnant = false",
        "days_since(quit_date) = -2",
        "days_since(quit_date) between -3 and -1",
        "days_since(enrolment) in (3, 7)",
        "days_since(stage.not_ready) < 1",
        "stage.not_ready",
        "not stage.early",
        "known(per_day) and not known(own_reason)",
        "known(enrolment)",
        "PRODUCT = 'x' OR Not (per_day < 3 AND attempt = 1)",
        "per_day = 1 or attempt = 1 and product = 'vape'",
    ],
)
def test_condition_that_fits_anna(source: str) -> None:
    assert compile_condition(source)(ANNA) is True


@pytest.mark.parametrize(
    "source",
    [
        "false",
        "product = 'cigarettes'",
        "per_day > 12",
        "per_day between 13 and 20",
        "profile not in ('light', 'standard')",
        "birth_date > '2026-12-01'",
        "answer.pregnant = true",
        "days_since(quit_date) >= 0",
        "stage.early",
        "not not stage.early",
        "(per_day = 1 or attempt = 1) and product = 'cigarettes'",
    ],
)
def test_condition_that_does_not_fit_anna(source: str) -> None:
    assert compile_condition(source)(ANNA) is False


def test_always_is_true_for_everyone() -> None:
    assert ALWAYS(NOBODY) is True
    assert compile_condition(" ") == ALWAYS


@pytest.mark.parametrize(
    "source",
    [
        "product = 'vape'",
        "product != 'vape'",
        "not (product = 'vape')",
        "not product in ('vape')",
        "product not in ('vape', 'cigarettes')",
        "not (per_day > 10)",
        "not (days_since(quit_date) < 3)",
        "not (birth_date between '2026-01-01' and '2026-12-31')",
        "answer.pregnant != true",
        "product = 'vape' or not product = 'vape'",
        "stage.early or product != 'vape'",
    ],
)
def test_unknown_value_makes_neither_a_comparison_nor_its_opposite_true(source: str) -> None:
    assert compile_condition(source)(NOBODY) is False


def test_unknown_part_does_not_spoil_what_is_certain_without_it() -> None:
    assert compile_condition("per_day > 99 or not stage.early")(NOBODY) is True
    assert compile_condition("not (per_day > 99 and stage.early)")(NOBODY) is True


def test_known_is_the_way_out_of_unknown() -> None:
    condition = compile_condition("not known(product) or product != 'vape'")

    assert condition(NOBODY) is True
    assert condition(Facts(values={"product": "cigarettes"})) is True
    assert condition(Facts(values={"product": "vape"})) is False


@pytest.mark.parametrize("value", ["", float("nan"), float("inf")])
@pytest.mark.parametrize("other", ["3", "'vape'", "'2026-12-01'", "true"])
def test_value_that_says_nothing_is_unknown(value: str | float, other: str) -> None:
    facts = Facts(values={"per_day": value})

    assert compile_condition("not known(per_day)")(facts) is True
    assert compile_condition(f"per_day != {other}")(facts) is False


def test_number_kept_as_words_compares_as_a_number() -> None:
    facts = Facts(values={"per_day": "9.5"})

    assert compile_condition("per_day < 12")(facts) is True
    assert compile_condition("per_day = 9.50")(facts) is True


def test_date_kept_as_words_or_with_a_time_compares_as_a_date() -> None:
    condition = compile_condition("birth_date <= '2026-12-01'")

    assert condition(Facts(values={"birth_date": "2026-12-01"})) is True
    assert condition(Facts(values={"birth_date": datetime(2026, 12, 1, 23, tzinfo=UTC)})) is True
    assert condition(Facts(values={"birth_date": date(2026, 12, 2)})) is False


@pytest.mark.parametrize("source", ["per_day = 3", "per_day != 3", "not (per_day < 3)"])
def test_value_that_is_no_number_is_unknown_to_a_number(source: str) -> None:
    assert compile_condition(source)(Facts(values={"per_day": "a lot"})) is False
    assert compile_condition(source)(Facts(values={"per_day": True})) is False


def test_day_is_none_of_the_choices_beside_it() -> None:
    condition = compile_condition("answer.next_visit != 'not_yet'")

    assert condition(Facts(values={"answer.next_visit": date(2026, 12, 1)})) is True
    assert condition(Facts(values={"answer.next_visit": "Not_Yet"})) is False
    assert condition(NOBODY) is False


def test_condition_says_what_it_speaks_of() -> None:
    condition = compile_condition(
        " answer.pregnant = 'no' and known(per_day) or days_since(quit_date) > 2 and stage.early "
    )

    assert condition.source[:6] == "answer"
    assert condition.names == {"answer.pregnant", "per_day"}
    assert condition.anchors == {"quit_date"}
    assert condition.stages == {"early"}


def test_conditions_with_one_source_are_one() -> None:
    assert len({compile_condition("stage.early"), compile_condition("stage.early ")}) == 1


def test_words_with_an_apostrophe_stand_in_double_quotes() -> None:
    assert compile_condition("""product = "don't know" """)(Facts(values={"product": "Don't know"}))
