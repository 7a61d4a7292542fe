"""What a worker does with a broadcast: counts whom it is for, or plans and queues it.

A batch of people, the cursor and the job's word of it are one transaction under the broadcast's row
lock: killed anywhere, stopped, or run twice at once, it goes on where it was and asks nobody twice.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from zlib import crc32

from django.db import transaction
from django.db.models import F

from campaigns import jobs
from campaigns.jobs import JobOver, Progress, Worker
from campaigns.models import Job
from enrolment import broadcast_lists, broadcast_people, broadcast_writing, broadcasts
from enrolment.models.broadcast import Broadcast
from messaging.models import Message
from messaging.segments import measure
from trust import audit
from trust.telling import tell

Status = Broadcast.Status
BATCH = 500
#: A task may take half a minute.
_PORTION = 15.0
#: People shown as an example.
_SAMPLE = 3
_BROKE = tell("It broke down on the way. Nobody got it twice; going on takes up where it was.")

Clock = Callable[[], datetime]


def workers(*, clock: Clock, batch: int = BATCH) -> Mapping[str, Worker]:
    """`clock` tells calendar time."""
    return {
        broadcasts.COUNT: partial(_count, clock=clock, batch=batch),
        broadcasts.SEND: partial(_send, clock=clock, batch=batch),
    }


def begin_due(*, now: datetime) -> int:
    """Begins what is scheduled for now; how many. Safe twice at once."""
    due = Broadcast.objects.filter(status=Status.SCHEDULED, due_at__lte=now).order_by("pk")
    ids = list(due.values_list("pk", flat=True))
    return sum(broadcasts.begin(broadcast_id=broadcast_id, now=now) for broadcast_id in ids)


def follow(*, now: datetime) -> int:
    """Pauses what broke down, and ends what is sent; how many."""
    sending = Broadcast.objects.filter(status=Status.SENDING).order_by("pk")
    over = (Job.Status.FAILED, Job.Status.STOPPED)
    broken = list(sending.filter(planned_at=None, job__status__in=over))
    for broadcast in broken:
        broadcasts.pause(broadcast=broadcast, actor=None, trouble=_BROKE)
    through = list(sending.filter(planned_at__isnull=False).values_list("pk", flat=True))
    return len(broken) + sum(_end(broadcast_id, now) for broadcast_id in through)


@transaction.atomic
def _end(broadcast_id: int, now: datetime) -> bool:
    """Once nothing of it waits or is on the wire."""
    held = (
        Broadcast.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=broadcast_id, status=Status.SENDING, planned_at__isnull=False)
        .first()
    )
    if held is None or _is_under_way(broadcast_id):
        return False
    held.move_to(Status.DONE, ended_at=now)
    broadcast_lists.forget(broadcast=held)
    audit.record(
        verb="broadcast.done",
        subject=held,
        detail={"queued": held.queued, "left_out": held.left_out},
    )
    return True


def _is_under_way(broadcast_id: int) -> bool:
    texts = Message.objects.filter(
        cause_kind=Message.CauseKind.BROADCAST, cause_key__startswith=f"{broadcast_id}:"
    )
    return any(
        texts.filter(status=status).exists()
        for status in (Message.Status.QUEUED, Message.Status.SENDING)
    )


def _count(job: Job, progress: Progress, *, clock: Clock, batch: int) -> None:
    """Asks of everybody what sending would, and writes nothing but the sums."""
    broadcast = Broadcast.objects.select_related("campaign").get(pk=job.detail["broadcast"])
    broadcast_lists.read(broadcast=broadcast)
    audience = broadcast_people.audience_of(broadcast)
    words = broadcast_people.words_of(broadcast)
    tally = _Tally(job.cursor.get("tally"))
    after, until = job.cursor.get("after", 0), time.monotonic() + _PORTION
    total = job.total or broadcast_people.count(broadcast)
    while time.monotonic() < until:
        now = clock()
        ids = broadcast_people.next_ids(broadcast, after, batch)
        if not ids:
            _counted(broadcast, job, tally, now)
            return
        people = broadcast_people.load(ids, audience, words, now)
        tally.add(broadcast_writing.judge(broadcast, people, audience, words, now), len(ids))
        after = ids[-1]
        progress(tally.looked_at, total, {"after": after, "tally": tally.as_json()})


@transaction.atomic
def _counted(broadcast: Broadcast, job: Job, tally: "_Tally", now: datetime) -> None:
    drafts = Broadcast.objects.filter(pk=broadcast.pk, job=job, status=Status.DRAFT)
    if not drafts.update(counted=tally.as_json(), counted_at=now):
        raise JobOver
    jobs.finish(job=job)


def _send(job: Job, progress: Progress, *, clock: Clock, batch: int) -> None:
    until = time.monotonic() + _PORTION
    while time.monotonic() < until and _send_batch(job, progress, clock(), batch):
        pass


@transaction.atomic
def _send_batch(job: Job, progress: Progress, now: datetime, batch: int) -> bool:
    """False when all are through."""
    held = (
        Broadcast.objects.select_for_update(of=("self",))
        .select_related("campaign", "author", "job")
        .get(pk=job.detail["broadcast"])
    )
    if held.status != Status.SENDING or held.job_id != job.pk:
        raise JobOver
    ids = broadcast_people.next_ids(held, held.last_enrolment_id, batch)
    if not ids:
        Broadcast.objects.filter(pk=held.pk).update(planned_at=now)
        jobs.finish(job=job)
        return False
    broadcast_people.lock(ids)
    audience, words = broadcast_people.audience_of(held), broadcast_people.words_of(held)
    people = broadcast_people.load(ids, audience, words, now)
    judged = broadcast_writing.judge(held, people, audience, words, now)
    if broadcasts.over_approval(held, more=sum(bool(one.text) for one in judged)):
        broadcasts.ask_approval(broadcast=held)
        return False
    written = broadcast_writing.write(held, judged, now)
    Broadcast.objects.filter(pk=held.pk).update(
        last_enrolment_id=ids[-1],
        looked_at=F("looked_at") + len(ids),
        queued=F("queued") + written.queued,
        left_out=F("left_out") + written.left_out,
    )
    progress(held.looked_at + len(ids), max(held.total, held.looked_at), {"after": ids[-1]})
    return True


class _Tally:
    """What counting has found so far; its sample is the same whatever the order."""

    def __init__(self, before: Mapping[str, Any] | None) -> None:
        found = before or {}
        self.looked_at: int = found.get("looked_at", 0)
        self.meant: int = found.get("meant", 0)
        self.going: int = found.get("going", 0)
        self.segments: int = found.get("segments", 0)
        self.left_out = Counter(found.get("left_out", {}))
        self.languages = Counter(found.get("languages", {}))
        self.zones = set(found.get("zones", ()))
        self.sample: list[int] = list(found.get("sample", ()))

    def add(self, judged: "list[broadcast_writing.Judged]", looked_at: int) -> None:
        self.looked_at += looked_at
        self.meant += len(judged)
        self.left_out += broadcast_writing.reasons(judged)
        going = list(broadcast_writing.rows_going(judged))
        self.going += len(going)
        for row, one in going:
            assert one.fate.chosen is not None
            self.segments += measure(one.text).segments
            self.languages[one.fate.chosen.language] += 1
            self.zones.add(row.state.zone)
        ids = [row.state.enrolment_id for row, _ in going]
        self.sample = sorted([*self.sample, *ids], key=lambda found: crc32(b"%d" % found))[:_SAMPLE]

    def as_json(self) -> dict[str, Any]:
        return {
            "looked_at": self.looked_at,
            "meant": self.meant,
            "going": self.going,
            "segments": self.segments,
            "left_out": dict(self.left_out),
            "languages": dict(self.languages),
            "zones": sorted(self.zones),
            "sample": self.sample,
        }
