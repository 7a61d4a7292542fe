"""The page with all the ways in: what can be done in each campaign, and how people came lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from campaigns.models import Campaign
from enrolment.models.consent import Consent
from enrolment.models.invitation import Invitation
from enrolment.models.people_file import PeopleFile
from enrolment.people_page import ACT, EDIT, files_of
from trust.models import User
from trust.scope import Reach, scope

LOOKED_BACK = timedelta(days=90)
_MOST_CAMPAIGNS = 50
_MOST_REFERRERS = 20
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Way:
    """How many came one way: handed in, asked, and said yes."""

    name: str
    handed_in: int
    asked: int
    said_yes: int


@dataclass(frozen=True, slots=True)
class Place:
    campaign: Campaign
    may_import: bool


@dataclass(frozen=True, slots=True)
class SigningUpPage:
    places: Sequence[Place]
    ways: Sequence[Way]
    referrers: Sequence[Way]
    files: Sequence[PeopleFile]
    days: int


def signing_up_page(*, user: User, reach: Reach, now: datetime) -> SigningUpPage:
    """Test participants are in none of the figures."""
    campaigns = list(scope(Campaign.objects.all(), reach, ACT)[:_MOST_CAMPAIGNS])
    lately = scope(Invitation.objects.all(), reach, ACT).filter(
        invited_at__gt=now - LOOKED_BACK, is_test=False
    )
    sent = lately.exclude(referrer="")
    return SigningUpPage(
        places=[Place(found, reach.may(EDIT, found.pk)) for found in campaigns],
        ways=[
            Way(str(Consent.Channel(row[0]).label), *row[1:]) for row in _counted(lately, "channel")
        ],
        referrers=[Way(*row) for row in _counted(sent, "referrer")[:_MOST_REFERRERS]],
        files=list(files_of(user, reach)[:_SHOWN]),
        days=LOOKED_BACK.days,
    )


def _counted(invitations: QuerySet[Invitation], by: str) -> Sequence[tuple[str, int, int, int]]:
    """Most first."""
    yes = Q(enrolment__consents__scope=Consent.Scope.SERVICE, enrolment__consents__is_given=True)
    found = invitations.values_list(by).annotate(
        handed_in=Count("pk", distinct=True),
        asked=Count("pk", filter=Q(status=Invitation.Status.ASKED), distinct=True),
        said_yes=Count("pk", filter=yes, distinct=True),
    )
    return list(found.order_by("-handed_in", by))
