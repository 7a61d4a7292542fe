"""A random sample that anybody can draw again from the seed. Pure."""

import hashlib
from collections.abc import Iterable


def drawn(ids: Iterable[int], seed: int, most: int | None) -> list[int]:
    """`most` of the ids, or all, in an order drawn by the seed. The same whatever the program's
    version: each id has its own place, so who is eligible besides moves nobody's."""
    order = sorted(ids, key=lambda each: (hashlib.sha256(f"{seed}:{each}".encode()).digest(), each))
    return order if most is None else order[:most]
