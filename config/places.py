"""Where the embedded servers live: data, sockets, programs, and the account they run as.

PostgreSQL refuses to run as root, so for root another account is needed, and with it folders
which that account can enter. A checkout below a root-only home is not one of them, and its modes
are not ours to change: the data then lie in /var/lib/sendwell, and var/README says so.
"""

import hashlib
import os
import pwd
import secrets
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "sendwell"
SYSTEM_HOME = Path("/var/lib/sendwell")
CHECKOUT = Path(__file__).resolve().parent.parent
# sun_path holds 108 bytes on Linux, 104 on macOS, its closing zero included.
_SOCKET_PATH_BYTES = 103
_LONGEST_SOCKET = ".s.PGSQL.5432.lock"


class PlaceTrouble(Exception):
    """One sentence on what stands in the way and what to do about it."""


@dataclass(frozen=True, slots=True)
class Place:
    """`account` is None when the servers run as whoever started them."""

    var: Path
    home: Path
    sockets: Path
    account: str | None

    @property
    def postgres_data(self) -> Path:
        return self.home / "postgres"

    @property
    def valkey_data(self) -> Path:
        return self.home / "valkey"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def database_url(self) -> str:
        return f"postgresql://{ACCOUNT}@/{ACCOUNT}?host={self.sockets}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.valkey_socket}?db=0"


def find(var: Path) -> Place:
    """The place belonging to one var folder; the same for every process of this user."""
    var = var.resolve()
    if os.geteuid() == 0:
        home = _home_for_root(var)
        account = _account_for_root(home)
    else:
        account, home = None, var
    return Place(var=var, home=home, sockets=_sockets(home), account=account)


def var_dir(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("VAR_DIR") or CHECKOUT / "var").resolve()


def anyone_may_enter(folder: Path) -> bool:
    """Whether an account that owns nothing here can reach into `folder`."""
    return all(
        path.stat().st_mode & stat.S_IXOTH for path in [folder, *folder.parents] if path.exists()
    )


def has_account(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _account_for_root(home: Path) -> str:
    """Whose the data are already; else the account made for it, or where none can be, nobody."""
    with suppress(FileNotFoundError, KeyError):
        return pwd.getpwuid((home / "postgres").stat().st_uid).pw_name
    return ACCOUNT if has_account(ACCOUNT) else "nobody"


def _home_for_root(var: Path) -> Path:
    """Under var/ when the account can enter it, else a folder whose name var/home remembers.

    The name is drawn, not derived from the path: whoever deletes var/ to start afresh, keys and
    all, must not meet the former data sealed under keys that are gone.
    """
    noted = var / "home"
    if noted.exists():
        return Path(noted.read_text().strip())
    if anyone_may_enter(var):
        return var
    var.mkdir(parents=True, exist_ok=True)
    home = SYSTEM_HOME / f"{_short_hash(var)}-{secrets.token_hex(3)}"
    try:
        with noted.open("x") as file:
            file.write(f"{home}\n")
    except FileExistsError:
        return Path(noted.read_text().strip())
    return home


def _sockets(home: Path) -> Path:
    """A folder of one's own for the sockets; beside the data unless its name is too long."""
    near = home / "run"
    if len(os.fsencode(near / _LONGEST_SOCKET)) <= _SOCKET_PATH_BYTES:
        return near
    far = Path(tempfile.gettempdir()) / f"sendwell-{os.geteuid()}-{_short_hash(home)}"
    if len(os.fsencode(far / _LONGEST_SOCKET)) > _SOCKET_PATH_BYTES:
        raise PlaceTrouble("TMPDIR is too long a path for a socket; set TMPDIR=/tmp.")
    return far


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
