"""Options of an adapter, read strictly. What is wrong is said with the option's name and never with
its value, as any of them may be a secret."""

from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def text(name: str, value: object, *, needed: bool = False) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is a text")
    if needed and not value:
        raise ValueError(f"{name} is needed")
    return value


def header(name: str, value: object) -> str:
    """A needed text that can stand in a header as it is."""
    found = text(name, value, needed=True)
    if found != found.strip() or not found.isascii() or not found.isprintable():
        raise ValueError(f"{name} has a blank at an end, or a letter that no header can hold")
    return found


def switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{name} is true or false")
    return value


def secrets(name: str, value: object) -> tuple[str, ...]:
    """A text where a list should be would make a secret of each letter; a blank would let anyone
    in."""
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise TypeError(f"{name} is a list of texts")
    if not all(value):
        raise ValueError(f"{name} holds no blanks")
    return tuple(value)


def server(name: str, value: object) -> str:
    """An address to put paths after: https://, or http:// on this machine."""
    given = text(name, value, needed=True)
    try:
        parts = urlsplit(given)
        host, valid = parts.hostname or "", parts.port != 0
    except ValueError:
        raise ValueError(f"{name} is no address") from None
    if not host or not valid or not given.isascii() or not given.isprintable() or " " in given:
        raise ValueError(f"{name} begins with https:// and names a host")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise ValueError(f"{name} begins with https://, or http:// on this machine")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"{name} holds no login, no ? and no #")
    return given.rstrip("/")
