"""A version's way from draft to published: each move a verb, each checked in the database."""

from datetime import date, datetime

from django.db import transaction

from campaigns.compiling import compile_version
from campaigns.models.calendar_date import CalendarDate
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.pack_checks import check
from campaigns.pack_marks import Names, Node, Problems
from campaigns.pack_values import Pack
from campaigns.rules import CALENDAR_PREFIX
from campaigns.unloading import as_pack
from campaigns.wording import MissingValue
from messaging.addresses import can_be_answered
from trust import audit
from trust.models import User

Status = CampaignVersion.Status
#: Problems told at once; a page of them helps nobody.
_SHOWN = 10


class PublishRefused(Exception):
    """The move is not allowed; the message says why and what to do, in plain words."""


@transaction.atomic
def submit(*, version: CampaignVersion, actor: User | None) -> None:
    _move(version, Status.IN_REVIEW)
    audit.record(verb="version.submit", subject=version, actor=actor)


@transaction.atomic
def approve(*, version: CampaignVersion, actor: User, now: datetime) -> None:
    """Raises PublishRefused when the author would approve their own work."""
    if version.author_id == actor.pk:
        raise PublishRefused("The author can't approve the version. Ask a reviewer to.")
    _move(version, Status.APPROVED, approver=actor, approved_at=now)
    audit.record(verb="version.approve", subject=version, actor=actor)


@transaction.atomic
def record_clinical_approval(
    *, version: CampaignVersion, reviewer: str, body: str, day: date, actor: User
) -> None:
    """The named clinical approval without which only a fake provider carries the texts."""
    changed = CampaignVersion.objects.filter(
        pk=version.pk, status__in=(Status.IN_REVIEW, Status.APPROVED)
    ).update(clinical_reviewer=reviewer, clinical_body=body, clinical_date=day)
    if not changed:
        raise PublishRefused("A clinical approval is recorded before the version is published.")
    version.refresh_from_db()
    audit.record(verb="version.clinical_approval", subject=version, actor=actor)


@transaction.atomic
def publish(*, version: CampaignVersion, actor: User | None, now: datetime) -> None:
    """One row makes it live; the version before it retires and its people finish on it.

    Raises PublishRefused when the content doesn't hold together, when a country variable used by a
    text has no value, or when the version is not approved.
    """
    Campaign.objects.select_for_update().get(pk=version.campaign_id)
    if version.status == Status.APPROVED:
        _refuse_problems(version, now)
    try:
        compile_version(version)
    except MissingValue as missing:
        raise PublishRefused(
            f"A text uses {{{{ {missing} }}}}, which has no value. Set it in the campaign's "
            "country variables."
        ) from missing
    for live in CampaignVersion.objects.filter(
        campaign_id=version.campaign_id, status=Status.PUBLISHED
    ):
        _move(live, Status.RETIRED)
    _move(version, Status.PUBLISHED, published_at=now)
    audit.record(verb="version.publish", subject=version, actor=actor)


def _refuse_problems(version: CampaignVersion, now: datetime) -> None:
    """The rules of a pack, asked of the rows: an administrator may have changed them since."""
    pack, problems = as_pack(version), Problems()
    check(pack, Names(), problems)
    sender = version.campaign.sender
    if not can_be_answered(sender.address):
        problems.add(
            Node("campaign", 0, None),
            f"nobody can text to the sender {sender.name}, whose address is a name: JOIN, STOP and "
            "answers would never come in; choose a number or a short code",
        )
    for key in sorted(_days_missing(version, pack, now)):
        problems.add(
            Node("campaign", 0, None),
            f"stages count from {key}, which has no day to come in the country's calendar",
        )
    found = list(dict.fromkeys(f"{problem.file}: {problem.reason}." for problem in problems.found))
    if found:
        more = f" And {len(found) - _SHOWN} more." if len(found) > _SHOWN else ""
        raise PublishRefused(" ".join(found[:_SHOWN]) + more)


def _days_missing(version: CampaignVersion, pack: Pack, now: datetime) -> set[str]:
    needed = {stage.anchor for stage in pack.stages if stage.anchor.startswith(CALENDAR_PREFIX)}
    ahead = CalendarDate.objects.filter(
        organisation_id=version.campaign.organisation_id,
        country=version.campaign.country,
        day__gte=now.date(),
    )
    return needed - {CALENDAR_PREFIX + key for key in ahead.values_list("key", flat=True)}


def published_version(campaign: Campaign) -> CampaignVersion | None:
    return campaign.versions.filter(status=Status.PUBLISHED).first()


def _move(version: CampaignVersion, to: str, **columns: object) -> None:
    allowed = [status for status, moves in CampaignVersion.MOVES.items() if to in moves]
    changed = CampaignVersion.objects.filter(pk=version.pk, status__in=allowed).update(
        status=to, **columns
    )
    if not changed:
        raise PublishRefused(
            f"A version that is {version.get_status_display().lower()} can't be {to}."
        )
    version.refresh_from_db()
