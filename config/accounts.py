"""Run a program as the servers' account, and give it the folders it needs."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from config.places import Place


def ensure_account(place: Place) -> None:
    """Make the system account for root's servers. Does nothing for anyone else."""
    if place.account is None or _exists(place.account):
        return
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    command = [program, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    if program is None:
        raise AccountTrouble(f"Make a system account named {place.account}; useradd is missing.")
    done = subprocess.run([*command, place.account], capture_output=True, check=False)  # type: ignore[list-item]
    if done.returncode and not _exists(place.account):
        raise AccountTrouble(f"Make a system account named {place.account}; useradd failed.")


class AccountTrouble(Exception):
    """One sentence on what stands in the way and what to do about it."""


def private_folder(path: Path, place: Place) -> None:
    """A folder that only the servers' account can enter (and root)."""
    path.mkdir(parents=True, exist_ok=True, mode=0o711)
    # A folder of this name in /tmp may have been put there by someone else.
    wanted = os.geteuid() if place.account is None else pwd.getpwnam(place.account).pw_uid
    owner = path.lstat().st_uid
    if path.is_symlink() or owner not in {wanted, os.geteuid()}:
        raise AccountTrouble(f"{path} belongs to another account: remove it, or set VAR_DIR.")
    if owner != wanted:
        os.chown(path, wanted, pwd.getpwuid(wanted).pw_gid)
    path.chmod(0o700)


def run(command: Sequence[str | Path], place: Place, log: Path, **more: Any) -> int:
    """Run to the end, its words appended to `log`; the exit code.

    A file, not a pipe: a daemon that the program leaves behind would keep a pipe open.
    """
    identity: dict[str, Any] = {}
    if place.account is not None:
        entry = pwd.getpwnam(place.account)
        identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    with log.open("ab") as words:
        return subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            # Not the caller's folder, which the account may be unable to enter.
            cwd=place.home,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
            check=False,
            **identity,
            **more,
        ).returncode


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
