"""Tokens for devices and apps: made once, shown once, kept as a hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from campaigns.models import Campaign
from enrolment.models.reading_token import ReadingToken
from trust import audit
from trust.models import User

#: So that a leaked one is known for what it is.
PREFIX = "swr_"
_BYTES = 32
MOST_A_MINUTE = 300

# One statement, by the database's clock: two requests at once are counted as two.
_COUNT = """
UPDATE enrolment_readingtoken
   SET window_count = CASE WHEN window_at = date_trunc('minute', clock_timestamp())
                           THEN window_count + 1 ELSE 1 END,
       window_at = date_trunc('minute', clock_timestamp()),
       last_used_at = clock_timestamp()
 WHERE hashed = %s AND revoked_at IS NULL
RETURNING id, window_count
"""


@dataclass(frozen=True, slots=True)
class Presented:
    """A token that is good; `is_tired` once it has asked too often within the minute."""

    token_id: int
    is_tired: bool


@transaction.atomic
def create(
    *, campaign: Campaign, name: str, now: datetime, actor: User | None = None
) -> tuple[ReadingToken, str]:
    """The row, and the secret, which nobody can read again."""
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    token = ReadingToken.objects.create(
        campaign=campaign, name=name, hashed=_hashed(secret), created_at=now, created_by=actor
    )
    audit.record(verb="reading_token.create", subject=token, actor=actor)
    return token, secret


@transaction.atomic
def revoke(*, token_id: int, now: datetime, actor: User | None = None) -> bool:
    """False when there is no such token, or it was revoked before."""
    live = ReadingToken.objects.filter(pk=token_id, revoked_at=None)
    if not live.update(revoked_at=now):
        return False
    token = ReadingToken.objects.get(pk=token_id)
    audit.record(verb="reading_token.revoke", subject=token, actor=actor)
    return True


@transaction.atomic
def present(*, secret: str) -> Presented | None:
    """None for a token that never was, or is no more. Counts the request."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_hashed(secret)])
        row = cursor.fetchone()
    return None if row is None else Presented(row[0], row[1] > MOST_A_MINUTE)


def _hashed(secret: str) -> str:
    """A token is 256 random bits, so a plain hash can't be turned back by guessing."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
