"""The ledger of consent: lines written, and what stands."""

from datetime import datetime

from django.db import transaction

from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from trust import audit
from trust.models import User


@transaction.atomic
def record(
    *,
    enrolment: Enrolment,
    scope: str,
    is_given: bool,
    channel: str,
    exact_text: str,
    now: datetime,
    wording_key: str = "",
    actor: User | None = None,
) -> Consent:
    """A yes or a no, in the person's own words where there are any. The caller holds the
    enrolment's row lock."""
    line = Consent.objects.create(
        enrolment=enrolment,
        scope=scope,
        is_given=is_given,
        wording_version_id=enrolment.version_id,
        wording_key=wording_key,
        language=enrolment.participant.language,
        channel=channel,
        exact_text=exact_text,
        actor=actor,
        given_at=now,
    )
    audit.record(
        verb="consent.give" if is_given else "consent.refuse",
        subject=enrolment,
        actor=actor,
        detail={"scope": scope, "channel": channel},
    )
    return line


def standing(enrolment: Enrolment) -> frozenset[str]:
    """The scopes the last word on was yes. Nothing stands once the enrolment has ended."""
    if enrolment.status in Enrolment.ENDED:
        return frozenset()
    last: dict[str, bool] = {}
    lines = Consent.objects.filter(enrolment=enrolment).order_by("pk")
    for scope, is_given in lines.values_list("scope", "is_given"):
        last[scope] = is_given
    return frozenset(scope for scope, is_given in last.items() if is_given)
