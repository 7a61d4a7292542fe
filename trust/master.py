"""The environment's own keys: they seal the data keys, second factors and the audit's keys.

The newest version seals; every version that is given opens.
"""

from django.conf import settings

from trust.sealing import KeyMissing, Sealer, key_id_of


def newest() -> int:
    return max(settings.MASTER_KEYS)


def key(version: int) -> bytes:
    """Raises KeyMissing."""
    found: bytes | None = settings.MASTER_KEYS.get(version)
    if found is None:
        raise KeyMissing(f"MASTER_KEYS holds no version {version}, which sealed this")
    return found


def seal(place: str, row_id: int, plain: bytes) -> bytes:
    version = newest()
    return Sealer(version, key(version)).seal_bytes(place, row_id, plain)


def unseal(place: str, row_id: int, blob: bytes) -> bytes:
    """Raises SealBroken, KeyMissing among it."""
    version = key_id_of(blob)
    return Sealer(version, key(version)).unseal_bytes(place, row_id, blob)
