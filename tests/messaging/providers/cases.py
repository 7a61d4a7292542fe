"""Every provider's case, found by its name: a new one is held to the contract by being there."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import messaging.providers as adapters
import tests.messaging.providers as here
from messaging.providers.base import Provider
from tests.messaging.providers.case import Case

_SECRET = re.compile("secret|password|key|token|login")


def _modules(package: ModuleType) -> list[ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    of_cases = [name for name in names if package is not here or name.startswith("case_")]
    return [importlib.import_module(f"{package.__name__}.{name}") for name in of_cases]


def providers() -> set[str]:
    """Modules that hold a provider of their own."""
    return {
        module.__name__.rpartition(".")[2]
        for module in _modules(adapters)
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Provider) and found is not Provider
        if found.__module__ == module.__name__
    }


_FOUND: dict[str, tuple[Case, dict[str, Any]]] = {
    module.CASE.name: (module.CASE, getattr(module, "OPTIONS", {})) for module in _modules(here)
}
CASES: list[Case] = [case for case, _ in _FOUND.values()]
CALLING = [case for case in CASES if case.calls_http]


def secrets(case: Case) -> list[str]:
    """What stands in the case's OPTIONS under a name that says so."""
    return list(_secrets(_FOUND[case.name][1], False))


def _secrets(value: Any, secret: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for name, held in value.items():
            yield from _secrets(held, secret or bool(_SECRET.search(str(name))))
    elif isinstance(value, list | tuple):
        for held in value:
            yield from _secrets(held, secret)
    elif secret and isinstance(value, str) and len(value) > 10:
        yield value
