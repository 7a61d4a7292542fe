"""A version's way from draft to published: each move a verb, each checked in the database."""

from datetime import date, datetime

from django.db import transaction

from campaigns.compiling import compile_version
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.wording import MissingValue
from trust import audit
from trust.models import User

Status = CampaignVersion.Status


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

    Raises PublishRefused when a country variable used by a text has no value, or when the version
    is not approved.
    """
    Campaign.objects.select_for_update().get(pk=version.campaign_id)
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
