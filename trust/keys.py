"""Each organisation's data keys, opened once a process.

A key row made in a transaction that rolls back must never stay in use: what it sealed could not
be opened by anyone else. So the current key of an organisation is remembered only once the
transaction that saw its row has committed, and then for a minute, after which a new version is
seen by every process.
"""

import time

from django.conf import settings
from django.db import transaction

from trust.models.data_key import DataKey
from trust.sealing import SealBroken, Sealer, key_id_of, new_key

FRESH_SECONDS = 60.0
_WRAPPED = "trust_datakey.wrapped"

_opened: dict[int, tuple[bytes, Sealer]] = {}
_current: dict[int, tuple[float, Sealer]] = {}


def sealer(organisation_id: int) -> Sealer:
    """The organisation's current sealer; its first data key is made here when it has none.

    Take it once a batch: within the first transaction of a process each call is one query."""
    until, known = _current.get(organisation_id, (0.0, None))
    if known is not None and time.monotonic() < until:
        return known
    found = _open(_current_row(organisation_id) or _first_row(organisation_id))
    transaction.on_commit(lambda: _remember(organisation_id, found))
    return found


def unseal(place: str, row_id: int, blob: bytes) -> str:
    """The text of a sealed value. SealBroken when it is damaged, moved, or its key is gone."""
    key_id = key_id_of(blob)
    known = _opened.get(key_id)
    if known is not None:
        try:
            return known[1].unseal(place, row_id, blob)
        except SealBroken:
            # The row may have changed under this process (a restored database); look once.
            _opened.pop(key_id, None)
    row = DataKey.objects.filter(pk=key_id).first()
    if row is None:
        raise SealBroken("its data key is gone")
    return _open(row).unseal(place, row_id, blob)


def forget() -> None:
    """Drop every opened key of this process (tests; after a restore)."""
    _opened.clear()
    _current.clear()


def wrap(key: bytes, organisation_id: int, version: int) -> bytes:
    """Seal a data key with the newest master key, bound to its organisation and version."""
    master_version = max(settings.MASTER_KEYS)
    master = Sealer(master_version, settings.MASTER_KEYS[master_version])
    return master.seal_bytes(f"{_WRAPPED}.{organisation_id}", version, key)


def _open(row: DataKey) -> Sealer:
    wrapped = bytes(row.wrapped)
    known = _opened.get(row.pk)
    if known is not None and known[0] == wrapped:
        return known[1]
    master_version = key_id_of(wrapped)
    if master_version not in settings.MASTER_KEYS:
        raise SealBroken(f"MASTER_KEYS holds no version {master_version}, which wrapped this key")
    master = Sealer(master_version, settings.MASTER_KEYS[master_version])
    key = master.unseal_bytes(f"{_WRAPPED}.{row.organisation_id}", row.version, wrapped)
    opened = Sealer(row.pk, key)
    _opened[row.pk] = (wrapped, opened)
    return opened


def _current_row(organisation_id: int) -> DataKey | None:
    keys = DataKey.objects.filter(organisation_id=organisation_id, retired_at=None)
    return keys.order_by("-version").first()


def _first_row(organisation_id: int) -> DataKey:
    """Two processes may come here at once: the second waits for the first and takes its row."""
    newest = DataKey.objects.filter(organisation_id=organisation_id).order_by("-version").first()
    if newest is not None and newest.retired_at is None:
        # Another process made it between the caller's look and this one.
        return newest
    version = newest.version + 1 if newest else 1
    row = DataKey(
        organisation_id=organisation_id,
        version=version,
        wrapped=wrap(new_key(), organisation_id, version),
    )
    DataKey.objects.bulk_create([row], ignore_conflicts=True)
    return DataKey.objects.get(organisation_id=organisation_id, version=version)


def _remember(organisation_id: int, found: Sealer) -> None:
    _current[organisation_id] = (time.monotonic() + FRESH_SECONDS, found)
