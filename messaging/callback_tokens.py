"""An attempt's token as it travels in a callback's address, signed.

Whoever holds one can report on that attempt and on nothing else; a made-up one is refused before
the database is asked. Signed with SECRET_KEY, so SECRET_KEY_FALLBACKS keeps those on their way
through a change of key.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer

_signer = Signer(sep=".", salt="messaging.callback")


def signed(token: str) -> str:
    return _signer.sign(token)


def callback_url(alias: str, token: str) -> str:
    """Where a provider reports on this attempt; the route is in messaging.urls."""
    return f"{settings.PUBLIC_BASE_URL}/hooks/{alias}/receipts/{signed(token)}/"


def genuine(signed_token: str) -> str:
    """The token; "" when the signature is not ours."""
    try:
        return _signer.unsign(signed_token)
    except BadSignature:
        return ""
