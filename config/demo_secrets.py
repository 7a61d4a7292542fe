"""Secrets for the demo and the tests, made once at random and kept beside their data.

Read only when DEMO=1. A real installation sets its own, and keeps them away from its database.
"""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

FILE_NAME = "secrets.env"


def with_demo_secrets(environment: Mapping[str, str], var: Path) -> dict[str, str]:
    """`environment` over the demo's secrets, which are made when `var` has none yet."""
    path = var / FILE_NAME
    if not path.exists():
        _make(path)
    lines = path.read_text(encoding="ascii").splitlines()
    kept = dict(line.split("=", 1) for line in lines if "=" in line)
    # NAME_FILE and NAME together are refused: what the environment gives by file wins.
    own = {name: value for name, value in kept.items() if not environment.get(f"{name}_FILE")}
    return {**own, **{name: value for name, value in environment.items() if value}}


def _make(path: Path) -> None:
    """Written aside and linked into place, so that a second process sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{FILE_NAME}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(
            f"SECRET_KEY={secrets.token_urlsafe(64)}\n"
            f"MASTER_KEYS=1:{_key()}\n"
            f"INDEX_KEYS=1:{_key()}\n"
        )
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")
