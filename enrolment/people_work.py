"""What a worker does with a list of people: reads it and looks at each row, or does one row after
the other.

A row is done in one transaction with its own end, so a worker that is killed anywhere leaves no
row half done and none is done twice; the next goes on with the rows that wait.
"""

import base64
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db import InterfaceError, OperationalError, transaction

from campaigns import jobs
from campaigns.jobs import JobOver, Progress, Worker
from campaigns.models import CampaignVersion, Job
from campaigns.rules import ENTRY
from campaigns.schedule import local_day
from enrolment import inviting, people_files, taking_over
from enrolment.enrolling import Evidence, enrol_on_paper, scopes_of
from enrolment.models.consent import Consent
from enrolment.models.people_file import PeopleFile
from enrolment.models.people_row import PeopleRow
from enrolment.people_outlook import Foresight, reasons, seed_of
from enrolment.people_rows import COLUMNS, Deed, Frame, Kind, Person, people_in, person_of
from enrolment.people_table import PeopleFileRefused, Table, read_table
from messaging.clock import calendar_now
from trust.blind_index import number_index
from trust.fields import Sealed
from trust.ids import draw_ids
from trust.keys import sealer
from trust.telling import as_json, tell

log = structlog.get_logger(__name__)

_PERSON = f"{PeopleRow._meta.db_table}.person"
Status, RowStatus = PeopleFile.Status, PeopleRow.Status
#: Of a task's half minute; then the next portion has its turn.
_SECONDS = 12.0
_LOOKED_AT = 200
_TAKEN = 100
_SAID_EVERY = 20
#: Problems told; of more, their number.
_MOST_SHOWN = 1000


def read(job: Job, progress: Progress) -> None:
    """The dry run: what the file says, then what that would do."""
    ends = time.monotonic() + _SECONDS
    found = _file(job)
    version = people_files.published(found.campaign)
    if version is None:
        _refuse(
            job, found, tell("This campaign has no published version any more. Publish one first.")
        )
        return
    if found.content is not None and not _unpack(job, found, version, progress):
        return
    waiting = found.rows.filter(status=RowStatus.UNSEEN).order_by("row")
    left = waiting.count()
    while rows := list(waiting[:_LOOKED_AT]):
        _look_at(found, version, rows, calendar_now())
        left -= len(rows)
        progress(found.total - left, found.total, {"row": rows[-1].row})
        if time.monotonic() > ends:
            return
    _end(job, found, Status.READY)


def apply(job: Job, progress: Progress) -> None:
    found = _file(job)
    version = people_files.published(found.campaign)
    ends = time.monotonic() + _SECONDS
    waiting = found.rows.filter(status=RowStatus.PLANNED).order_by("row")
    left = waiting.count()
    total = int(job.cursor.get("total", left))
    while rows := list(waiting[:_TAKEN]):
        for place, row in enumerate(rows):
            row.people_file = found
            _do(row, version, job)
            left -= 1
            cursor = {"total": total, "row": row.row} if place % _SAID_EVERY == 0 else None
            progress(total - left, total, cursor)
            if time.monotonic() > ends:
                return
    _end(job, found, Status.APPLIED)


WORKERS: Mapping[str, Worker] = {people_files.READ: read, people_files.APPLY: apply}


def _file(job: Job) -> PeopleFile:
    """Raises JobOver where it was thrown away meanwhile."""
    found = (
        PeopleFile.objects.select_related("campaign__sender", "job")
        .filter(job=job, status__in=PeopleFile.KEPT)
        .first()
    )
    if found is None:
        raise JobOver
    return found


def _unpack(job: Job, found: PeopleFile, version: CampaignVersion, progress: Progress) -> bool:
    """The file's rows, and its bytes forgotten, in one transaction; False when it can't be taken
    over, which is then written down."""
    frame = frame_of(found, version, calendar_now())
    try:
        table = read_table(base64.b64decode(found.content or ""), COLUMNS[frame.kind])
    except PeopleFileRefused as refused:
        _refuse(job, found, str(refused))
        return False
    people, again = people_in(table, frame)
    if table.problems:
        _mend(job, found, table)
        return False
    with transaction.atomic():
        PeopleRow.objects.bulk_create(_rows(found, people, again), batch_size=1000)
        kept = PeopleFile.objects.filter(pk=found.pk, status=Status.RECEIVED)
        if not kept.update(content=None, total=len(table.rows)):
            raise JobOver
        progress(0, len(table.rows), {"row": 0})
    found.content, found.total = None, len(table.rows)
    return True


def frame_of(found: PeopleFile, version: CampaignVersion, now: datetime) -> Frame:
    campaign = found.campaign
    return Frame(
        kind=Kind(found.kind),
        today=local_day(now, ZoneInfo(campaign.time_zone)),
        country=campaign.country,
        languages=version.languages,
        default_language=version.default_language,
        stages=list(version.stages.filter(anchor=ENTRY).values_list("key", flat=True)),
        doses=list(version.profiles),
    )


def _rows(
    found: PeopleFile, people: Sequence[Person], again: Iterable[tuple[int, int]]
) -> list[PeopleRow]:
    organisation_id = found.campaign.organisation_id
    rows = [
        PeopleRow(
            people_file=found,
            row=person.row,
            deed=person.deed,
            number_index=number_index(organisation_id, person.number),
            is_test=person.is_test,
        )
        for person in people
    ]
    rows += [
        PeopleRow(
            people_file=found,
            row=row,
            deed=Deed.ASK if found.kind == Kind.ENROL else Deed.TAKE_OVER,
            status=RowStatus.PASSED,
            reason=PeopleRow.Reason.TWICE,
            same_as=same_as,
        )
        for row, same_as in again
    ]
    words = {person.row: person.as_words() for person in people}
    seal = sealer(organisation_id).seal
    for row, row_id in zip(rows, draw_ids(PeopleRow, len(rows)), strict=True):
        row.pk = row_id
        if row.row in words:
            # By one sealer: left to the rows, each would ask for the key.
            row.person = Sealed(seal(_PERSON, row_id, words[row.row]))
    return rows


@transaction.atomic
def _look_at(
    found: PeopleFile, version: CampaignVersion, rows: list[PeopleRow], now: datetime
) -> None:
    people = {row.pk: person_of(row.person or "") for row in rows}
    left_alone = reasons(found.campaign, list(people.values()), now)
    foresight = Foresight(version, now) if found.kind == Kind.IMPORT else None
    planned = []
    for row in rows:
        person = people[row.pk]
        if reason := left_alone.get(row.row):
            row.move_to(RowStatus.PASSED, reason=reason)
            continue
        row.status = RowStatus.PLANNED
        if foresight is not None and person.deed is Deed.TAKE_OVER:
            row.first_step, row.first_at = foresight.first(person, seed_of(row))
        planned.append(row)
    PeopleRow.objects.bulk_update(planned, ["status", "first_step", "first_at"])


class _Overtaken(Exception):
    """Another worker, or an erasure, was first."""


def _do(row: PeopleRow, version: CampaignVersion | None, job: Job) -> None:
    """One row, and its end with it. A row that can't be done holds up no other."""
    now = calendar_now()
    try:
        with transaction.atomic():
            enrolment_id = _done(row, version, job, now)
            if not row.move_to(RowStatus.DONE, enrolment_id=enrolment_id):
                raise _Overtaken
    except _Overtaken:
        log.info("people_row_overtaken", row_id=row.pk)
    except inviting.InviteRefused as refused:
        row.move_to(RowStatus.PASSED, reason=refused.reason)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # Never with its words: what broke may be a number.
        log.error("people_row_broke", row_id=row.pk, error=type(error).__name__)
        row.move_to(RowStatus.PASSED, reason=PeopleRow.Reason.FAULT)


def _done(row: PeopleRow, version: CampaignVersion | None, job: Job, now: datetime) -> int | None:
    """The enrolment it made. Raises InviteRefused."""
    person, actor = person_of(row.person or ""), job.started_by
    assert actor is not None, "somebody pressed the button"
    if person.deed is Deed.STOP:
        taking_over.stop(campaign=row.people_file.campaign, person=person, actor=actor, now=now)
        return None
    if version is None:
        raise inviting.InviteRefused(PeopleRow.Reason.NOT_OPEN)
    if person.deed is Deed.TAKE_OVER:
        return taking_over.take_over(
            version=version, person=person, seed=seed_of(row), actor=actor, now=now
        ).pk
    shared: dict[str, Any] = {
        "version": version,
        "number": person.number,
        "language": person.language,
        "first_name": person.first_name,
        "is_test": person.is_test,
        "actor": actor,
        "now": now,
    }
    if person.deed is Deed.ASK:
        told = inviting.Told(person.said_on, person.referrer)
        return inviting.invite(channel=person.how, told=told, **shared).pk
    assert person.said_on is not None, "read with it"
    scopes = scopes_of(calls=person.calls)
    evidence = Evidence(Consent.Channel.PAPER, person.said_on, person.reference, scopes)
    return enrol_on_paper(evidence=evidence, referrer=person.referrer, **shared).pk


@transaction.atomic
def _end(job: Job, found: PeopleFile, status: str, **columns: object) -> None:
    if not found.move_to(status, **columns):
        raise JobOver
    jobs.finish(job=job)


def _refuse(job: Job, found: PeopleFile, why: str) -> None:
    if found.rows.exists():
        PeopleRow.forget(found.rows.all(), PeopleRow.Reason.THROWN_AWAY)
    _end(job, found, Status.WRONG, content=None, refused=why)


def _mend(job: Job, found: PeopleFile, table: Table) -> None:
    listed = sorted(table.problems, key=lambda each: (each.line, each.column))
    shown = [[each.line, each.column, as_json(each.reason)] for each in listed[:_MOST_SHOWN]]
    _end(
        job, found, Status.WRONG, content=None, total=len(table.rows), problems=shown,
        problem_count=len(listed),
    )  # fmt: skip
