"""People of an existing programme: they go on here where they are, or are never texted.

Nothing that lay before the import comes: it was the other programme's to send. What comes due from
then on follows the journey's own rules, late ones included.
"""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.models import Campaign, CampaignVersion
from campaigns.rules import ENROLMENT_ANCHOR, QUIT_DATE_ANCHOR, entry_anchor
from campaigns.schedule import ONE_DAY, instant_at
from enrolment import anchors, leaving
from enrolment.enrolling import Evidence, locked_number, scopes_of, take_in
from enrolment.inviting import InviteRefused
from enrolment.models.anchor import Anchor
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from enrolment.people_rows import Person
from enrolment.state import JUST_BEFORE, AnchorAt
from trust import audit
from trust.models import User

SOURCE = "import"
#: Why a prior opt-out is not followed.
CAME_SINCE = "came_since"
_MIDNIGHT = time(0)


def anchors_of(person: Person, zone: ZoneInfo, now: datetime) -> tuple[AnchorAt, ...]:
    """What her journey counts from, as a preview and the import both have it."""
    assert person.enrolled_on is not None, "read with it"
    joined = instant_at(person.enrolled_on, _MIDNIGHT, zone)
    found = [AnchorAt(ENROLMENT_ANCHOR, 1, instant=joined)]
    if person.quit_date is not None:
        found.append(AnchorAt(QUIT_DATE_ANCHOR, 1, day=person.quit_date))
    if person.stage:
        since = person.stage_since
        entered = now if since is None else instant_at(since, _MIDNIGHT, zone)
        found.append(AnchorAt(entry_anchor(person.stage), 1, instant=entered))
    return tuple(found)


@transaction.atomic
def take_over(
    *, version: CampaignVersion, person: Person, seed: int, actor: User | None, now: datetime
) -> Enrolment:
    """Active at once, with her consent in the ledger. `seed`: draws her send times, as in the
    preview. Raises InviteRefused, which leaves nothing behind."""
    assert person.said_on is not None, "read with it"
    enrolment = take_in(
        version=version,
        number=person.number,
        language=person.language,
        evidence=Evidence(
            person.how, person.said_on, person.reference, scopes_of(calls=person.calls)
        ),
        actor=actor,
        now=now,
        first_name=person.first_name,
        is_test=person.is_test,
    )
    known = anchors_of(person, ZoneInfo(version.campaign.time_zone), now)
    Anchor.objects.bulk_create(
        Anchor(
            enrolment=enrolment,
            attempt=enrolment.attempt,
            kind=anchor.kind,
            occurrence=anchor.occurrence,
            day=anchor.day,
            instant=anchor.instant,
            source=SOURCE,
            set_at=now,
        )
        for anchor in known
    )
    moved = enrolment.move_to(
        Enrolment.Status.ACTIVE,
        seed=seed,
        profile=person.dose or compiled(version).default_profile,
        enrolled_at=known[0].instant,
        started_at=known[0].instant,
        planned_from=now,
        planned_through=now - JUST_BEFORE,
    )
    assert moved, "it was made a moment ago"
    anchors.look_again(enrolment=enrolment, now=now)
    audit.record(verb="enrolment.take_over", subject=enrolment, actor=actor)
    return enrolment


@transaction.atomic
def stop(*, campaign: Campaign, person: Person, actor: User | None, now: datetime) -> None:
    """The number opts out, and whoever is open behind it here leaves; unless she said yes here
    after that day. Raises InviteRefused with CAME_SINCE then."""
    recipient = locked_number(campaign.organisation_id, person.number)
    open_ones = list(
        Enrolment.objects.select_for_update(of=("self",))
        .filter(participant__recipient=recipient, status__in=Enrolment.OPEN)
        .select_related("participant", "campaign")
        .order_by("pk")
    )
    if person.opted_out_on is not None and open_ones:
        zone = ZoneInfo(campaign.time_zone)
        since = instant_at(person.opted_out_on + ONE_DAY, _MIDNIGHT, zone)
        agreed = Consent.objects.filter(
            enrolment__in=open_ones, scope=Consent.Scope.SERVICE, is_given=True
        )
        if agreed.filter(given_at__gte=since).exists():
            raise InviteRefused(CAME_SINCE)
    leaving.opt_out(recipient=recipient, source=SOURCE, now=now)
    leaving.withdraw_all(enrolments=open_ones, source=SOURCE, reason="stop", now=now, actor=actor)
