from collections import Counter

from campaigns.conditions import Facts, compile_condition
from campaigns.rules import VariantRule
from enrolment.choosing import next_of, wording_of
from tests.contents import content, day_step
from tests.states import QUIT, state

NOBODY = Facts(values={}, days={}, stages=frozenset())
VAPES = Facts(values={"product": "vape"}, days={}, stages=frozenset())
VAPE = VariantRule("vape", compile_condition("product = 'vape'"))


def test_the_variant_whose_condition_holds_comes_first() -> None:
    step = day_step("q", 0, variants=(VAPE, VariantRule("a"), VariantRule("b")))

    assert wording_of(content(step), state(QUIT), step, VAPES, {}) == ("q@vape", "vape")
    assert wording_of(content(step), state(QUIT), step, NOBODY, {})[1] in ("a", "b")


def test_without_an_open_variant_the_steps_own_wording_serves() -> None:
    step = day_step("q", 0, variants=(VAPE,))

    assert wording_of(content(step), state(QUIT), step, NOBODY, {}) == ("q", "")


def test_open_variants_are_drawn_evenly_and_stay_with_the_person() -> None:
    step = day_step("q", 0, variants=(VariantRule("a"), VariantRule("b")))
    drawn = Counter(
        wording_of(content(step), state(QUIT, seed=seed), step, NOBODY, {})[1]
        for seed in range(1000)
    )

    assert set(drawn) == {"a", "b"}
    assert min(drawn.values()) > 400
    first = wording_of(content(step), state(QUIT, seed=5), step, NOBODY, {})
    assert first == wording_of(content(step), state(QUIT, seed=5), step, NOBODY, {})


def test_the_next_attempt_gets_the_other_variant() -> None:
    step = day_step("q", 0, variants=(VariantRule("a"), VariantRule("b")))

    one = wording_of(content(step), state(QUIT, attempt=1), step, NOBODY, {})
    two = wording_of(content(step), state(QUIT, attempt=2), step, NOBODY, {})

    assert {one[1], two[1]} == {"a", "b"}


def test_a_bank_step_sends_none_again_until_all_were_sent() -> None:
    step = day_step("extra", 0, bank="crave")
    rules, sent = content(step), Counter[str]()
    for _ in range(5):
        key, _ = wording_of(rules, state(QUIT), step, NOBODY, sent)
        sent[key] += 1

    assert sent == Counter(dict.fromkeys(rules.banks["crave"], 1))


def test_a_later_attempt_takes_unsent_texts_from_the_pool_while_there_are_any() -> None:
    step = day_step("q", 0, pool="slip")
    rules, again = content(step), state(QUIT, attempt=2)

    assert wording_of(rules, again, step, NOBODY, {}) == ("q", "")
    assert wording_of(rules, again, step, NOBODY, {"q": 1})[0] in ("slip.1", "slip.2")
    used_up = {"q": 1, "slip.1": 1, "slip.2": 1}
    assert wording_of(rules, again, step, NOBODY, used_up) == ("q", "")
    assert wording_of(rules, state(QUIT), step, NOBODY, {"q": 1}) == ("q", "")


def test_two_friends_start_a_bank_at_different_places() -> None:
    keys = ("a", "b", "c", "d")

    assert len({next_of(keys, seed, {}) for seed in range(4)}) == 4
