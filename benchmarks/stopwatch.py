"""Seconds spent in named functions of a module, for saying where time goes."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class Stopwatch:
    """`seconds` by function name, calls from one another counted in both."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def on(self, module: ModuleType, name: str, *, of: ModuleType | None = None) -> Iterator[None]:
        """`of` is the module that calls it by a name of its own, when it isn't `module`."""
        holder = of or module
        function = getattr(holder, name)

        def timed(*arguments: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self.seconds[name.lstrip("_")] += time.perf_counter() - started

        setattr(holder, name, timed)
        try:
            yield
        finally:
            setattr(holder, name, function)
