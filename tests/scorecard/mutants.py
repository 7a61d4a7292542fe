"""R24: mistakes made on purpose in what decides of consent, windows and claims; how many of them a
test sees.

CHAOS=small, ci or full python -m tests.scorecard.mutants

A module a line of JSON. Small and CI size try a sample, the same one each time. A mutant that no
test sees in ten times the time that the tests take has been seen: it hangs.
"""

import ast
import json
import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import islice

from config import places, servers
from tests.scorecard import mutations
from tests.scorecard.mutations import Mutation
from tests.scorecard.verdict import FAILED, PASSED

SEEN_AT_LEAST = 0.85
_SAMPLE = {"small": 5, "ci": 60, "full": None}
_TIMES = 10.0
_LEAST_SECONDS = 120.0
_HANGS = -1


@dataclass(frozen=True, slots=True)
class Module:
    name: str
    tests: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"{self.name.replace('.', '/')}.py"


MODULES = (
    Module("messaging.stopwords", ("tests/messaging/test_stopwords.py", "tests/corpus")),
    Module(
        "messaging.optout",
        (
            "tests/messaging/test_optout.py",
            "tests/messaging/test_inbox.py",
            "tests/messaging/test_dispatch.py",
        ),
    ),
    Module(
        "campaigns.schedule",
        ("tests/campaigns/test_schedule.py", "tests/properties/test_schedule.py"),
    ),
    Module(
        "messaging.claiming",
        (
            "tests/messaging/test_claiming.py",
            "tests/messaging/test_dispatch.py",
            "tests/messaging/test_routing.py",
            "tests/messaging/test_alarms.py",
            "tests/messaging/test_spent_budget.py",
        ),
    ),
)


def main() -> int:
    size = os.environ.get("CHAOS", "ci")
    well = True
    # Held here, so that not every mutant starts servers of its own.
    with servers.held(places.CHECKOUT / "var" / "test", throwaway=True):
        for module in MODULES:
            line = _tried(module, _SAMPLE[size])
            well &= line["state"] == PASSED
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
    return int(not well)


def _tried(module: Module, sample: int | None) -> dict[str, str]:
    began = time.monotonic()
    if _code(module, "") != 0:
        return {"check": module.name, "state": FAILED, "told": "its tests fail without a mutant"}
    patience = max(_LEAST_SECONDS, _TIMES * (time.monotonic() - began))
    chosen = _chosen(module, sample)
    unseen = [
        mutation
        for place, mutation in chosen
        # Whatever pytest says but that all is well: a module that cannot be imported is seen too.
        if _code(module, f"{module.name}:{place}", patience) == 0
    ]
    share = 1 - len(unseen) / len(chosen)
    told = f"{len(chosen) - len(unseen)} of {len(chosen)} seen"
    if unseen:
        told += f", not: {', '.join(f'line {each.line} {each.what}' for each in unseen[:20])}"
    return {
        "check": module.name,
        "state": PASSED if share >= SEEN_AT_LEAST else FAILED,
        "told": told,
    }


def _chosen(module: Module, sample: int | None) -> list[tuple[int, Mutation]]:
    source = (places.CHECKOUT / module.path).read_text(encoding="utf-8")
    found = list(enumerate(mutations.of(ast.parse(source))))
    random.Random(24).shuffle(found)
    return list(islice(found, sample))


def _code(module: Module, mutant: str, patience: float | None = None) -> int:
    words = ("-m", "pytest", "-q", "-x", "--reuse-db", "-p", "tests.scorecard.mutant")
    environment = {**os.environ, "MUTANT": mutant, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    try:
        return subprocess.run(
            [sys.executable, *words, *module.tests],
            cwd=places.CHECKOUT, env=environment, timeout=patience, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ).returncode  # fmt: skip
    except subprocess.TimeoutExpired:
        return _HANGS


if __name__ == "__main__":
    sys.exit(main())
