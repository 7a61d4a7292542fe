"""One moment, through lost connections and whatever others write meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from enrolment.models import Enrolment
from research.bundle import sinks, writing
from research.bundle.columns import Table
from research.bundle.dictionary import LONG
from research.bundle.people import Scope
from research.bundle.snapshot import Snapshot, SnapshotLost
from tests import worlds
from tests.research import crowd
from tests.research.bundle.bundles import KEY, everything, made

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _people() -> None:
    crowd.people()


@pytest.fixture
def snapshot() -> Iterator[Snapshot]:
    with Snapshot(Scope(worlds.campaign().pk, KEY, crowd.NOW)) as found:
        yield found


def end(process_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process_id])


def lines(snapshot: Snapshot, table: Table) -> list[bytes]:
    whole = b"".join(piece for piece, _ in snapshot.pieces(table, 2))
    return whole.splitlines(keepends=True)


def reader_of(snapshot: Snapshot) -> int:
    cursor = snapshot.cursor()
    cursor.execute("SELECT pg_backend_pid()")
    return int(cursor.fetchone()[0])


def test_what_others_write_meanwhile_is_not_seen(snapshot: Snapshot) -> None:
    decisions = next(table for table in LONG if table.name == "decisions")
    before = lines(snapshot, decisions)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE enrolment_decision SET variant = 'later'")
    Enrolment.objects.update(profile="later")

    assert lines(snapshot, decisions) == before
    end(reader_of(snapshot))
    with pytest.raises(Exception, match=r"terminat|connection|closed"):
        snapshot.cursor().execute("SELECT 1")


def test_table_goes_on_after_the_last_row_when_its_connection_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are few here and come in one piece of the wire, so the reader is ended between two
    tables and in the middle of each: after each, all that is left is read by another."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for folder in (whole, broken):
        folder.mkdir()
    made(whole)
    real = Snapshot._copying
    lost: list[object] = []

    def loses(self: Snapshot, table: object, skip: int) -> object:
        if skip == 0 and self._reader is not None and len(lost) < 4:
            lost.append(table)
            end(reader_of(self))
        return real(self, table, skip)  # type: ignore[arg-type]

    monkeypatch.setattr(Snapshot, "_copying", loses)
    found = made(broken)

    assert found.lost == len(lost) == 4
    assert everything(broken) == everything(whole)


def test_rows_that_came_are_not_read_again(snapshot: Snapshot) -> None:
    decisions = next(table for table in LONG if table.name == "decisions")
    whole = lines(snapshot, decisions)
    skipped = []

    with snapshot._copying(decisions, 5) as left:
        skipped = list(map(bytes, left))

    assert skipped == whole[5:]


def test_piece_that_was_begun_goes_on_in_another_connection(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    decisions = next(table for table in LONG if table.name == "decisions")
    whole = lines(snapshot, decisions)
    real, skipped = Snapshot._copying, []

    @contextmanager
    def breaks(self: Snapshot, table: Table, skip: int) -> Iterator[Iterator[bytes]]:
        skipped.append(skip)
        with real(self, table, skip) as left:
            rows = list(map(bytes, left))
        yield _three(self, rows) if len(skipped) == 1 else iter(rows)

    monkeypatch.setattr(Snapshot, "_copying", breaks)

    assert lines(snapshot, decisions) == whole
    assert (skipped, snapshot.lost) == ([0, 3], 1)


def _three(snapshot: Snapshot, rows: list[bytes]) -> Iterator[bytes]:
    """Then the connection is gone."""
    yield from rows[:3]
    end(reader_of(snapshot))
    reader_of(snapshot)


def test_moment_that_is_gone_is_said_to_be(snapshot: Snapshot) -> None:
    cursor = snapshot._holder.cursor()
    cursor.execute("SELECT pg_backend_pid()")
    holder = cursor.fetchone()[0]
    end(holder)

    with pytest.raises(SnapshotLost):
        lines(snapshot, LONG[0])


def test_pieces_are_cut_by_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the size of a piece, the CSV is the same, and each piece is told."""
    folders = [tmp_path / "large", tmp_path / "small"]
    for folder in folders:
        folder.mkdir()
    made(folders[0])
    monkeypatch.setattr(sinks, "PIECE", 3)
    told: list[tuple[int, int]] = []
    scope = Scope(worlds.campaign().pk, KEY, crowd.NOW)
    wanted = writing.Wanted(worlds.campaign(), scope)
    writing.write(wanted=wanted, folder=folders[1], told=lambda *how: told.append(how))

    large, small = (
        {path: content for path, content in everything(folder).items() if path.endswith(".csv")}
        for folder in folders
    )
    assert large == small
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) > len(LONG) + 5
