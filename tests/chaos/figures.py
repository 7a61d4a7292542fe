"""How large a proof is, and the line of figures it ends with: `CHAOS=full make scorecard`."""

import json
import os
import sys
from typing import TypeVar

T = TypeVar("T")

FULL = os.environ.get("CHAOS") == "full"


def sized(*, small: T, full: T) -> T:
    """`small` within a test run's minutes, `full` before a release."""
    return full if FULL else small


def tell(proof: str, **figures: object) -> None:
    """One JSON line; pytest shows it with -s."""
    sys.stdout.write("\n" + json.dumps({"proof": proof, **figures}) + "\n")
    sys.stdout.flush()
