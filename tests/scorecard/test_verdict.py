"""A line has passed only when everything of it did."""

import base64
from xml.etree import ElementTree

import pytest

from tests.scorecard import verdict


def report(*cases: str, properties: str = "") -> ElementTree.Element:
    inner = "".join(f'<testcase name="test_{place}">{each}</testcase>' for place, each in
                    enumerate(cases))  # fmt: skip
    return ElementTree.fromstring(
        f"<testsuites><testsuite><properties>{properties}</properties>{inner}</testsuite>"
        "</testsuites>"
    )


def test_line_passes_with_its_figures() -> None:
    printed = 'noise\n{"proof": "R1", "lost": 0}\n{"proof": "R1", "doubled": 0}\n{broken\n.'

    found = verdict.of_tests(report("", ""), 0, printed)

    assert found.state == verdict.PASSED
    assert found.figures == {"tests": 2, "lost": 0, "doubled": 0}


@pytest.mark.parametrize("broken", ["<failure/>", "<error/>"])
def test_line_with_a_broken_test_failed_and_keeps_its_figures(broken: str) -> None:
    found = verdict.of_tests(report("", broken), 1, '{"proof": "R1", "lost": 3}')

    assert (found.state, found.because) == (verdict.FAILED, "test_1")
    assert found.figures["lost"] == 3


def test_figures_of_what_was_done_unguarded_say_so() -> None:
    printed = '{"proof": "R22", "doubled": 0}\n{"proof": "R22 unguarded", "doubled": 121}'

    assert verdict.figures_in(printed) == {"doubled": 0, "unguarded doubled": 121}


@pytest.mark.parametrize("code", [1, 2, 4, -9])
def test_line_that_ended_badly_failed_though_no_test_says_so(code: int) -> None:
    assert verdict.of_tests(report(""), code, "").state == verdict.FAILED
    assert verdict.of_tests(None, code, "").state == verdict.FAILED


def test_line_without_a_report_failed_whatever_the_code() -> None:
    assert verdict.of_tests(None, 0, "").state == verdict.FAILED


def test_line_with_a_skipped_test_or_none_was_not_run() -> None:
    assert verdict.of_tests(report("", "<skipped/>"), 0, "").state == verdict.NOT_RUN
    assert verdict.of_tests(report(), 0, "").state == verdict.NOT_RUN


def test_examples_of_all_properties_are_counted() -> None:
    told = (
        "  - during generate phase (1 s):\n    - 120 passing, 0 failing, and 3 invalid test cases"
    )
    value = base64.b64encode(told.encode()).decode()
    each = f'<property name="hypothesis-statistics-t" value="{value}"/>'

    found = verdict.of_tests(report("", properties=each * 2), 0, "")

    assert found.figures["examples"] == 240


def test_program_passes_only_when_every_check_did() -> None:
    well = '{"check": "a", "state": "passed", "told": "3 parts"}'
    out = '{"check": "b", "state": "not run", "told": "could not reach its list"}'
    bad = '{"check": "c", "state": "failed", "told": "1 high"}'

    assert verdict.of_program(0, well).state == verdict.PASSED
    assert verdict.of_program(0, f"{well}\n{out}").state == verdict.NOT_RUN
    assert verdict.of_program(0, f"{well}\n{out}").because == "b: could not reach its list"
    assert verdict.of_program(1, f"{well}\n{bad}\n{out}").state == verdict.FAILED
    assert verdict.of_program(0, f"{well}\n{bad}").state == verdict.FAILED
    assert verdict.of_program(1, well).state == verdict.FAILED
    assert verdict.of_program(0, "").state == verdict.FAILED
