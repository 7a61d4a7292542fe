"""Find a number without being able to read it: a keyed hash, one key per organisation.

An index is one version byte and 16 bytes of HMAC-SHA-256. There are few phone numbers, so the
whole strength is that the key lives outside the database. Two organisations never get the same
index for one number, so their lists cannot be joined. A key version stays in INDEX_KEYS as long as
an opt-out uses it.
"""

import hmac
import re

from django.conf import settings

INDEX_BYTES = 17
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def number_index(organisation_id: int, e164: str) -> bytes:
    """The index to store, of the newest key version. ValueError unless the number is E.164."""
    return _index(max(settings.INDEX_KEYS), organisation_id, e164)


def number_indexes(organisation_id: int, e164: str) -> list[bytes]:
    """The number's index under every key version, newest first: look up with `__in`."""
    versions = sorted(settings.INDEX_KEYS, reverse=True)
    return [_index(version, organisation_id, e164) for version in versions]


def row_mark(organisation_id: int, row: str) -> bytes:
    """Tells a row of ours again in an older copy of the database, and nobody else anything. `row`
    names it, with what a row of the same number made later would not have."""
    return _mark(max(settings.INDEX_KEYS), organisation_id, row)


def has_mark(organisation_id: int, row: str, mark: bytes) -> bool:
    """Under whichever key version it was made; False where that is gone."""
    version = mark[0] if mark else 0
    if version not in settings.INDEX_KEYS:
        return False
    return hmac.compare_digest(mark, _mark(version, organisation_id, row))


def _mark(version: int, organisation_id: int, row: str) -> bytes:
    root: bytes = settings.INDEX_KEYS[version]
    own_key = hmac.digest(root, b"row-mark:%d" % organisation_id, "sha256")
    return bytes([version]) + hmac.digest(own_key, row.encode(), "sha256")[: INDEX_BYTES - 1]


def _index(version: int, organisation_id: int, e164: str) -> bytes:
    if not _E164.fullmatch(e164):
        raise ValueError("not a number in E.164 form (+ and 7 to 15 digits)")
    root: bytes = settings.INDEX_KEYS[version]
    own_key = hmac.digest(root, b"number-index:%d" % organisation_id, "sha256")
    return bytes([version]) + hmac.digest(own_key, e164.encode(), "sha256")[: INDEX_BYTES - 1]
