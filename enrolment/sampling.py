"""A random sample that anybody can draw again from the seed. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date


def drawn(ids: Iterable[int], seed: int, most: int | None) -> list[int]:
    """`most` of the ids, or all, in an order drawn by the seed. The same whatever the program's
    version: each id has its own place, so who is eligible besides moves nobody's."""
    order = sorted(ids, key=lambda each: (hashlib.sha256(f"{seed}:{each}".encode()).digest(), each))
    return order if most is None else order[:most]


def drawn_by_stratum(strata: Mapping[int, str], seed: int, most: int) -> list[int]:
    """`most` of the ids, of each stratum as many as its share of all; what is left over by rounding
    goes to the largest remainders, then by name. In the order `drawn` gives all of them."""
    members: dict[str, list[int]] = {}
    for each, stratum in strata.items():
        members.setdefault(stratum, []).append(each)
    wanted = min(most, len(strata))
    quotas = {name: divmod(wanted * len(ids), len(strata)) for name, ids in members.items()}
    left_over = wanted - sum(whole for whole, _ in quotas.values())
    first = sorted(quotas, key=lambda name: (-quotas[name][1], name))[:left_over]
    chosen = [
        each
        for name, ids in members.items()
        for each in drawn(ids, seed, quotas[name][0] + (name in first))
    ]
    return drawn(chosen, seed, None)


def fingerprint(frame: Iterable[tuple[int, date, str]]) -> str:
    """Of whom was drawn from, in the order of their ids."""
    lines = (f"{each};{day.isoformat()};{stratum}\n" for each, day, stratum in sorted(frame))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
