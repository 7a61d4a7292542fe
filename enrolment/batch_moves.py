"""Everyone of a campaign moved to a new version, or replanned (see calendar_moves).

A few people at a time, each with their queued texts and the cursor in one transaction: killed
anywhere, stopped or run twice at once, it goes on where it was, and nobody is moved twice.
"""

from datetime import datetime

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import publish
from campaigns.models import Campaign, CampaignVersion
from enrolment import moving, rehearsed
from enrolment.batch_people import people_by_calendar, people_elsewhere
from enrolment.models.batch_move import BatchMove
from trust import audit
from trust.models import User

log = structlog.get_logger(__name__)

Kind, Pace, Status = BatchMove.Kind, BatchMove.Pace, BatchMove.Status


class MoveRefused(Exception):
    """The move can't begin or go on; the message says why and what to do, in plain words."""


@transaction.atomic
def publish_version(
    *, version: CampaignVersion, pace: str | None, now: datetime, actor: User | None
) -> BatchMove | None:
    """Publishes the version, if it is not yet, and begins to move people onto it at `pace`; None
    leaves everyone to finish on the version they are on.

    Raises PublishRefused or MoveRefused; then nothing has changed. Where the curriculum ships
    personas, each must have been accepted in this version.
    """
    _refuse_if_running(_locked(version.campaign_id))
    if version.status != CampaignVersion.Status.PUBLISHED:
        if waiting := rehearsed.unaccepted(version):
            raise publish.PublishRefused(
                ngettext(
                    "%(count)s persona of this version not accepted yet: %(names)s. Rehearse them "
                    "first.",
                    "%(count)s personas of this version not accepted yet: %(names)s. Rehearse them "
                    "first.",
                    len(waiting),
                )
                % {"count": len(waiting), "names": ", ".join(waiting)}
            )
        publish.publish(version=version, actor=actor, now=now)
    return start(version=version, pace=pace, now=now, actor=actor) if pace else None


@transaction.atomic
def start(
    *, version: CampaignVersion, pace: str, now: datetime, actor: User | None = None
) -> BatchMove:
    """Counts everyone still on another version and begins; `run_some` does the work."""
    campaign = _locked(version.campaign_id)
    _refuse_if_running(campaign)
    if version.status != CampaignVersion.Status.PUBLISHED:
        raise MoveRefused(_("People can only be moved to a version that is published."))
    batch = BatchMove.objects.create(
        campaign=campaign,
        kind=Kind.VERSION,
        version=version,
        pace=Pace(pace),
        total=people_elsewhere(version).count(),
        started_by=actor,
        started_at=now,
    )
    audit.record(
        verb="batch_move.start",
        subject=batch,
        actor=actor,
        detail={"version": version.number, "pace": str(pace), "people": batch.total},
    )
    return batch


@transaction.atomic
def stop(*, batch: BatchMove, actor: User | None = None) -> bool:
    """Those already moved stay where they are. False when it was not running."""
    changed = BatchMove.objects.filter(pk=batch.pk, status=Status.RUNNING).update(
        status=Status.STOPPED
    )
    if changed:
        batch.refresh_from_db()
        audit.record(verb="batch_move.stop", subject=batch, actor=actor)
    return bool(changed)


@transaction.atomic
def resume(*, batch: BatchMove, actor: User | None = None) -> bool:
    """Goes on after the last one moved. False when it was not stopped. Raises MoveRefused when
    another is running, or its version is no longer the published one."""
    _refuse_if_running(_locked(batch.campaign_id), but=batch.pk)
    if _is_overtaken(batch):
        raise MoveRefused(
            _("%(version)s is no longer published. Move people to the newer one.")
            % {"version": batch.version}
        )
    changed = BatchMove.objects.filter(pk=batch.pk, status=Status.STOPPED).update(
        status=Status.RUNNING
    )
    if changed:
        batch.refresh_from_db()
        audit.record(verb="batch_move.resume", subject=batch, actor=actor)
    return bool(changed)


def run_some(*, now: datetime, limit: int = 500) -> int:
    """Looks at the next people of every running batch, at most `limit`; how many. Safe at any time
    and twice at once: a batch that another process has in hand is left to it."""
    running = list(
        BatchMove.objects.filter(status=Status.RUNNING).order_by("pk").values_list("pk", flat=True)
    )
    done = 0
    for place, batch_id in enumerate(running):
        # What one batch leaves of its share, the next may use.
        share = (limit - done) // (len(running) - place)
        for _turn in range(share):
            if not _one_more(batch_id, now):
                break
            done += 1
    return done


@transaction.atomic
def _one_more(batch_id: int, now: datetime) -> bool:
    """The next person, moved with the cursor; False when there is none, or none for us."""
    batch = (
        BatchMove.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("version", "started_by")
        .filter(pk=batch_id, status=Status.RUNNING)
        .first()
    )
    if batch is None:
        return False
    enrolment_id = None if _is_overtaken(batch) else _next(batch)
    if enrolment_id is None:
        BatchMove.objects.filter(pk=batch.pk).update(status=Status.DONE, ended_at=now)
        audit.record(
            verb="batch_move.done", subject=batch,
            detail={"moved": batch.moved, "passed_over": batch.passed_over},
        )  # fmt: skip
        return False
    count = "moved" if _moved(batch, enrolment_id, now) else "passed_over"
    BatchMove.objects.filter(pk=batch.pk).update(
        last_enrolment_id=enrolment_id, **{count: F(count) + 1}
    )
    return True


def _moved(batch: BatchMove, enrolment_id: int, now: datetime) -> bool:
    """One person whose move fails harms no other: they stay on the version they are on."""
    try:
        with transaction.atomic():
            if batch.version is None:
                return moving.replan(enrolment_id=enrolment_id, now=now)
            return moving.move(
                enrolment_id=enrolment_id,
                version=batch.version,
                pace=batch.pace,
                now=now,
                actor=batch.started_by,
            )
    except DatabaseError:
        # A lost connection or a deadlock is no fault of this person; the next run tries again.
        raise
    except Exception:
        log.exception("enrolment_not_moved", enrolment_id=enrolment_id, batch_move_id=batch.pk)
        return False


def _next(batch: BatchMove) -> int | None:
    people = (
        people_by_calendar(batch.campaign_id)
        if batch.version is None
        else people_elsewhere(batch.version)
    )
    later = people.filter(pk__gt=batch.last_enrolment_id).order_by("pk")
    return later.values_list("pk", flat=True).first()


def _locked(campaign_id: int) -> Campaign:
    """Whoever begins, resumes or publishes holds the campaign."""
    return Campaign.objects.select_for_update().get(pk=campaign_id)


def _refuse_if_running(campaign: Campaign, but: int = 0) -> None:
    moves = BatchMove.objects.filter(campaign=campaign, kind=Kind.VERSION, status=Status.RUNNING)
    running = moves.exclude(pk=but).first()
    if running is not None:
        raise MoveRefused(
            _("People are still being moved to %(version)s. Stop that first.")
            % {"version": running.version}
        )


def _is_overtaken(batch: BatchMove) -> bool:
    version = batch.version
    return version is not None and version.status != CampaignVersion.Status.PUBLISHED
