"""A version published at a set day and hour: asked of everything when the hour is set, and again
when it has come. What is refused then is told by email and stands on the first page."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import structlog
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext, gettext_noop

from campaigns import review_mail
from campaigns.access import reach_of
from campaigns.models import CampaignVersion
from campaigns.publish import PublishRefused
from campaigns.schedule import instant_at
from enrolment import batch_moves
from enrolment.models.set_publishing import SetPublishing
from trust import audit
from trust.models import User

log = structlog.get_logger(__name__)

Status = SetPublishing.Status
_PERMISSION = "campaign.edit"
# Kept in English; the page says them in the reader's language.
_BROKE = gettext_noop("It broke down on the way, and nothing was changed. Publish it by hand.")
_MAY_NOT = gettext_noop(
    "Whoever set the hour may not publish any more. Somebody else does it by hand."
)
_LONGEST = 600


class _Rehearsed(Exception):
    """Everything was allowed; what it did is undone."""


@transaction.atomic
def set_hour(
    *,
    version: CampaignVersion,
    day: date,
    wall: time,
    pace: str | None,
    now: datetime,
    actor: User,
) -> SetPublishing:
    """Raises PublishRefused and MoveRefused for what would be refused now, a past hour, and a
    campaign with an hour set already."""
    due_at = instant_at(day, wall, ZoneInfo(version.campaign.time_zone))
    if due_at <= now:
        raise PublishRefused(gettext("That hour is past. Set one to come, or publish it now."))
    _ask(version, pace, now, actor)
    try:
        with transaction.atomic():
            found = SetPublishing.objects.create(
                campaign_id=version.campaign_id,
                version=version,
                pace=pace or "",
                day=day,
                wall=wall,
                due_at=due_at,
                set_by=actor,
                set_at=now,
            )
    except IntegrityError:
        raise PublishRefused(
            gettext("An hour is set for a version of this campaign already. Take that back first.")
        ) from None
    audit.record(
        verb="version.set_hour",
        subject=version,
        actor=actor,
        detail={"due_at": due_at.isoformat(), "pace": pace or "finish"},
    )
    return found


@transaction.atomic
def take_back(*, version: CampaignVersion, actor: User, now: datetime) -> bool:
    """False where no hour was set, or it has come."""
    found = waiting_for(version)
    if found is None or not found.move_to(Status.TAKEN_BACK, ended_at=now):
        return False
    audit.record(verb="version.take_back_hour", subject=version, actor=actor)
    return True


def publish_due(*, now: datetime) -> int:
    """Publishes what is due, or says why not; how many. Safe at any time, also twice at once."""
    due = SetPublishing.objects.filter(status=Status.WAITING, due_at__lte=now).order_by("due_at")
    return sum(_publish(pk, now) for pk in list(due.values_list("pk", flat=True)))


def waiting_for(version: CampaignVersion) -> SetPublishing | None:
    return SetPublishing.objects.filter(version=version, status=Status.WAITING).first()


def last_of(version: CampaignVersion) -> SetPublishing | None:
    """What waits, or what came of it last."""
    return SetPublishing.objects.filter(version=version).select_related("set_by").first()


@transaction.atomic
def _publish(pk: int, now: datetime) -> bool:
    held = SetPublishing.objects.select_for_update(skip_locked=True, of=("self",))
    found = held.select_related("version__campaign", "set_by").filter(
        pk=pk, status=Status.WAITING
    ).first()  # fmt: skip
    if found is None:
        return False
    if found.version.status in CampaignVersion.FROZEN:
        # Somebody was quicker, by hand.
        return found.move_to(Status.TAKEN_BACK, ended_at=now)
    trouble = _try(found, now)
    if trouble:
        return _refuse(found, trouble, now)
    return found.move_to(Status.PUBLISHED, ended_at=now)


def _try(found: SetPublishing, now: datetime) -> str:
    """Why it was refused; empty when it is out."""
    if not reach_of(found.set_by).may(_PERMISSION, found.campaign_id):
        return _MAY_NOT
    try:
        with transaction.atomic():
            batch_moves.publish_version(
                version=found.version, pace=found.pace or None, now=now, actor=found.set_by
            )
    except (PublishRefused, batch_moves.MoveRefused) as refused:
        return str(refused)
    except DatabaseError:
        # No fault of the version's: the next look tries again.
        raise
    except Exception:
        # Whatever it is, the hour has come: who waits for it is told, not left to a log.
        log.exception("set_publishing_broke", version_id=found.version_id)
        return _BROKE
    return ""


def _refuse(found: SetPublishing, trouble: str, now: datetime) -> bool:
    moved = found.move_to(Status.REFUSED, ended_at=now, trouble=trouble[:_LONGEST])
    if moved:
        log.error("version_not_published", version_id=found.version_id)
        audit.record(verb="version.hour_refused", subject=found.version)
        review_mail.tell_refused(version=found.version)
    return moved


def _ask(version: CampaignVersion, pace: str | None, now: datetime, actor: User) -> None:
    """All that publishing asks, done and undone."""
    fresh = CampaignVersion.objects.select_related("campaign").get(pk=version.pk)
    if fresh.status != CampaignVersion.Status.APPROVED:
        raise PublishRefused(gettext("An hour is set for a version that is approved."))
    try:
        with transaction.atomic():
            batch_moves.publish_version(version=fresh, pace=pace, now=now, actor=actor)
            raise _Rehearsed
    except _Rehearsed:
        return
