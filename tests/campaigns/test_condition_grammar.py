import pytest

from campaigns.conditions import BadCondition, Facts, compile_condition

AFTER_NAME = "after product expected =, !=, <, <=, >, >=, in, not in or between"
START = "expected a comparison such as product = 'vape', or known(...), stage.<key>, not or ("
NO_COMMA = "no comma belongs here; 6.5 has a point, and a list needs in (...)"


def refusal(source: str) -> str:
    with pytest.raises(BadCondition) as refused:
        compile_condition(source)
    assert str(refused.value) == f"column {refused.value.place}: {refused.value.message}"
    return str(refused.value)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("(attempt = 1", "column 1: the bracket opened here is never closed"),
        ("known(product", "column 6: the bracket opened here is never closed"),
        ("profile in ('light'", "column 12: the bracket opened here is never closed"),
        ("attempt = 1)", "column 12: this closing bracket has no opening one"),
        ("()", "column 1: there is nothing between these brackets"),
        ("true and ()", "column 10: there is nothing between these brackets"),
        ("known()", "column 6: there is nothing between these brackets"),
        ("profile in ()", "column 12: there is nothing between these brackets"),
        (
            "profile in 'light'",
            "column 12: after in expected brackets, as in ('light', 'standard'); found 'light'",
        ),
        ("days_sinc(x) > 1", "column 1: days_sinc takes no brackets; did you mean days_since?"),
        ("known product", "column 7: after known expected an opening bracket; found product"),
        ("known('vape')", "column 7: expected a name, as in known(product); found 'vape'"),
        (
            "days_since(3) > 1",
            "column 12: expected what to count from, as in days_since(quit_date); found 3",
        ),
    ],
)
def test_mistake_with_brackets(source: str, message: str) -> None:
    assert refusal(source) == message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("attempt == 1", "column 9: == is not understood; write = only once"),
        ("attempt <> 1", "column 9: <> is not understood; for 'is not' write !="),
        ("attempt => 1", "column 9: => is not understood; for 'at least' write >="),
        ("attempt =< 1", "column 9: =< is not understood; for 'at most' write <="),
        ("attempt ≥ 1", "column 9: ≥ is not understood; for 'at least' write >="),
        ("true && false", "column 6: && is not understood; write the word and"),
        ("true || false", "column 6: || is not understood; write the word or"),
        ("!true", "column 1: ! is not understood; write the word not, or != for 'is not'"),
        (
            "attempt = = 1",
            "column 11: after = expected a number, or words or a date in quotes; found =",
        ),
        (
            "per_day > 3 < 10",
            "column 13: a second comparison begins here; join the two with and or or",
        ),
        ("true ; false", "column 6: ; has no place in a condition"),
        ("true\x00", "column 5: an invisible character has no place in a condition"),
    ],
)
def test_sign_out_of_place(source: str, message: str) -> None:
    assert refusal(source) == message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("product = ‘vape’", "column 11: ‘ is not understood; write plain quotes, ' or \""),
        ("product = 'vape", "column 11: the quote opened here is never closed"),
        ("product = vape", "column 11: put quotes round words: 'vape'"),
        (
            "product = ''",
            (
                "column 11: there is nothing between the quotes; "
                "to ask for what is known, use known(...)"
            ),
        ),
        ("birth_date > 2026-12-01", "column 14: put quotes round a date: '2026-12-01'"),
        (
            "birth_date > '2026-02-30'",
            "column 14: there is no day 2026-02-30; write year-month-day",
        ),
    ],
)
def test_mistake_with_quotes(source: str, message: str) -> None:
    assert refusal(source) == message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("product", f"column 7: {AFTER_NAME}; the condition ends here"),
        ("product is 'vape'", f"column 9: {AFTER_NAME}; found is"),
        ("product not 'vape'", "column 13: after product not expected in; found 'vape'"),
        ("per_day > 3 and", f"column 15: {START}; the condition ends here"),
        ("or true", f"column 1: {START}; found or"),
        ("3 < per_day", "column 1: a comparison begins with a name, as in per_day > 10; found 3"),
        ("true attempt = 1", "column 6: expected and, or, or the end; found attempt"),
        ("(true true)", "column 7: expected and, or, or a closing bracket; found true"),
        ("known(a b)", "column 9: expected a closing bracket; found b"),
        ("a in ('b' 'c')", "column 11: expected a comma or a closing bracket; found 'c'"),
        ("per_day > 6,5", f"column 12: {NO_COMMA}"),
        (
            "per_day between 3",
            (
                "column 17: expected and between the two ends, as in between 5 and 10; "
                "the condition ends here"
            ),
        ),
        (
            "stage.early = true",
            "column 13: stage.early is true or false by itself; leave out what follows",
        ),
        (
            "known(stage.early)",
            "column 7: a stage is always known; write stage.early by itself",
        ),
    ],
)
def test_part_that_is_missing_or_too_much(source: str, message: str) -> None:
    assert refusal(source) == message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a > 'b'", "column 5: words have no order; after > expected a number or a date"),
        ("a <= true", "column 6: words have no order; after <= expected a number or a date"),
        ("a between 10 and 3", "column 18: the smaller end comes first, as in between 5 and 10"),
        (
            "a between 3 and '2026-12-01'",
            "column 17: the two ends of between must both be numbers or both dates",
        ),
        (
            "days_since(a) in (1, 'b')",
            "column 22: days_since(a) is a number of days, such as 3; found 'b'",
        ),
    ],
)
def test_kinds_that_do_not_go_together(source: str, message: str) -> None:
    assert refusal(source) == message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "(" * 21 + "true" + ")" * 21,
            "column 21: brackets and nots go at most 20 deep; make it simpler",
        ),
        (
            "not " * 21 + "true",
            "column 81: brackets and nots go at most 20 deep; make it simpler",
        ),
        (
            "true".ljust(501),
            "column 501: a condition has at most 500 characters, this has 501",
        ),
        ("a > 1234567890123456", "column 5: a number has at most 15 digits"),
    ],
)
def test_condition_that_goes_too_far(source: str, message: str) -> None:
    assert refusal(source) == message


def test_twenty_brackets_and_five_hundred_characters_are_allowed() -> None:
    assert compile_condition("(" * 20 + "true" + ")" * 20)(Facts()) is True
    assert compile_condition("not " * 20 + "true")(Facts()) is True
    assert compile_condition("(true) and " * 40 + "(true)")(Facts()) is True
    assert compile_condition("true".ljust(500))(Facts()) is True
