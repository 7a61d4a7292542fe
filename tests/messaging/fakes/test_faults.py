import json
from pathlib import Path

import pytest

from messaging.fakes.faults import FINE, BadScript, Fault, Faults, How, read_script, script_of

NUMBER = "+447700900123"


def drawn(script: dict[str, object], calls: int) -> list[Fault]:
    faults = Faults(read_script(script))
    return [faults.of_call(NUMBER, "Hello") for _ in range(calls)]


def test_sequence_befalls_the_first_calls_in_order() -> None:
    found = drawn({"sequence": ["accept_then_500", "", "21211", "30003"]}, calls=5)

    assert found == [
        Fault(How.ACCEPT_THEN_500),
        FINE,
        Fault(How.REFUSED, 21211),
        Fault(How.FAILS_LATER, 30003),
        FINE,
    ]


def test_number_and_text_have_their_own_faults() -> None:
    faults = Faults(read_script({"numbers": {"0404": "21211"}, "texts": {"#drop": "drop"}}))

    assert faults.of_call("+447700900404", "#drop").how is How.REFUSED
    assert faults.of_call(NUMBER, "a #drop b").how is How.DROP
    assert faults.of_call(NUMBER, "a") == FINE


def test_draw_repeats_with_its_seed_and_keeps_its_shares() -> None:
    script = {"seed": 7, "rates": {"accept_then_hang": 0.2, "429": 0.3}}

    found = drawn(script, calls=2000)

    assert found == drawn(script, calls=2000)
    assert found != drawn({**script, "seed": 8}, calls=2000)
    shares = {how: sum(each.how is how for each in found) / 2000 for how in How}
    assert shares[How.ACCEPT_THEN_HANG] == pytest.approx(0.2, abs=0.04)
    assert shares[How.THROTTLED] == pytest.approx(0.3, abs=0.04)
    assert shares[How.FINE] == pytest.approx(0.5, abs=0.04)


def test_list_fails_as_often_as_asked_and_then_by_draw() -> None:
    faults = Faults(read_script({"listing": {"fail_first": 2}}))

    assert [faults.list_fails() for _ in range(4)] == [True, True, False, False]


@pytest.mark.parametrize(
    "script",
    [
        {"sequence": ["accept_then_smile"]},
        {"sequence": 7},
        {"rates": {"drop": 0.6, "429": 0.6}},
        {"rates": {"drop": -0.1}},
        {"rates": {"drop": "often"}},
        {"numbers": {"1": "99999"}},
        {"latency_ms": [9, 3]},
        {"reports": {"twice": 1}},
        {"surprise": True},
    ],
)
def test_script_with_anything_unknown_is_refused(script: dict[str, object]) -> None:
    with pytest.raises(BadScript):
        read_script(script)


def test_script_comes_from_json_or_a_file_of_it(tmp_path: Path) -> None:
    content = json.dumps({"latency_ms": [1, 2], "reports": {"delay_ms": 5}})
    (tmp_path / "faults.json").write_text(content)

    script = script_of(content)

    assert script == script_of(str(tmp_path / "faults.json"))
    assert (script.latency_ms, script.reports.delay_ms) == ((1.0, 2.0), (5.0, 5.0))
    for wrong in ("{", "[]", str(tmp_path / "nothing.json")):
        with pytest.raises(BadScript):
            script_of(wrong)
