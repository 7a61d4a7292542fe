"""The curricula this installation ships, read once a process."""

from functools import cache
from pathlib import Path

from django.conf import settings

from campaigns.pack import read_pack
from campaigns.pack_values import Pack

_HEAD = "campaign.yaml"
#: What every campaign needs and nothing else: for those that write their own.
STARTER = "starter"


def shipped_keys() -> list[str]:
    found = Path(settings.CURRICULA_DIR).glob(f"*/{_HEAD}")
    return sorted(path.parent.name for path in found)


def shipped(key: str) -> Pack | None:
    """None when none is called so. Raises PackRefused when its files have problems."""
    # Looked for, never put together: a key comes from an address or a file.
    return _read(Path(settings.CURRICULA_DIR) / key) if key in shipped_keys() else None


@cache
def _read(folder: Path) -> Pack:
    return read_pack(folder)
