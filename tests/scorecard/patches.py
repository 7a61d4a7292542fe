"""Whether what is locked has the patches of its own series, and was taken back by nobody, as the
package index tells. Faults are mended in patch releases; this sees those that nobody has listed.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from config import places

#: SECURITY.md promises them in this time.
GRACE = timedelta(days=30)
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*(?:\[[\w,-]+\])?==[^\\\n]+)", re.MULTILINE)
_YANKED = re.compile(r"`([\w.-]+)==[^`]*` is yanked")
_PATIENCE_SECONDS = 120


class OutOfReach(Exception):
    """No package index answered."""


@dataclass(frozen=True, slots=True)
class Standing:
    parts: int
    #: Each as *name version*: newer ones of the series, out for less and for more than GRACE.
    fresh: Sequence[str]
    overdue: Sequence[str]
    yanked: Sequence[str]


def standing(requirements: str, *, now: datetime | None = None) -> Standing:
    """Of a locked file. Raises OutOfReach."""
    locked = pins(requirements)
    _, warnings = _ask([f"{name}=={version}" for name, version in locked.items()])
    newest = _newest(locked)
    long_ago = (now or datetime.now(UTC)) - GRACE
    overdue = [name for name in newest if _was_out(name, newest[name], locked[name], long_ago)]
    return Standing(
        parts=len(locked),
        fresh=[f"{name} {newest[name]}" for name in newest if name not in overdue],
        overdue=[f"{name} {newest[name]}" for name in overdue],
        yanked=sorted(set(_YANKED.findall(warnings))),
    )


def pins(requirements: str) -> dict[str, str]:
    """Versions by name, of what this Python and this system want."""
    return {
        wanted.name: next(iter(wanted.specifier)).version
        for wanted in map(Requirement, _PIN.findall(requirements))
        if not wanted.marker or wanted.marker.evaluate()
    }


def series(version: str) -> str:
    """Its patch releases: of 5.2.19 they are 5.2.*."""
    return ".".join(version.split(".")[:2]) + ".*"


def newer(found: Mapping[str, str], locked: Mapping[str, str]) -> dict[str, str]:
    return {name: found[name] for name in found if _is_later(found[name], locked.get(name, ""))}


def _newest(locked: Mapping[str, str]) -> dict[str, str]:
    """Of those whose series has a newer one."""
    printed, _ = _ask([f"{name}=={series(version)}" for name, version in locked.items()])
    return newer(pins(printed), locked)


def _was_out(name: str, newest: str, locked: str, then: datetime) -> bool:
    """Whether anything newer than the locked one could be had at that time."""
    wanted = f"{name}=={series(newest)},>{locked}"
    try:
        _ask([wanted], "--exclude-newer", then.isoformat())
    except OutOfReach:
        # It was reached a moment ago: there was none yet.
        return False
    return True


def _is_later(one: str, other: str) -> bool:
    try:
        return Version(one) > Version(other)
    except InvalidVersion:
        return False


def _ask(wanted: Sequence[str], *more: str) -> tuple[str, str]:
    """What uv would lock, and its warnings."""
    uv = os.path.join(os.path.dirname(sys.executable), "uv")
    words = (
        uv, "pip", "compile", "-", "--no-deps", "--python", sys.executable, "--no-annotate",
        "--no-header", "--no-emit-index-url", *more,
    )  # fmt: skip
    try:
        done = subprocess.run(
            words, cwd=places.CHECKOUT, input="\n".join(wanted), capture_output=True, text=True,
            timeout=_PATIENCE_SECONDS, check=False,
        )  # fmt: skip
    except (FileNotFoundError, subprocess.TimeoutExpired) as trouble:
        raise OutOfReach from trouble
    if done.returncode:
        raise OutOfReach(done.stderr[-300:])
    return done.stdout, done.stderr
