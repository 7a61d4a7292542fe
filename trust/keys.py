"""Each organisation's data keys, opened once a process.

A key row made in a transaction that rolls back must never stay in use: what it sealed could not
be opened by anyone else. So the current key of an organisation is remembered only once the
transaction that saw its row has committed, and no longer than two seconds, after which a new
version is seen by every process: a rotation (`trust.resealing`) waits as long.
"""

import time

import structlog
from django.db import transaction

from trust import master
from trust.models.data_key import DataKey
from trust.sealing import KeyMissing, SealBroken, Sealer, key_id_of, new_key

log = structlog.get_logger(__name__)

FRESH_SECONDS = 2.0
_WRAPPED = "trust_datakey.wrapped"

_opened: dict[int, tuple[bytes, Sealer]] = {}
_current: dict[int, tuple[float, Sealer]] = {}


def sealer(organisation_id: int) -> Sealer:
    """The organisation's current sealer; its first data key is made here when it has none.

    Take it once a batch: within the first transaction of a process each call is one query."""
    until, known = _current.get(organisation_id, (0.0, None))
    if known is not None and time.monotonic() < until:
        return known
    until = time.monotonic() + FRESH_SECONDS
    row = _current_row(organisation_id) or _first_row(organisation_id)
    try:
        found = opened(row)
    except KeyMissing:
        # Not restarted since a key was added. A STOP must be kept all the same; it is sealed anew.
        log.error("master_key_missing", id=row.pk)
        found = _open_before(row)
    transaction.on_commit(lambda: _remember(organisation_id, until, found))
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
    return opened(row).unseal(place, row_id, blob)


def forget() -> None:
    """Drop every opened key of this process (tests; after a restore)."""
    _opened.clear()
    _current.clear()


def wrap(key: bytes, organisation_id: int, version: int) -> bytes:
    """Seal a data key with the newest master key, bound to its organisation and version."""
    return master.seal(f"{_WRAPPED}.{organisation_id}", version, key)


def unwrap(row: DataKey) -> bytes:
    return master.unseal(f"{_WRAPPED}.{row.organisation_id}", row.version, bytes(row.wrapped))


def add(*, organisation_id: int, version: int) -> DataKey:
    """The organisation's key of that version, made here unless another process just did."""
    wrapped = wrap(new_key(), organisation_id, version)
    row = DataKey(organisation_id=organisation_id, version=version, wrapped=wrapped)
    DataKey.objects.bulk_create([row], ignore_conflicts=True)
    return DataKey.objects.get(organisation_id=organisation_id, version=version)


def opened(row: DataKey) -> Sealer:
    """Raises SealBroken, KeyMissing among it."""
    wrapped = bytes(row.wrapped)
    known = _opened.get(row.pk)
    if known is not None and known[0] == wrapped:
        return known[1]
    found = Sealer(row.pk, unwrap(row))
    _opened[row.pk] = (wrapped, found)
    return found


def _open_before(row: DataKey) -> Sealer:
    """The newest older key that opens here. Raises KeyMissing."""
    before = DataKey.objects.filter(organisation_id=row.organisation_id, version__lt=row.version)
    for older in before.order_by("-version"):
        try:
            return opened(older)
        except KeyMissing:
            continue
    return opened(row)


def _current_row(organisation_id: int) -> DataKey | None:
    keys = DataKey.objects.filter(organisation_id=organisation_id, retired_at=None)
    return keys.order_by("-version").first()


def _first_row(organisation_id: int) -> DataKey:
    """Two processes may come here at once: the second waits for the first and takes its row."""
    newest = DataKey.objects.filter(organisation_id=organisation_id).order_by("-version").first()
    if newest is not None and newest.retired_at is None:
        # Another process made it between the caller's look and this one.
        return newest
    return add(organisation_id=organisation_id, version=newest.version + 1 if newest else 1)


def _remember(organisation_id: int, until: float, found: Sealer) -> None:
    _current[organisation_id] = (until, found)
