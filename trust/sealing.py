"""AES-256-GCM over one value, bound to the place and row it belongs to.

A blob is `01 | key id (4 bytes, big endian) | nonce (12 bytes) | ciphertext and tag`. The
associated data is `table.column:row id`, so a value copied to another row, column or table does
not open. A random 96-bit nonce is safe for 2**32 values a key (NIST SP 800-38D, 8.3); one key
serves one organisation and its next version starts afresh.
"""

import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
FORMAT = 1
_HEAD = struct.Struct(">BI12s")
_TAG_BYTES = 16


class SealBroken(Exception):
    """The blob does not open: damaged, moved from its place, or sealed with another key.

    The text says nothing about the value."""


class KeyMissing(SealBroken):
    """This process was not given the key. Another may have been: nothing is known to be broken."""


class Sealer:
    """One key and its id. Keeps the expanded key schedule, so make one a batch, not one a value."""

    __slots__ = ("_aead", "key_id")

    def __init__(self, key_id: int, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
        self.key_id = key_id
        self._aead = AESGCM(key)

    def __repr__(self) -> str:
        return f"<Sealer key {self.key_id}>"

    def seal(self, place: str, row_id: int, text: str) -> bytes:
        """`place` is "table.column", `row_id` the row's primary key."""
        return self.seal_bytes(place, row_id, text.encode())

    def unseal(self, place: str, row_id: int, blob: bytes) -> str:
        return self.unseal_bytes(place, row_id, blob).decode()

    def seal_bytes(self, place: str, row_id: int, plain: bytes) -> bytes:
        nonce = os.urandom(12)
        sealed = self._aead.encrypt(nonce, plain, _bound_to(place, row_id))
        return _HEAD.pack(FORMAT, self.key_id, nonce) + sealed

    def unseal_bytes(self, place: str, row_id: int, blob: bytes) -> bytes:
        if key_id_of(blob) != self.key_id:
            raise SealBroken("sealed with another key")
        nonce = blob[5 : _HEAD.size]
        try:
            return self._aead.decrypt(nonce, blob[_HEAD.size :], _bound_to(place, row_id))
        except InvalidTag:
            raise SealBroken("damaged, or not of this place and row") from None


def key_id_of(blob: bytes) -> int:
    """The id of the key that sealed a blob, read without opening it."""
    if len(blob) < _HEAD.size + _TAG_BYTES:
        raise SealBroken("too short for a sealed value")
    version, key_id, _ = _HEAD.unpack_from(blob)
    if version != FORMAT:
        raise SealBroken("an unknown format of sealed value")
    return int(key_id)


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def _bound_to(place: str, row_id: int) -> bytes:
    return f"{place}:{row_id}".encode()
