"""Small mistakes made in a module on purpose, one at a time. Pure.

A comparison turned, an AND that is an OR, a number that is one more, a condition that is the other
way round, a result that is withheld; and in SQL likewise.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_SWAPPED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
}  # fmt: skip
_IS_SQL = re.compile(r"\b(SELECT|UPDATE|INSERT INTO|DELETE FROM|EXISTS|AND|WHERE) ")
_SQL = {
    "<=": "<", ">=": ">", "<>": "=", " < ": " <= ", " > ": " >= ", " = ": " <> ",
    " AND ": " OR ", "NOT EXISTS": "EXISTS", "IS NOT NULL": "IS NULL", "IS NULL": "IS NOT NULL",
}  # fmt: skip
_SQL_PLACES = re.compile("|".join(map(re.escape, sorted(_SQL, key=len, reverse=True))))


@dataclass(frozen=True, slots=True)
class Mutation:
    line: int
    what: str
    make: Callable[[], None]


def of(tree: ast.Module) -> list[Mutation]:
    """All of a module's, in their order; each changes this tree when it is made."""
    idle = _docstrings(tree) | _decorations(tree)
    return [
        mutation for node in ast.walk(tree) if id(node) not in idle for mutation in _of_node(node)
    ]


def _docstrings(tree: ast.Module) -> set[int]:
    """Words that stand for themselves change nothing."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _decorations(tree: ast.Module) -> set[int]:
    """Nor does, to what is decided, how a class keeps its fields, and how much a cache keeps."""
    kept: list[ast.AST] = []
    for each in ast.walk(tree):
        if isinstance(each, ast.ClassDef):
            kept += each.decorator_list
            kept += [line.value for line in each.body if _is_field(line)]
        elif isinstance(each, ast.FunctionDef):
            kept += [one for one in each.decorator_list if _calls(one, "lru_cache")]
    return {id(node) for one in kept for node in ast.walk(one)}


def _is_field(line: ast.stmt) -> TypeGuard[ast.AnnAssign]:
    return isinstance(line, ast.AnnAssign) and _calls(line.value, "field")


def _calls(node: ast.AST | None, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _of_node(node: ast.AST) -> Iterator[Mutation]:
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                if turned := _TURNED.get(type(op)):
                    yield _set(node, f"{type(op).__name__} turned", ops, place, turned())
        case ast.BoolOp(op=op):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield Mutation(node.lineno, "and, or", lambda: setattr(node, "op", other))
        case ast.BinOp(op=op) if swapped := _SWAPPED.get(type(op)):
            yield Mutation(
                node.lineno, f"{type(op).__name__} swapped",
                lambda swapped=swapped: setattr(node, "op", swapped()),
            )  # fmt: skip
        case ast.If() | ast.IfExp() | ast.While():
            turned_test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
            yield Mutation(
                node.lineno, "the other way round", lambda: setattr(node, "test", turned_test)
            )
        case ast.Return(value=value) if not _is_nothing(value):
            none = ast.copy_location(ast.Constant(None), value)
            yield Mutation(node.lineno, "returns nothing", lambda: setattr(node, "value", none))
        case ast.Constant(value=value):
            yield from _of_constant(node, value)


def _is_nothing(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _of_constant(node: ast.Constant, value: object) -> Iterator[Mutation]:
    if isinstance(value, bool):
        yield Mutation(node.lineno, f"not {value}", lambda: setattr(node, "value", not value))
    elif isinstance(value, int):
        yield Mutation(node.lineno, f"{value} and 1", lambda: setattr(node, "value", value + 1))
    elif isinstance(value, str) and _IS_SQL.search(value):
        for found in _SQL_PLACES.finditer(value):
            changed = value[: found.start()] + _SQL[found[0]] + value[found.end() :]
            line = node.lineno + value[: found.start()].count("\n")
            yield Mutation(
                line, f"SQL {found[0].strip()}",
                lambda changed=changed: setattr(node, "value", changed),
            )  # fmt: skip


def _set(
    node: ast.Compare, what: str, ops: list[ast.cmpop], place: int, turned: ast.cmpop
) -> Mutation:
    return Mutation(node.lineno, what, lambda: ops.__setitem__(place, turned))
