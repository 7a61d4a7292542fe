"""Run a program as the servers' account, and give it the folders it needs."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from config.places import ACCOUNT, Place, has_account


class AccountTrouble(Exception):
    """One sentence on what stands in the way and what to do about it."""


def ensure_account() -> None:
    """For root, make the servers' account if that can be done; else `nobody` has to serve."""
    if os.geteuid() != 0 or has_account(ACCOUNT):
        return
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is not None:
        words = ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
        subprocess.run([program, *words], capture_output=True, check=False)


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
