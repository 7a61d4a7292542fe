"""What the pages of lists show: what may be sent in, and what one would do or has done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext

from campaigns.models import Campaign, Job
from enrolment.models.people_file import PeopleFile
from enrolment.models.people_row import PeopleRow
from enrolment.people_files import APPLY
from enrolment.people_rows import person_of
from messaging.number_search import masked
from trust.models import User
from trust.saying import said
from trust.scope import Reach, scope
from trust.telling import from_json, tell

#: May sign people up; an import besides needs the right to change the campaign.
ACT, EDIT = "person.act", "campaign.edit"
ROWS_A_PAGE = 50
_SHOWN = 8
Status, RowStatus = PeopleFile.Status, PeopleRow.Status


def files_of(user: User, reach: Reach) -> QuerySet[PeopleFile]:
    """A list is seen by whoever sent it, as long as they may still act there."""
    own = PeopleFile.objects.filter(uploaded_by=user).select_related("campaign", "job")
    return scope(own, reach, ACT).defer("content")


def campaigns_for(reach: Reach, kind: str) -> QuerySet[Campaign]:
    """Those the user may send a list of this kind into."""
    found = scope(Campaign.objects.select_related("sender"), reach, ACT)
    return scope(found, reach, EDIT) if kind == PeopleFile.Kind.IMPORT else found


@dataclass(frozen=True, slots=True)
class Tally:
    """So many rows of one sort."""

    words: str
    count: int
    is_left_alone: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One row on the page. `who`: the number's ends, while it is still known."""

    row: PeopleRow
    who: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class FilePage:
    found: PeopleFile
    counts: Sequence[Tally]
    rows: Page[Any]
    shown: Sequence[Shown]
    planned: int
    done: int
    first_at: datetime | None
    trouble: str
    refused: str
    problems: Sequence[tuple[int, str, str]]

    @property
    def is_working(self) -> bool:
        return self.found.job.is_open and self.found.status in PeopleFile.KEPT

    @property
    def is_applying(self) -> bool:
        return self.found.job.kind == APPLY

    @property
    def may_apply(self) -> bool:
        return self.found.status == Status.READY and not self.is_working and self.planned > 0

    @property
    def may_go_on(self) -> bool:
        return self.found.status == Status.APPLYING and not self.is_working


def file_page(found: PeopleFile, *, page: str) -> FilePage:
    """Five queries, however long the list."""
    rows = found.rows.all()
    by = rows.values_list("deed", "status", "reason").annotate(count=Count("pk"))
    tally = sorted(by.order_by("deed", "status", "reason"), key=lambda each: -each[3])
    sums = rows.aggregate(
        first=Min("first_at", filter=Q(status=RowStatus.PLANNED)),
    )
    pages = Paginator(rows.order_by("row"), ROWS_A_PAGE).get_page(page)
    return FilePage(
        found=found,
        counts=_counts(tally),
        rows=pages,
        shown=[_shown(row, found) for row in pages],
        planned=sum(each[3] for each in tally if each[1] == RowStatus.PLANNED),
        done=sum(each[3] for each in tally if each[1] == RowStatus.DONE),
        first_at=sums["first"],
        trouble=_trouble(found),
        # Both were told by a worker, who has no language.
        refused=gettext(found.refused) if found.refused else "",
        problems=[(row, column, said(from_json(why))) for row, column, why in found.problems],
    )


def _counts(tally: Sequence[tuple[str, str, str, int]]) -> list[Tally]:
    planned = [
        Tally(_PLANNED[deed], count, is_left_alone=False)
        for deed, status, _, count in tally
        if status == RowStatus.PLANNED
    ]
    done = [
        Tally(_DONE[deed], count, is_left_alone=False)
        for deed, status, _, count in tally
        if status == RowStatus.DONE
    ]
    passed: dict[str, int] = {}
    for _, status, reason, count in tally:
        if status == RowStatus.PASSED:
            passed[reason] = passed.get(reason, 0) + count
    left = [
        Tally(str(PeopleRow.Reason(reason).label), count, is_left_alone=True)
        for reason, count in passed.items()
    ]
    return [*done, *planned, *left]


_PLANNED = {
    "ask": tell("will be asked, in one neutral question"),
    "enrol": tell("will join: their consent is on paper"),
    "take_over": tell("will go on here"),
    "stop": tell("stopped before: will be opted out, and never texted"),
}
_DONE = {
    "ask": tell("asked"),
    "enrol": tell("joining, with consent on paper"),
    "take_over": tell("taken over"),
    "stop": tell("opted out: never texted"),
}


def _shown(row: PeopleRow, found: PeopleFile) -> Shown:
    row.people_file = found
    who = masked(person_of(row.person).number) if row.person else ""
    what = why = ""
    match row.status:
        case RowStatus.PLANNED:
            what = _PLANNED[row.deed]
        case RowStatus.DONE:
            what = _DONE[row.deed]
        case RowStatus.PASSED:
            what = tell("left alone")
            why = row.get_reason_display()
            if row.same_as:
                why = tell("the same number as row %(row)s, which counts", row=row.same_as)
        case _:
            what = row.get_status_display()
    return Shown(row, who, what, why)


def _trouble(found: PeopleFile) -> str:
    if found.status not in PeopleFile.KEPT or found.job.is_open:
        return ""
    if found.job.status == Job.Status.STOPPED:
        return tell("It was stopped. What was done stays done; the rest waits for you.")
    if found.job.status == Job.Status.FAILED:
        return tell(
            "It broke down on the way. What was done stays done, and nobody is taken twice."
        )
    return ""


@dataclass(frozen=True, slots=True)
class SendPage:
    campaign: Campaign
    kind: str
    files: Sequence[PeopleFile]

    @property
    def is_import(self) -> bool:
        return self.kind == PeopleFile.Kind.IMPORT


def send_page(campaign: Campaign, kind: str, files: QuerySet[PeopleFile]) -> SendPage:
    return SendPage(campaign, kind, list(files.filter(campaign=campaign, kind=kind)[:_SHOWN]))
