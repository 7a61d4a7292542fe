"""How often one address may try a link that opens nothing. Pure.

Counted in memory, by each process for itself: no table of addresses is kept, and against tokens of
131 bits a few times more tries are no more.
"""

from collections import OrderedDict
from ipaddress import ip_address, ip_network

#: Many telephones share one address of their network's, so this is generous.
TRIES = 60
SECONDS = 600.0
_MOST_ADDRESSES = 10_000


class Knocks:
    def __init__(self) -> None:
        self._failed: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def are_too_many(self, address: str, at: float) -> bool:
        since, count = self._failed.get(place_of(address), (at, 0))
        return at < since + SECONDS and count >= TRIES

    def failed(self, address: str, at: float) -> None:
        place = place_of(address)
        since, count = self._failed.pop(place, (at, 0))
        if at >= since + SECONDS:
            since, count = at, 0
        self._failed[place] = (since, count + 1)
        while len(self._failed) > _MOST_ADDRESSES:
            self._failed.popitem(last=False)


def place_of(address: str) -> str:
    """An IPv6 address's network: whoever has one has all of them."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
