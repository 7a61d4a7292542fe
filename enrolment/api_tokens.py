"""Tokens for devices, apps and other systems: made once, shown once, kept as a hash.

A token that sends stands by itself: an alarming reading must not be lost because somebody left. One
that reads reaches no further than whoever made it does now.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from campaigns import access
from campaigns.models import Campaign
from enrolment.models.api_token import ApiToken
from trust import audit
from trust.models import MachineNow, User
from trust.scope import Reach

#: So that a leaked one is known for what it is.
PREFIX = "swt_"
_BYTES = 32
#: Days a token lives, if nothing else is said, and at most.
USUAL_DAYS, MOST_DAYS = 365, 730

# One statement, by the database's clock: two requests at once are counted as two, in whatever
# process, and nothing but the database has to be there to count them.
_COUNT = """
UPDATE enrolment_apitoken t
   SET window_count = CASE WHEN window_at = date_trunc('minute', clock_timestamp())
                           THEN window_count + 1 ELSE 1 END,
       window_at = date_trunc('minute', clock_timestamp()),
       last_used_at = clock_timestamp()
  FROM campaigns_campaign c
 WHERE c.id = t.campaign_id AND hashed = %s AND revoked_at IS NULL
   AND (expires_at IS NULL OR expires_at > clock_timestamp())
RETURNING t.id, window_count > most_a_minute, may, c.id, c.organisation_id, created_by_id
"""


class NotYours(Exception):
    """Nobody gives a token what they may not do themselves in its campaign."""


@dataclass(frozen=True, slots=True)
class Presented:
    """A token that is good; `may` holds of ApiToken.May what it is for, `is_tired` is set once it
    has asked too often within the minute."""

    token_id: int
    is_tired: bool
    may: frozenset[str]
    campaign_id: int
    organisation_id: int
    made_by_id: int | None


@transaction.atomic
def create(
    *,
    campaign: Campaign,
    name: str,
    may: Collection[str],
    now: datetime,
    actor: User | None = None,
    days: int = USUAL_DAYS,
) -> tuple[ApiToken, str]:
    """The row, and the secret, which nobody can read again. `may`: of ApiToken.May. `days`: how
    long it lives. Raises NotYours, but not without an actor: whoever runs commands may anything."""
    assert may, "a token is for something"
    assert set(may) <= set(ApiToken.May.values), "of ApiToken.May"
    assert 0 < days <= MOST_DAYS, "a token ends"
    if actor is not None and not set(may) <= givable(actor, campaign.pk):
        raise NotYours
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    token = ApiToken.objects.create(
        campaign=campaign,
        name=name,
        may=sorted(may),
        hashed=_hashed(secret),
        created_at=now,
        created_by=actor,
        expires_at=MachineNow() + timedelta(days=days),
    )
    token.refresh_from_db(fields=["expires_at"])
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
    token_id, is_tired, may, campaign_id, organisation_id, made_by_id = row
    return Presented(token_id, is_tired, frozenset(may), campaign_id, organisation_id, made_by_id)


def note_refused(*, token_id: int, may: str) -> None:
    """A try at what the token may not do leaves a line in the audit."""
    token = ApiToken.objects.select_related("campaign").get(pk=token_id)
    audit.record(verb="api_token.refused", subject=token, detail={"may": may})


def givable(user: User, campaign_id: int) -> frozenset[str]:
    """What a token of this campaign may be given by this user."""
    reach = access.reach_of(user)
    return frozenset(
        may for may, needed in ApiToken.NEEDS.items() if reach.may(needed, campaign_id)
    )


def reading_reach(presented: Presented) -> Reach:
    """What a token that reads reaches: its one campaign, as long as whoever made it does."""
    held = {ApiToken.NEEDS[may] for may in presented.may}
    if presented.made_by_id is not None:
        theirs = access.reach_of(User.objects.get(pk=presented.made_by_id))
        held = {each for each in held if theirs.may(each, presented.campaign_id)}
    return Reach(
        user_id=None,
        organisation_id=presented.organisation_id,
        platform=False,
        organisation_permissions=frozenset(),
        campaign_permissions={presented.campaign_id: frozenset(held)},
    )


def _hashed(secret: str) -> str:
    """A token is 256 random bits, so a plain hash can't be turned back by guessing."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
