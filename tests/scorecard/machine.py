"""What a figure was measured on, without a name of the machine or a place on it."""

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from config import places
from config.wheels import postgres_programs

#: What is written about the code is no change of it: a figure holds after it was written down.
_CODE = (".", ":(exclude)docs", ":(exclude,glob)*.md")


@dataclass(frozen=True, slots=True)
class Machine:
    cores: int
    memory_gib: int
    system: str
    python: str
    postgresql: str

    @property
    def words(self) -> str:
        return (
            f"{self.cores} cores, {self.memory_gib} GiB, {self.system}, Python {self.python},"
            f" PostgreSQL {self.postgresql}"
        )

    def told(self) -> dict[str, object]:
        return asdict(self)


def here() -> Machine:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(
        cores=os.cpu_count() or 1,
        memory_gib=round(memory / 2**30),
        system=platform.system(),
        python=platform.python_version(),
        postgresql=_postgresql(),
    )


def commit(checkout: Path = places.CHECKOUT) -> str:
    """The last that changed the code, short, and whether something was changed beside it."""
    name = _git(checkout, "log", "-1", "--abbrev=8", "--format=%h", "--", *_CODE) or "unknown"
    return f"{name} and changes" if _git(checkout, "status", "--porcelain", "--", *_CODE) else name


def is_unchanged(since: str, paths: Sequence[str], checkout: Path = places.CHECKOUT) -> bool:
    """Whether these are as they were at that commit; not where nobody knows what it had."""
    done = subprocess.run(
        ["git", "diff", "--quiet", since, "--", *paths],
        cwd=checkout, capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


def busy() -> float:
    """How many processes wanted a core in the last minute, a core; above 1 they wait."""
    return round(os.getloadavg()[0] / (os.cpu_count() or 1), 1)


def _git(checkout: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=checkout, capture_output=True, text=True, check=False
    )
    return done.stdout.strip("\n") if done.returncode == 0 else ""


def _postgresql() -> str:
    """Of the embedded one."""
    program = Path(postgres_programs(for_other_account=False)) / "postgres"
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.split()[-1] if done.returncode == 0 else "unknown"
