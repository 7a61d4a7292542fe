"""The secrets of second factors: allauth's rows, sealed by the environment's keys.

Whoever runs the platform has no organisation, so no data key of one.
"""

import base64
import binascii
from collections import Counter
from typing import Any

from allauth.mfa.models import Authenticator

from trust import master
from trust.sealing import SealBroken, key_id_of

_PLACE = "mfa_authenticator.data"


def encrypt(text: str) -> str:
    return base64.b64encode(master.seal(_PLACE, 0, text.encode())).decode("ascii")


def decrypt(sealed: str) -> str:
    """Raises SealBroken, KeyMissing among it."""
    return master.unseal(_PLACE, 0, base64.b64decode(sealed)).decode()


def by_master_key() -> Counter[int]:
    """How many rows need which version."""
    found: Counter[int] = Counter()
    for data in Authenticator.objects.values_list("data", flat=True):
        found.update({version for version in map(_version_of, _leaves(data)) if version})
    return found


def reseal() -> int:
    """Under the newest master key; how many rows. A row that is written meanwhile keeps what was
    written, and is left to the next look. What this process has no key for stays."""
    moved = 0
    for row in Authenticator.objects.order_by("pk"):
        try:
            data = _anew(row.data)
        except SealBroken:
            continue
        if data != row.data:
            moved += Authenticator.objects.filter(pk=row.pk, data=row.data).update(data=data)
    return moved


def _anew(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _anew(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_anew(each) for each in value]
    if _version_of(value) in (None, master.newest()):
        return value
    return encrypt(decrypt(value))


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for each in value for leaf in _leaves(each)]
    return [value]


def _version_of(value: Any) -> int | None:
    """Of the key that sealed it; None for what is not sealed."""
    if not isinstance(value, str):
        return None
    try:
        return key_id_of(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError, SealBroken):
        return None
