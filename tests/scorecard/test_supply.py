"""What the tools' answers come to."""

import json

import pytest

from tests.scorecard import supply
from tests.scorecard.patches import Standing
from tests.scorecard.verdict import FAILED, NOT_RUN, PASSED

CLEAN = {"name": "django", "version": "5", "vulns": []}
OPEN = {"name": "pillow", "version": "1", "vulns": [{"id": "PYSEC-1"}, {"id": "CVE-2"}]}
SKIPPED = {"name": "six", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("parts", "code", "state", "told"),
    [
        ([CLEAN], 0, PASSED, "1 parts, no known fault"),
        ([CLEAN, OPEN], 1, FAILED, "known faults: CVE-2, PYSEC-1"),
        ([OPEN, SKIPPED], 1, FAILED, "known faults: CVE-2, PYSEC-1"),
        ([CLEAN, SKIPPED], 0, NOT_RUN, "not looked up: six"),
        ([SKIPPED], 0, NOT_RUN, "pip-audit could not reach its list"),
        ([CLEAN], -1, NOT_RUN, "pip-audit could not reach its list"),
    ],
)
def test_known_faults(parts: list[dict[str, object]], code: int, state: str, told: str) -> None:
    found = supply.told_of_faults(code, json.dumps({"dependencies": parts}))

    assert (found.state, found.told) == (state, told)


@pytest.mark.parametrize("printed", ["", "Traceback", "{}"])
def test_answer_that_is_none_is_not_a_pass(printed: str) -> None:
    assert supply.told_of_faults(0, printed).state == NOT_RUN


def test_a_tool_that_is_not_there_is_not_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")

    assert supply.bandit().state == FAILED
    assert supply.sbom().state == FAILED
    assert supply.known_faults().state == NOT_RUN
    assert supply.patched().state == NOT_RUN


@pytest.mark.parametrize(
    ("standing", "state", "told"),
    [
        (Standing(3, [], [], []), PASSED, "3 parts, none a month behind its patches"),
        (
            Standing(3, ["six 1.1"], [], []),
            PASSED,
            "3 parts, none a month behind its patches, newer than a month: six 1.1",
        ),
        (Standing(3, [], ["six 1.1"], []), FAILED, "out for more than a month: six 1.1"),
        (Standing(3, [], ["six 1.1"], ["py"]), FAILED, "taken back by their makers: py"),
    ],
)
def test_patches(standing: Standing, state: str, told: str) -> None:
    found = supply.told_of_patches(standing)

    assert (found.state, found.told) == (state, told)


def test_list_of_parts_names_all_that_is_locked() -> None:
    assert supply.sbom().state == PASSED


def test_check_deploy_has_no_warning() -> None:
    assert supply.deploy().state == PASSED


def test_check_that_is_not_known_is_refused() -> None:
    assert supply.main(["horoscope"]) == 2
