"""A person nobody else is: what to look for, in the shapes it could have been written down in."""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

NUMBER = "+447700900457"
NAME = "Zyxquorvath"
WORDS = "wexhil brandungo by the mulnavar pier"

_SAID = {
    "the number": NUMBER,
    "the number without plus": NUMBER[1:],
    "the number in groups": f"{NUMBER[:3]} {NUMBER[3:7]} {NUMBER[7:]}",
    "the number at home": f"0{NUMBER[3:]}",
    "the number at home, in groups": f"0{NUMBER[3:7]} {NUMBER[7:]}",
    "the name": NAME,
    "the words": WORDS,
}


def sightings(places: Iterable[tuple[str, bytes]]) -> list[str]:
    """Where what was seen, and in which shape; never the value itself."""
    shapes = list(_shapes())
    found = []
    for place, content in places:
        folded = content.lower()
        for told, shape, exact in shapes:
            if shape in (content if exact else folded):
                found.append(f"{place}: {told}")
    return found


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            # A server takes files away while one looks.
            if path.is_file() and not path.is_symlink():
                try:
                    yield str(path.relative_to(folder.parent)), path.read_bytes()
                except FileNotFoundError:
                    continue


def _shapes() -> Iterator[tuple[str, bytes, bool]]:
    for told, said in _SAID.items():
        plain = said.encode()
        once = {plain, quote(said).encode(), quote_plus(said).encode(), plain.hex().encode()}
        for shape in sorted(once):
            yield told, shape.lower(), False
        for place in range(3):
            # Letters that its neighbours have a share in are left off at both ends.
            whole = base64.b64encode(bytes(place) + plain)
            yield f"{told}, in base 64", whole[4 if place else 0 : -4], True
