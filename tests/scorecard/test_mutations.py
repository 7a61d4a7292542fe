"""Each mistake is made where it is said to be, and one at a time."""

import ast

import pytest

from config import places
from tests.scorecard import mutations
from tests.scorecard.mutants import MODULES, Module

SOURCE = '''
"""WHERE words AND words stand for themselves."""
SQL = "SELECT a WHERE a.x <= b AND NOT EXISTS (c)"

def late(a, b):
    """No mistake is made in here: 1 < 2."""
    if a < b and b != 3:
        return a + 1
    return True
'''


def mutants() -> list[tuple[int, str, str]]:
    found = []
    for place in range(len(mutations.of(ast.parse(SOURCE)))):
        tree = ast.parse(SOURCE)
        mutation = mutations.of(tree)[place]
        mutation.make()
        found.append((mutation.line, mutation.what, ast.unparse(ast.fix_missing_locations(tree))))
    return found


def test_each_mutant_differs_from_the_source_and_from_the_others() -> None:
    made = [source for _, _, source in mutants()]

    assert len({*made, ast.unparse(ast.parse(SOURCE))}) == len(made) + 1


def test_each_kind_of_mistake_is_made() -> None:
    lines = [line for _, _, source in mutants() for line in source.splitlines()]

    for line in (
        "    if a <= b and b != 3:", "    if a < b or b != 3:", "    if a < b and b == 3:",
        "    if a < b and b != 4:", "    if not (a < b and b != 3):", "        return a - 1",
        "        return a + 2", "        return None", "    return False",
        "SQL = 'SELECT a WHERE a.x < b AND NOT EXISTS (c)'",
        "SQL = 'SELECT a WHERE a.x <= b OR NOT EXISTS (c)'",
        "SQL = 'SELECT a WHERE a.x <= b AND EXISTS (c)'",
    ):  # fmt: skip
        assert line in lines


def test_lines_are_those_of_the_source() -> None:
    assert {line for line, _, _ in mutants()} == {3, 7, 8, 9}


def test_how_fields_and_caches_are_kept_is_no_mistake() -> None:
    kept = """
@dataclass(frozen=True)
class Span:
    first: int = field(init=False, repr=False)
    most: int = 3

@lru_cache(maxsize=64)
def known(): ...

@retried(times=5)
def asked(): ...
"""
    assert [each.what for each in mutations.of(ast.parse(kept))] == ["3 and 1", "5 and 1"]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_every_module_has_places_for_mistakes_and_tests(module: Module) -> None:
    source = (places.CHECKOUT / module.path).read_text(encoding="utf-8")

    assert len(mutations.of(ast.parse(source))) >= 5
    assert all((places.CHECKOUT / test).exists() for test in module.tests)
