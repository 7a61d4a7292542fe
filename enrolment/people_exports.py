"""The list of people as a file: asked for, made by a worker in parts, kept for a day, taken away.

What is kept holds handles alone. Numbers are put in while the file is fetched, for whoever may see
them then, so none lies about, and nobody who was erased meanwhile is in it.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from campaigns import jobs
from campaigns.models import Campaign, Job
from enrolment.models.enrolment import Enrolment
from enrolment.models.people_export import PeopleExport
from enrolment.models.people_export_part import PeopleExportPart
from enrolment.people_list import STATES
from trust import audit
from trust.csv_text import heading, lines
from trust.models import MachineNow, User

EXPORT = "people_export"
#: Between asking and fetching lies a coffee, not a week.
KEPT_FOR = timedelta(hours=24)
#: Files of one person that are kept at once.
MOST_KEPT = 10
#: Cells of a part's row, after the enrolment's id.
HEADS = ("person", "state", "test", "joined", "quit_day", "next_look", "last_heard_of")
_STATE = 1 + HEADS.index("state")
_NUMBER = "number"
_ERASED = Enrolment.Status.ERASED
#: An enrolment's id, and its cells.
Row = list[Any]


class PeopleExportRefused(Exception):
    """Says what to do instead."""


class PartGone(Exception):
    """The file was taken away while it was being fetched: what has come is not the whole."""


@transaction.atomic
def ask(*, campaign: Campaign, state: str, with_numbers: bool, actor: User) -> PeopleExport:
    """The caller has asked whether the actor may see numbers. Raises PeopleExportRefused."""
    assert state in STATES
    kept = PeopleExport.objects.filter(made_by=actor, purged_at=None)
    same = kept.filter(campaign=campaign, state=state, with_numbers=with_numbers)
    if open_one := same.filter(job__status__in=Job.OPEN).first():
        return open_one
    if kept.count() >= MOST_KEPT:
        raise PeopleExportRefused(
            _("%(count)s lists of yours are kept. Throw some away, or come back tomorrow.")
            % {"count": MOST_KEPT}
        )
    export = PeopleExport.objects.create(
        campaign=campaign,
        state=state,
        with_numbers=with_numbers,
        job=jobs.start(campaign=campaign, kind=EXPORT, detail={}, actor=actor),
        made_by=actor,
        expires_at=MachineNow() + KEPT_FOR,
    )
    audit.record(
        verb="people_export.ask",
        subject=export,
        actor=actor,
        detail={"state": state, "numbers": with_numbers},
    )
    return export


@transaction.atomic
def fetched(*, export: PeopleExport, actor: User) -> None:
    """Written down before the first line leaves."""
    verb = "number.reveal" if export.with_numbers else "people_export.fetch"
    audit.record(verb=verb, subject=export, actor=actor, detail={"people": export.people})


def text_of(export: PeopleExport) -> Iterator[str]:
    """The file, a part at a time. Raises PartGone."""
    yield heading([*HEADS, _NUMBER] if export.with_numbers else HEADS)
    for place in range(export.parts):
        part = PeopleExportPart.objects.filter(people_export=export, place=place).first()
        if part is None:
            raise PartGone
        yield lines(_with_numbers(part.rows) if export.with_numbers else _here(part.rows))


@transaction.atomic
def discard(*, export: PeopleExport, actor: User | None) -> bool:
    """Stops what is being made, and takes away what was. False when it was gone already."""
    # In a worker's order: its job's row, then the export.
    jobs.stop(job=export.job, actor=actor)
    if not PeopleExport.objects.filter(pk=export.pk, purged_at=None).update(purged_at=MachineNow()):
        return False
    PeopleExportPart.objects.filter(people_export=export).delete()
    audit.record(verb="people_export.discard", subject=export, actor=actor)
    return True


def forget_expired() -> int:
    """Takes away what is old; how many. What a job works on is left to it."""
    late = PeopleExport.objects.filter(purged_at=None, expires_at__lt=MachineNow())
    found = list(late.exclude(job__status__in=Job.OPEN).select_related("job", "campaign"))
    return sum(discard(export=each, actor=None) for each in found)


def _here(rows: Sequence[Row]) -> Iterator[Row]:
    erased = set(_people(rows).filter(status=_ERASED).values_list("pk", flat=True))
    return (row[1:] for row in rows if _is_here(row, row[0] in erased))


def _with_numbers(rows: Sequence[Row]) -> Iterator[Row]:
    found = {row.pk: row for row in _people(rows).select_related("participant__recipient")}
    for row in rows:
        person = found[row[0]]
        if _is_here(row, person.status == _ERASED):
            yield [*row[1:], person.participant.recipient.number]


def _people(rows: Sequence[Row]) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(pk__in=[row[0] for row in rows])


def _is_here(row: Row, is_erased: bool) -> bool:
    """Whoever was erased after the list was made has no line any more."""
    return not is_erased or row[_STATE] == _ERASED
