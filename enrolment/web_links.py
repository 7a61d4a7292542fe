"""Links to a person's own page, texted when she asks: each opens one visit, and soon expires."""

import hashlib
import secrets
import string
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from enrolment.models.participant import Participant
from enrolment.models.web_link import WebLink
from messaging.models import InboundMessage
from trust import audit

STANDS = timedelta(minutes=30)
MOST_A_DAY = 5
_DAY = timedelta(hours=24)
#: 22 of 62 signs are 131 bits, and each is in GSM-7 and in no need of escaping.
_SIGNS = string.ascii_letters + string.digits
TOKEN_LENGTH = 22


def are_too_many(*, participant: Participant, now: datetime) -> bool:
    made = WebLink.objects.filter(participant=participant, made_at__gt=now - _DAY)
    return made.count() >= MOST_A_DAY


@transaction.atomic
def make(*, participant: Participant, inbound: InboundMessage, now: datetime) -> str:
    """The address to be texted, which is kept nowhere but in that text. The caller holds the
    recipient's row lock, so that a day's links can be counted."""
    token = "".join(secrets.choice(_SIGNS) for _ in range(TOKEN_LENGTH))
    link = WebLink.objects.create(
        participant=participant,
        inbound=inbound,
        token_hash=hashed(token),
        made_at=now,
        expires_at=now + STANDS,
    )
    audit.record(verb="web.link", subject=link)
    return f"{settings.PUBLIC_BASE_URL}/me/{token}/"


def live(*, token: str, now: datetime) -> WebLink | None:
    """One that is neither used nor expired. Anything else costs the same one look."""
    found = WebLink.objects.filter(token_hash=hashed(token), used_at=None, expires_at__gt=now)
    return found.select_related("participant").first()


def hashed(secret: str) -> bytes:
    """Without a key or a salt: nobody can go through 131 bits."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()
