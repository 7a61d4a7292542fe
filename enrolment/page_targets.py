"""Which addresses a page may be posted to. Pure.

Public ones, so that nobody who writes down a contact can have us knock at doors of our own network.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address

#: Ways of writing an IPv4 address as an IPv6 one that the network turns back: NAT64.
_NAT64 = 0x64FF9B << 96


def is_public(address: str) -> bool:
    """Of an IP address. What is none is not public."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(each) for each in (found, *_meant(found)))


def is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _meant(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses within an IPv6 one."""
    if isinstance(address, IPv4Address):
        return []
    within = [address.ipv4_mapped, address.sixtofour]
    if int(address) >> 32 == _NAT64 >> 32:
        within.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in within if each is not None]
