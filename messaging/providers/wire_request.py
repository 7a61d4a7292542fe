"""The lines of one HTTP/1.1 request, and where it is to go. Pure."""

import base64
import re
from collections.abc import Mapping
from typing import NamedTuple

from yarl import URL

#: Scheme and host; path and query without blanks. What follows a # stays at home.
_ADDRESS = re.compile(r"(https?://[!\"$-.0->@-~]+)([/?][!\"$-~]*)?(?:#[!-~]*)?", re.IGNORECASE)
#: No line may end before its end: a second would be a header, or a request, of somebody else's.
_LINE = re.compile(r"[^\s:\x00-\x1f\x7f]+: [^\x00-\x08\x0a-\x1f\x7f]*")
_METHOD = re.compile(r"[A-Z]+")


class Place(NamedTuple):
    """Where requests go: a connection serves all of one place. `lines` are what stands in each of
    them when the caller says nothing else, by lower-case name."""

    url: URL
    lines: Mapping[str, str]


def place(origin: str) -> Place:
    """Of a scheme, host and port, maybe with a name and password before them. Raises ValueError."""
    url = URL(origin, encoded=True)
    if not url.raw_host or url.port is None:
        raise ValueError("no host")
    lines = {
        "host": f"Host: {url.host_port_subcomponent}",
        "accept": "Accept: */*",
        "user-agent": "User-Agent: Sendwell",
    }
    if url.user or url.password:
        login = base64.b64encode(f"{url.user or ''}:{url.password or ''}".encode()).decode()
        lines["authorization"] = f"Authorization: Basic {login}"
    return Place(url.with_user(None), lines)


def parts(url: str) -> tuple[str, str]:
    """Origin, path with query. Raises ValueError when it is no complete, encoded address."""
    found = _ADDRESS.fullmatch(url)
    if found is None:
        raise ValueError("no address")
    path = found[2] or "/"
    return found[1], path if path[0] == "/" else f"/{path}"


def written(
    method: str, path: str, usual: Mapping[str, str], headers: Mapping[str, str], body: bytes
) -> bytes:
    """All of it. Raises ValueError when a header would break out of its line."""
    if not _METHOD.fullmatch(method):
        raise ValueError("no method")
    own = [f"{name}: {value}" for name, value in headers.items()]
    for line in own:
        if not _LINE.fullmatch(line):
            raise ValueError("a header breaks out of its line")
    named = {name.lower() for name in headers}
    rest = [line for name, line in usual.items() if name not in named]
    length = [f"Content-Length: {len(body)}"] if body or method != "GET" else []
    lines = [f"{method} {path} HTTP/1.1", *rest, *own, *length, "", ""]
    return "\r\n".join(lines).encode() + body
