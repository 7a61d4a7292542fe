"""Data folders whose database is migrated already, for tests that start servers of their own.

Applying all migrations costs a start a quarter of a minute; copying what it leaves, a second.
"""

import os
import subprocess
import sys
from pathlib import Path

from config import accounts, places
from config.servers import discard, held
from tests import migrated

_VAR = places.CHECKOUT / "var" / "test"


def lay(var: Path) -> None:
    """Where the servers of `var`, which must be new, will look for their data."""
    var.mkdir(parents=True)
    accounts.ensure_account()
    place = places.find(var)
    place.home.mkdir(parents=True, exist_ok=True)
    # With its owner: the server refuses a folder that is another account's.
    subprocess.run(["cp", "-a", _kept(), place.postgres_data], check=True)


def _kept() -> Path:
    """The data folder to copy, made here where nobody has made it yet."""
    _VAR.mkdir(parents=True, exist_ok=True)
    wanted = _VAR / f"prepared-{migrated.fingerprint()}"
    with migrated.alone(_VAR / "prepared.lock"):
        if not (wanted / "done").exists():
            for old in _VAR.glob("prepared-*"):
                discard(old)
            _make(wanted)
    return places.find(wanted).postgres_data


def _make(var: Path) -> None:
    with held(var, throwaway=True) as place:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.endswith("_URL")},
            "DEMO": "1",
            "VAR_DIR": str(var),
            "DATABASE_URL": place.database_url,
            "REDIS_URL": place.redis_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
        subprocess.run(command, cwd=places.CHECKOUT, env=environment, check=True)
    (var / "done").touch()
