from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from enrolment.models import Enrolment, PeopleFile, PeopleRow
from tests import worlds
from tests.enrolment.people_lists import csv_of, manager

pytestmark = pytest.mark.django_db

HEADS = ("number", "how", "said_on", "reference", "enrolled_on", "opted_out")
ROWS = [
    ["+447700900001", "paper", "2026-10-01", "Form 12", "2026-10-02", ""],
    ["+447700900002", "", "", "", "", "yes"],
]


def run(path: Path, *more: str) -> str:
    said = StringIO()
    call_command(
        "import_people", str(worlds.campaign().pk), str(path), "--by", manager().email, *more,
        stdout=said, stderr=said,
    )  # fmt: skip
    return said.getvalue()


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    worlds.version()
    path = tmp_path / "people.csv"
    path.write_bytes(csv_of(ROWS, HEADS))
    return path


def test_dry_run_says_what_it_would_do_and_keeps_nobody(listed: Path) -> None:
    said = run(listed)

    assert "1  will go on here" in said
    assert "1  stopped before" in said
    assert not Enrolment.objects.exists()
    assert PeopleFile.objects.get().status == "discarded"
    assert not PeopleRow.objects.exclude(person=None).exists()


def test_apply_does_it(listed: Path) -> None:
    assert "1  taken over" in run(listed, "--apply")
    assert Enrolment.objects.get().status == "active"


def test_bad_list_is_told_row_by_row(listed: Path) -> None:
    listed.write_bytes(csv_of([ROWS[0][:4]], HEADS))

    with pytest.raises(CommandError, match="1 things to put right"):
        run(listed, "--apply")
    with pytest.raises(CommandError, match="can't be read"):
        run(listed.parent / "none.csv")
