"""A broadcast's way: drafted, counted, approved by somebody else where it is large, scheduled,
sent, paused, taken up again, cancelled. The sending itself is `broadcast_work`.

Each move locks the broadcast's row first, as a batch that is being sent does: after a pause or a
cancelling no batch is under way.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import jobs
from campaigns.models import Campaign
from campaigns.schedule import instant_at
from enrolment import broadcast_lists, broadcast_people
from enrolment.models.broadcast import Broadcast
from enrolment.models.broadcast_decision import BroadcastDecision
from messaging import outbox
from messaging.models import Message
from trust import audit
from trust.models import User
from trust.telling import tell

Status = Broadcast.Status
COUNT, SEND = "broadcast_count", "broadcast_send"
CANCELLED = "broadcast_cancelled"
_OVER = tell("More people are in it by now than may get it without a second person's approval.")


class BroadcastRefused(Exception):
    """It can't be done; the message says why and what to do, in plain words."""


@transaction.atomic
def draft(
    *,
    campaign: Campaign,
    values: Mapping[str, Any],
    lines: Sequence[str] | None,
    actor: User,
    now: datetime,
) -> Broadcast:
    """`values`: columns of the draft, checked. `lines`: of an uploaded list. Counting begins."""
    broadcast = Broadcast.objects.create(
        campaign=campaign, author=actor, created_at=now, **dict(values)
    )
    if lines is not None:
        broadcast_lists.receive(broadcast=broadcast, lines=lines, now=now)
    _count_anew(broadcast, actor)
    audit.record(verb="broadcast.draft", subject=broadcast, actor=actor)
    return broadcast


@transaction.atomic
def edit(
    *,
    broadcast: Broadcast,
    values: Mapping[str, Any],
    lines: Sequence[str] | None,
    actor: User,
    now: datetime,
) -> None:
    """Whoever edits it is its author from now on, and can't approve it."""
    held = _held(broadcast)
    if held.status != Status.DRAFT:
        raise BroadcastRefused(_("It is no draft any more. Take it back first."))
    for name, value in values.items():
        setattr(held, name, value)
    held.author, held.counted, held.counted_at, held.sent_back = actor, None, None, ""
    held.save()
    if not held.by_list:
        broadcast_lists.forget(broadcast=held)
    elif lines is not None:
        broadcast_lists.receive(broadcast=held, lines=lines, now=now)
    _count_anew(held, actor)
    audit.record(verb="broadcast.edit", subject=held, actor=actor)


@transaction.atomic
def count_anew(*, broadcast: Broadcast, actor: User) -> None:
    held = _held(broadcast)
    if held.status != Status.DRAFT:
        raise BroadcastRefused(_("It is no draft any more."))
    Broadcast.objects.filter(pk=held.pk).update(counted=None, counted_at=None)
    _count_anew(held, actor)


@transaction.atomic
def submit(*, broadcast: Broadcast, actor: User, now: datetime) -> str:
    """Schedules it, or asks a second person where it is to many; the status it has now."""
    held = _held(broadcast)
    if held.status != Status.DRAFT:
        raise BroadcastRefused(_("It was sent on its way before."))
    if held.counted is None:
        raise BroadcastRefused(_("It is still being counted. Wait until you see for whom it is."))
    if not held.counted["going"]:
        raise BroadcastRefused(_("Nobody would get it. Change whom it is for."))
    due_at = _due_at(held, now)
    wants_approval = held.counted["going"] > held.campaign.broadcast_approval_above
    status = Status.AWAITING if wants_approval else Status.SCHEDULED
    _move(held, status, due_at=due_at, approver=None, approved_at=None)
    audit.record(
        verb=f"broadcast.{status}",
        subject=held,
        actor=actor,
        detail={"people": held.counted["going"], "due_at": due_at.isoformat()},
    )
    return status


@transaction.atomic
def approve(*, broadcast: Broadcast, actor: User, now: datetime) -> None:
    held = _held(broadcast)
    if held.author_id == actor.pk:
        raise BroadcastRefused(_("You wrote it, so somebody else approves it."))
    if not held.has_begun:
        _due_at(held, now)
    _move(held, Status.SCHEDULED, approver=actor, approved_at=now, sent_back="", trouble="")
    audit.record(verb="broadcast.approve", subject=held, actor=actor)


@transaction.atomic
def send_back(*, broadcast: Broadcast, why: str, actor: User) -> None:
    """To its author, who reads why."""
    held = _held(broadcast)
    if held.status != Status.AWAITING:
        raise BroadcastRefused(_("It does not wait for approval."))
    _to_draft(held, sent_back=why)
    audit.record(verb="broadcast.send_back", subject=held, actor=actor)


@transaction.atomic
def take_back(*, broadcast: Broadcast, actor: User) -> None:
    """A scheduled or waiting one becomes a draft again, before anybody got it."""
    held = _held(broadcast)
    _to_draft(held)
    audit.record(verb="broadcast.take_back", subject=held, actor=actor)


@transaction.atomic
def pause(*, broadcast: Broadcast, actor: User | None, trouble: str = "") -> None:
    """No further person is planned for, and what is queued is held."""
    _hold(_held(broadcast), Status.PAUSED, actor, trouble)
    audit.record(verb="broadcast.pause", subject=broadcast, actor=actor)


@transaction.atomic
def ask_approval(*, broadcast: Broadcast) -> None:
    """Of one that is being sent, and has grown: as a pause, until a second person approves."""
    _hold(_held(broadcast), Status.AWAITING, None, _OVER)
    audit.record(verb="broadcast.awaiting", subject=broadcast)


@transaction.atomic
def resume(*, broadcast: Broadcast, actor: User) -> None:
    """What was held goes on, as long as its time is not over; planning goes on where it was."""
    held = _held(broadcast)
    _move(held, Status.SENDING, trouble="")
    outbox.release(cause_kind=Message.CauseKind.BROADCAST, cause_keys=_open_keys(held))
    if held.planned_at is None:
        _start_sending(held, actor)
    audit.record(verb="broadcast.resume", subject=held, actor=actor)


@transaction.atomic
def cancel(*, broadcast: Broadcast, actor: User, now: datetime) -> int:
    """For good; how many queued texts were cancelled. What is on the wire can't be called back."""
    held = _held(broadcast)
    _move(held, Status.CANCELLED, ended_at=now)
    _stop_job(held, actor)
    cancelled = outbox.cancel(
        cause_kind=Message.CauseKind.BROADCAST,
        cause_keys=_open_keys(held),
        reason=CANCELLED,
        now=now,
    )
    broadcast_lists.forget(broadcast=held)
    audit.record(
        verb="broadcast.cancel", subject=held, actor=actor, detail={"cancelled": cancelled}
    )
    return cancelled


@transaction.atomic
def begin(*, broadcast_id: int, now: datetime) -> bool:
    """Its time has come; False when it is not scheduled any more, or another process begins it."""
    held = (
        Broadcast.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("campaign", "author", "approver", "job")
        .filter(pk=broadcast_id, status=Status.SCHEDULED, due_at__lte=now)
        .first()
    )
    if held is None:
        return False
    columns: dict[str, Any] = {}
    if not held.has_begun:
        held.until_enrolment_id = broadcast_people.newest_id(held)
        columns = {
            "until_enrolment_id": held.until_enrolment_id,
            "total": broadcast_people.count(held),
            "began_at": now,
        }
    _move(held, Status.SENDING, **columns)
    outbox.release(cause_kind=Message.CauseKind.BROADCAST, cause_keys=_open_keys(held))
    if held.planned_at is None:
        _start_sending(held, held.approver or held.author)
    audit.record(verb="broadcast.begin", subject=held)
    return True


def over_approval(broadcast: Broadcast, more: int) -> bool:
    """Whether so many are planned for, and `more`, that a second person should have looked."""
    return (
        broadcast.approver_id is None
        and broadcast.queued + more > broadcast.campaign.broadcast_approval_above
    )


def _due_at(broadcast: Broadcast, now: datetime) -> datetime:
    """When the first of those it is for may get it. Raises BroadcastRefused for a past time."""
    if broadcast.day is None or broadcast.wall is None:
        return now
    zones = [broadcast.campaign.time_zone]
    if broadcast.zone_of == Broadcast.ZoneOf.PERSON and broadcast.counted:
        zones = broadcast.counted["zones"] or zones
    first = min(instant_at(broadcast.day, broadcast.wall, ZoneInfo(zone)) for zone in zones)
    if first < now:
        raise BroadcastRefused(
            _(
                "Its time is over, at least where clocks are ahead. Choose a later one, or as soon "
                "as it may go."
            )
        )
    return first


def _count_anew(broadcast: Broadcast, actor: User) -> None:
    _stop_job(broadcast, actor)
    _begin_job(broadcast, COUNT, actor)


def _start_sending(broadcast: Broadcast, actor: User) -> None:
    _stop_job(broadcast, actor)
    _begin_job(broadcast, SEND, actor)


def _begin_job(broadcast: Broadcast, kind: str, actor: User) -> None:
    job = jobs.start(
        campaign=broadcast.campaign, kind=kind, detail={"broadcast": broadcast.pk}, actor=actor
    )
    broadcast.job = job
    Broadcast.objects.filter(pk=broadcast.pk).update(job=job)


def _stop_job(broadcast: Broadcast, actor: User | None) -> None:
    if broadcast.job is not None:
        jobs.stop(job=broadcast.job, actor=actor)


def _hold(broadcast: Broadcast, status: str, actor: User | None, trouble: str) -> None:
    _move(broadcast, status, trouble=trouble)
    _stop_job(broadcast, actor)
    outbox.hold(cause_kind=Message.CauseKind.BROADCAST, cause_keys=_open_keys(broadcast))


def _to_draft(broadcast: Broadcast, **columns: Any) -> None:
    if broadcast.has_begun:
        raise BroadcastRefused(_("Some have got it already. It can be approved or cancelled."))
    _move(broadcast, Status.DRAFT, due_at=None, approver=None, approved_at=None, **columns)


def _open_keys(broadcast: Broadcast) -> list[str]:
    decided = BroadcastDecision.objects.filter(broadcast=broadcast, message__isnull=False)
    waiting = Message.objects.filter(
        pk__in=decided.values("message_id"), status__in=Message.OPEN
    ).order_by()
    return list(waiting.values_list("cause_key", flat=True))


def _held(broadcast: Broadcast) -> Broadcast:
    rows = Broadcast.objects.select_for_update(of=("self",))
    return rows.select_related("campaign", "author", "approver", "job").get(pk=broadcast.pk)


def _move(broadcast: Broadcast, status: str, **columns: Any) -> None:
    before = broadcast.get_status_display()
    if not broadcast.move_to(status, **columns):
        raise BroadcastRefused(
            _("It is %(state)s by now. Look at the page again.") % {"state": before}
        )
