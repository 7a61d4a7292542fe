"""Lists of people for tests, and what a worker does with them."""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

from campaigns import jobs
from campaigns.models import Campaign
from enrolment import people_files
from enrolment.models import PeopleFile
from enrolment.people_work import WORKERS
from tests import worlds
from trust.models import User

HEADS = ("number", "first_name", "consent", "said_on", "reference")


def manager(slug: str = "clinic") -> User:
    return User.objects.get_or_create(
        email=f"manager@{slug}.example",
        defaults={
            "organisation": worlds.organisation(slug),
            "organisation_role": "programme_manager",
            "is_staff": True,
        },
    )[0]


def csv_of(rows: Sequence[Sequence[str]], heads: Sequence[str] = HEADS) -> bytes:
    return "\n".join(",".join(row) for row in [heads, *rows]).encode()


def xlsx_of(rows: Sequence[Sequence[object]], heads: Sequence[str] = HEADS) -> bytes:
    workbook = Workbook()
    assert workbook.active is not None
    for row in [heads, *rows]:
        workbook.active.append(list(row))
    found = io.BytesIO()
    workbook.save(found)
    return found.getvalue()


def numbers(count: int, first: int = 0) -> list[list[str]]:
    return [[f"+4477009{place:05}"] for place in range(first, first + count)]


def sent(content: bytes, kind: str = "enrol", campaign: Campaign | None = None) -> PeopleFile:
    """After its dry run."""
    found = people_files.receive(
        campaign=campaign or worlds.campaign(), kind=kind, content=content, actor=manager()
    )
    return worked(found)


def applied(found: PeopleFile) -> PeopleFile:
    people_files.apply(people_file=found, actor=manager())
    return worked(found)


def worked(found: PeopleFile) -> PeopleFile:
    while jobs.run_next(workers=WORKERS):
        pass
    found.refresh_from_db()
    return found


def outcomes(found: PeopleFile) -> Mapping[int, tuple[str, str]]:
    return {row.row: (row.status, row.reason) for row in found.rows.order_by("row")}
