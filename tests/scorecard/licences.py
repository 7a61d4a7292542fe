"""Under which licence each part may be used, as its installed metadata tells.

Ours is Apache-2.0. What would bind whoever passes Sendwell on to more than naming the part, its
words and its changes is denied; a library under the LGPL or the MPL stays a part of its own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

from packaging.requirements import Requirement

_LOCKED = re.compile(r"^([A-Za-z0-9][\w.-]*==[^\\]+)", re.MULTILINE)
#: As whole words; LGPL is another word than GPL.
_DENIED = re.compile(
    r"\b(A?GPL|GNU (Affero )?General Public|SSPL|Server Side Public|BUSL|Business Source|Elastic"
    r"|Commons[ -]Clause|CC-BY-NC|non-?commercial)(?=\b|v?\d)",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"\b(Apache|MIT|BSD|0BSD|PSFL?|Python Software Foundation|ISC|MPL|Mozilla Public|LGPL|Zlib|CC0"
    r"|Unlicense|HPND)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    told: tuple[str, ...]

    @property
    def may_be_used(self) -> bool:
        return may_be_used(self.told)


def may_be_used(told: Sequence[str]) -> bool:
    """All that is told must be bearable, and something of it known. An OR leaves the choice."""
    if any(all(_DENIED.search(each) for each in re.split(r"\bOR\b", one)) for one in told):
        return False
    return any(_KNOWN.search(one) for one in told)


def spelt(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def named_in(requirements: str) -> list[str]:
    """All parts of a locked file, for whatever machine."""
    return sorted({spelt(Requirement(line).name) for line in _LOCKED.findall(requirements)})


def wanted_here(requirements: str) -> list[str]:
    """Those that this Python and this system want."""
    found = [Requirement(line) for line in _LOCKED.findall(requirements)]
    return sorted({spelt(each.name) for each in found if not each.marker or each.marker.evaluate()})


def of_parts(names: Sequence[str]) -> list[Part]:
    return [Part(name, _told(name)) for name in names]


def _told(name: str) -> tuple[str, ...]:
    """Nothing where the part is not installed."""
    try:
        found = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ()
    if expression := found.get("License-Expression"):
        return (expression,)
    # Some put the whole text there; its first line names it, or nothing does.
    first = (found.get("License") or "").strip().partition("\n")[0]
    classed = [each for each in found.get_all("Classifier") or [] if each.startswith("License ::")]
    return tuple(each for each in (first, *classed) if each)
