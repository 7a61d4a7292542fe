"""Trials for tests: made by hand, running from a seed that a test knows."""

import hashlib
from collections.abc import Mapping
from typing import Any

from campaigns.models import Arm, Campaign, Factor, Trial
from tests import worlds

SEED = "00" * 31 + "2a"


def trial(
    of: Campaign | None = None,
    *,
    key: str = "dose",
    arms: Mapping[str, Mapping[str, Any]] | None = None,
    running: bool = True,
    seed: str = SEED,
    **columns: Any,
) -> Trial:
    """Of one factor, whose key is the trial's; arms: key -> what is different there."""
    row = Trial.objects.create(
        campaign=of or worlds.campaign(), key=key, name=key.title(), **columns
    )
    factor(row, key, arms or {"usual": {}, "new": {}})
    if running:
        start(row, seed)
    return row


def factor(of: Trial, key: str, arms: Mapping[str, Mapping[str, Any]], **columns: Any) -> Factor:
    row = Factor.objects.create(
        trial=of, key=key, name=key.title(), position=of.factors.count() + 1, **columns
    )
    for place, (name, changes) in enumerate(arms.items(), start=1):
        Arm.objects.create(factor=row, key=name, name=name.title(), position=place, **changes)
    return row


def start(row: Trial, seed: str = SEED) -> None:
    row.seed = seed
    row.seed_hash = hashlib.sha256(bytes.fromhex(seed)).hexdigest()
    row.generator = "test"
    row.state, row.started_at = Trial.State.RUNNING, worlds.NOON
    row.save()
