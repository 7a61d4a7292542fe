"""What a worker does with an export of people: a part after the other, from the newest person on.

A part, the cursor and the job's word of it are one transaction, so a worker that is killed anywhere
leaves no part twice and none out; the next goes on below the last person written.
"""

import time
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from campaigns import jobs
from campaigns.jobs import JobOver, Progress, Worker
from campaigns.models import Job
from enrolment import people_list
from enrolment.handles import handle_of
from enrolment.models.enrolment import Enrolment
from enrolment.models.people_export import PeopleExport
from enrolment.models.people_export_part import PeopleExportPart
from enrolment.people_exports import EXPORT, KEPT_FOR, Row
from trust.models import MachineNow

#: Of a task's half minute; then the next portion has its turn.
_SECONDS = 12.0
#: People of one part: one that is fetched stands whole in memory.
_PART = 1000


def _work(job: Job, progress: Progress) -> None:
    export = PeopleExport.objects.filter(job=job, purged_at=None).first()
    if export is None:
        raise JobOver
    ends = time.monotonic() + _SECONDS
    statuses = people_list.STATES[export.state][1]
    total = (
        job.total
        or Enrolment.objects.filter(campaign=export.campaign_id, status__in=statuses).count()
    )
    before, is_last = job.cursor.get("before"), False
    while not is_last and time.monotonic() < ends:
        ids, before = people_list.newest(
            campaign_ids=[export.campaign_id], statuses=statuses, before=before, limit=_PART
        )
        is_last = before is None
        _write(export, ids, progress, total, before)


@transaction.atomic
def _write(
    export: PeopleExport, ids: list[int], progress: Progress, total: int, before: int | None
) -> None:
    """`before`: where the next part begins; None ends it, in the same transaction."""
    people = export.people + len(ids)
    # First, as it holds the job's row: a worker taken for dead gets no further.
    progress(people, max(total, people), {"before": before})
    if ids:
        PeopleExportPart.objects.create(people_export=export, place=export.parts, rows=_rows(ids))
    export.people, export.parts = people, export.parts + bool(ids)
    export.save(update_fields=["people", "parts"])
    if before is None:
        PeopleExport.objects.filter(pk=export.pk).update(expires_at=MachineNow() + KEPT_FOR)
        jobs.finish(job=progress.job)


def _rows(ids: list[int]) -> list[Row]:
    people = list(Enrolment.objects.filter(pk__in=ids).order_by("-pk"))
    days = people_list.quit_days(people)
    return [
        [
            row.pk,
            handle_of(row.participant_id),
            row.status,
            "yes" if row.is_test else "no",
            row.enrolled_at.date().isoformat(),
            days[row.pk].isoformat() if row.pk in days else None,
            _moment(row.next_due_at),
            _moment(row.heard_at),
        ]
        for row in people
    ]


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(sep=" ", timespec="minutes")


WORKERS: Mapping[str, Worker] = {EXPORT: _work}
