"""Tokens for devices, apps and other systems: made once, shown once, kept as a hash."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from campaigns.models import Campaign
from enrolment.models.api_token import ApiToken
from trust import audit
from trust.models import User

#: So that a leaked one is known for what it is.
PREFIX = "swt_"
_BYTES = 32
MOST_A_MINUTE = 300

# One statement, by the database's clock: two requests at once are counted as two.
_COUNT = """
UPDATE enrolment_apitoken
   SET window_count = CASE WHEN window_at = date_trunc('minute', clock_timestamp())
                           THEN window_count + 1 ELSE 1 END,
       window_at = date_trunc('minute', clock_timestamp()),
       last_used_at = clock_timestamp()
 WHERE hashed = %s AND revoked_at IS NULL
RETURNING id, window_count, may
"""


@dataclass(frozen=True, slots=True)
class Presented:
    """A token that is good; `may` holds of ApiToken.May what it is for, `is_tired` is set once it
    has asked too often within the minute."""

    token_id: int
    is_tired: bool
    may: frozenset[str]


@transaction.atomic
def create(
    *,
    campaign: Campaign,
    name: str,
    may: Collection[str],
    now: datetime,
    actor: User | None = None,
) -> tuple[ApiToken, str]:
    """The row, and the secret, which nobody can read again. `may`: of ApiToken.May."""
    assert may, "a token is for something"
    assert set(may) <= set(ApiToken.May.values), "of ApiToken.May"
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    token = ApiToken.objects.create(
        campaign=campaign,
        name=name,
        may=sorted(may),
        hashed=_hashed(secret),
        created_at=now,
        created_by=actor,
    )
    audit.record(verb="api_token.create", subject=token, actor=actor, detail={"may": sorted(may)})
    return token, secret


@transaction.atomic
def revoke(*, token_id: int, now: datetime, actor: User | None = None) -> bool:
    """False when there is no such token, or it was revoked before."""
    live = ApiToken.objects.filter(pk=token_id, revoked_at=None)
    if not live.update(revoked_at=now):
        return False
    token = ApiToken.objects.get(pk=token_id)
    audit.record(verb="api_token.revoke", subject=token, actor=actor)
    return True


@transaction.atomic
def present(*, secret: str) -> Presented | None:
    """None for a token that never was, or is no more. Counts the request."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_hashed(secret)])
        row = cursor.fetchone()
    if row is None:
        return None
    token_id, asked, may = row
    return Presented(token_id, asked > MOST_A_MINUTE, frozenset(may))


def _hashed(secret: str) -> str:
    """A token is 256 random bits, so a plain hash can't be turned back by guessing."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
