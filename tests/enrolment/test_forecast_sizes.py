"""What a step's text costs, usually and at most."""

from typing import Any

import pytest

from campaigns.rules import StepRule, VariantRule
from campaigns.wording import LONGEST_OWN, compile_wording
from enrolment.forecast_sizes import USUAL, Size, Sizes
from tests.contents import content, day_step

LONG = "x" * 155


def size_of(step: StepRule, texts: dict[str, str], **more: Any) -> Size:
    rules = content(step, texts={(key, "en"): text for key, text in texts.items()}, **more)
    return Sizes(rules).of(step, "en")


@pytest.mark.parametrize(
    ("body", "size"),
    [
        ("Day one.", Size(1, 1)),
        ("x" * 161, Size(2, 2)),
        ("ж" * 71, Size(2, 2)),
        # Six letters still fit, twenty do not.
        ("x" * 150 + "{{ first_name }}", Size(1, 2)),
    ],
)
def test_size_is_of_a_usual_name_and_of_the_longest(body: str, size: Size) -> None:
    assert size_of(day_step("day.1", 1), {"day.1": body}) == size


def test_size_at_most_minds_a_default_that_breaks_the_alphabet() -> None:
    size = size_of(
        day_step("day.1", 1),
        {"day.1": "x" * 100 + "{{ first_name }}"},
        defaults={"en": {"first_name": "друг"}},
    )

    assert size == Size(1, 2)


def test_size_of_a_bank_is_the_middle_and_the_longest_of_its_texts() -> None:
    texts = {"crave.1": "short", "crave.2": LONG * 2, "crave.3": LONG * 2, "crave.4": LONG * 4}

    assert size_of(day_step("tip", 1, bank="crave"), texts) == Size(3, 5)


def test_size_of_variants_counts_only_what_may_be_chosen() -> None:
    step = day_step("day.1", 1, variants=(VariantRule("a"), VariantRule("b")))
    texts = {"day.1": LONG * 9, "day.1@a": "short", "day.1@b": "short"}

    assert size_of(step, texts) == Size(1, 1)


def test_size_at_most_minds_what_comes_in_a_later_attempt() -> None:
    step = day_step("day.1", 1, pool="slip")

    assert size_of(step, {"day.1": "short", "slip.1": LONG * 2, "slip.2": "short"}) == Size(1, 3)


def test_every_field_has_a_usual_value_that_it_takes() -> None:
    assert USUAL.keys() == LONGEST_OWN.keys()
    assert all(len(value) <= LONGEST_OWN[field] for field, value in USUAL.items())


def test_size_of_a_question_is_its_wordings() -> None:
    step = day_step("ask", 1, question="smoked")

    assert size_of(step, {"question.smoked": LONG * 2}) == Size(3, 3)


def test_size_is_of_the_language() -> None:
    step = day_step("day.1", 1)
    rules = content(step, texts={("day.1", "en"): "Day", ("day.1", "nb"): LONG * 2})

    assert Sizes(rules).of(step, "nb") == Size(3, 3)
    assert Sizes(rules).of(step, "fr") == Size(1, 1)


def test_size_of_a_missing_wording_is_one_segment() -> None:
    assert size_of(day_step("day.1", 1), {}) == Size(1, 1)


def test_step_is_measured_once() -> None:
    step = day_step("day.1", 1)
    rules = content(step, texts={("day.1", "en"): "Day"})
    sizes = Sizes(rules)
    sizes.of(step, "en")
    rules.texts["day.1", "en"] = compile_wording(LONG * 2, {})  # type: ignore[index]

    assert sizes.of(step, "en") == Size(1, 1)
