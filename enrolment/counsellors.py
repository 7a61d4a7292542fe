"""Who may take up a case."""

from collections.abc import Sequence

from django.db.models import Q

from enrolment.models.case import Case
from trust.models import User
from trust.roles import ROLES

_ANSWERING = [role.name for role in ROLES.values() if "inbox.answer" in role.permissions]


def counsellors_of(*, case: Case) -> Sequence[User]:
    """Those of its campaign and of the whole organisation."""
    wide = Q(organisation_role__in=_ANSWERING)
    here = Q(memberships__campaign_id=case.campaign_id, memberships__role__in=_ANSWERING)
    theirs = User.objects.filter(
        organisation_id=case.organisation_id, is_active=True, is_staff=True
    )
    found = theirs.filter(wide | here) if case.campaign_id else theirs.filter(wide)
    return list(found.distinct().order_by("name", "pk"))
