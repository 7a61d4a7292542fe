"""An attempt's token as it travels in a callback's address, signed.

Whoever holds one can report on that attempt and on nothing else; a made-up one is refused before
the database is asked. Signed with SECRET_KEY; SECRET_KEY_FALLBACKS keeps those on their way through
a change of key.
"""

import base64
import hashlib
import hmac
from functools import cache

from django.conf import settings

_BYTES = 18


def signed(token: str) -> str:
    return f"{token}.{_mark(settings.SECRET_KEY, token)}"


def genuine(signed_token: str) -> str:
    """The token; "" when the signature is not ours."""
    token, _, mark = signed_token.rpartition(".")
    for secret in (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)):
        if hmac.compare_digest(_mark(secret, token).encode(), mark.encode(errors="replace")):
            return token
    return ""


def callback_url(alias: str, token: str) -> str:
    """Where a provider reports on this attempt; the route is in messaging.urls."""
    return f"{settings.PUBLIC_BASE_URL}/hooks/{alias}/receipts/{signed(token)}/"


def _mark(secret: str, token: str) -> str:
    digest = hmac.digest(_key(secret), token.encode(errors="replace"), "sha256")
    return base64.urlsafe_b64encode(digest[:_BYTES]).decode()


@cache
def _key(secret: str) -> bytes:
    """Derived once: a text a millisecond waits for it. As django.core.signing does, but for this
    use alone."""
    return hashlib.sha256(b"messaging.callback" + secret.encode()).digest()
