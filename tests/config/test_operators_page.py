import ast
import re

import pytest

from config import places, queues

#: Methods of Environment whose setting's name is not an argument of the call.
_NAMED_BY_METHOD = {
    "log_level": "LOG_LEVEL",
    "secret_key": "SECRET_KEY",
    "database": "DATABASE_URL",
    "replica": "DATABASE_REPLICA_URL",
    "redis": "REDIS_URL",
}
_WITH_NAME = {"text", "flag", "names", "number", "secret", "keys", "token"}


def names_read_in_settings() -> set[str]:
    source = (places.CHECKOUT / "config" / "settings.py").read_text(encoding="utf-8")
    return {_name_read(call) for call in _calls_of_environment(ast.parse(source))}


def _calls_of_environment(tree: ast.Module) -> list[tuple[str, ast.Call]]:
    return [
        (call.func.attr, call)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "_environment"
    ]


def _name_read(found: tuple[str, ast.Call]) -> str:
    method, call = found
    if method in _NAMED_BY_METHOD:
        return _NAMED_BY_METHOD[method]
    assert method in _WITH_NAME, f"tell this test which setting Environment.{method} reads"
    name = call.args[0]
    assert isinstance(name, ast.Constant)
    assert isinstance(name.value, str)
    return name.value


def rows_of_settings() -> list[str]:
    page = (places.CHECKOUT / "docs" / "operators.md").read_text(encoding="utf-8")
    section = page.partition("\n## Settings\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([A-Z_]+)` \|", section, flags=re.MULTILINE)


def own_commands() -> set[str]:
    found = places.CHECKOUT.glob("*/management/commands/*.py")
    return {path.stem for path in found if not path.stem.startswith("_")}


def test_names_are_found_when_settings_read_the_environment() -> None:
    assert {"DEMO", "SECRET_KEY", "MASTER_KEYS", "DATABASE_URL", "LOG_LEVEL"} <= (
        names_read_in_settings()
    )


@pytest.mark.parametrize("name", sorted(names_read_in_settings()))
def test_setting_stands_once_in_the_operators_table_when_settings_read_it(name: str) -> None:
    assert rows_of_settings().count(name) == 1


@pytest.mark.parametrize("task", sorted(queues.TICKS))
def test_tick_stands_in_the_operators_table_with_its_interval_and_queue(task: str) -> None:
    page = (places.CHECKOUT / "docs" / "operators.md").read_text(encoding="utf-8")
    row = f"| `{task}` | {queues.TICKS[task]:.0f} s | `{queues.ROUTES[task]}` |"

    assert page.count(row) == 1


@pytest.mark.parametrize("name", sorted(own_commands()))
def test_command_stands_in_the_list_of_commands(name: str) -> None:
    page = (places.CHECKOUT / "docs" / "commands.md").read_text(encoding="utf-8")

    assert re.search(rf"`(manage\.py )?{name}\b", page)
