"""The table says what is there, and nothing that is there is missing from it."""

import ast
import re
from pathlib import Path

import pytest

from config import places
from tests.scorecard.lines import LINES, SIZES, Line, environment

_CHAOS = places.CHECKOUT / "tests" / "chaos"
_KEYS = [*(f"R{number}" for number in range(1, 25)), "audit"]
_NODES = [(line.key, node) for line in LINES for node in line.nodes]


def test_every_line_has_its_place() -> None:
    assert [line.key for line in LINES] == _KEYS


@pytest.mark.parametrize(("key", "node"), _NODES)
def test_every_named_proof_exists(key: str, node: str) -> None:
    path, _, name = node.partition("::")
    file = places.CHECKOUT / path
    assert file.exists(), f"{key}: {path}"
    tests = [
        part.name
        for part in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(part, ast.FunctionDef) and part.name.startswith("test_")
    ]
    assert tests, f"{key}: {path} has no tests"
    assert not name or name in tests, f"{key}: {path} has no {name}"


@pytest.mark.parametrize(
    "line", [line for line in LINES if line.program], ids=lambda line: line.key
)
def test_every_named_program_exists(line: Line) -> None:
    assert Path(places.CHECKOUT, *line.program.split(".")).with_suffix(".py").exists()


@pytest.mark.parametrize("file", sorted(_CHAOS.glob("test_r*_*.py")), ids=lambda file: file.name)
def test_every_proof_of_chaos_is_in_its_line(file: Path) -> None:
    found = re.match(r"test_r(\d+)_", file.name)
    assert found is not None
    line = next(line for line in LINES if line.key == f"R{found[1]}")

    assert any(node.partition("::")[0] == f"tests/chaos/{file.name}" for node in line.nodes), (
        f"enter it in tests/scorecard/lines.py, at {line.key}"
    )


def test_larger_sizes_try_more_examples() -> None:
    assert [environment(size).get("HYPOTHESIS_PROFILE") for size in SIZES] == [None, "long", "long"]
    assert [environment(size)["CHAOS"] for size in SIZES] == list(SIZES)
