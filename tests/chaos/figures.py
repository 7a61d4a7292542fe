"""How large a proof is, and the line of figures it ends with: `CHAOS=ci make scorecard`."""

import json
import os
import sys
from typing import TypeVar

T = TypeVar("T")

SIZE = os.environ.get("CHAOS", "small")


def sized(*, small: T, ci: T, full: T) -> T:
    """`small` within a test run's minutes, `ci` in an hour or two, `full` for a night."""
    return {"small": small, "ci": ci, "full": full}[SIZE]


def tell(proof: str, **figures: object) -> None:
    """One JSON line; pytest shows it with -s."""
    sys.stdout.write("\n" + json.dumps({"proof": proof, **figures}) + "\n")
    sys.stdout.flush()
