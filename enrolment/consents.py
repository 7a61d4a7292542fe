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
    """The scopes the last word on was yes. Leaving ends the texts, and takes back nothing else: the
    call agreed to comes after them. Nothing stands of whoever was erased, or never joined."""
    if enrolment.status in (Enrolment.Status.ERASED, Enrolment.Status.INELIGIBLE):
        return frozenset()
    standing = {scope for scope, line in last_words(enrolment).items() if line.is_given}
    if enrolment.status in Enrolment.ENDED:
        standing.discard(Consent.Scope.SERVICE)
    return frozenset(standing)


def last_words(enrolment: Enrolment) -> dict[str, Consent]:
    """The last line of each scope, a yes or a no."""
    lines = Consent.objects.filter(enrolment=enrolment).defer("exact_text").order_by("pk")
    return {line.scope: line for line in lines}
