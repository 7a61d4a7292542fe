"""No row is passed by, in whatever order transactions commit."""

from threading import Event, Thread

import pytest
from django.db import connections, transaction

from research import settling
from research.models import SettledMark
from tests import worlds
from trust.ids import draw_ids
from trust.models import AuditEvent, Organisation

#: Rows with a drawn id and nothing else to them.
MODEL = Organisation


def added(row_id: int) -> None:
    Organisation.objects.create(
        id=row_id, slug=f"o{row_id}", name="O", country="GB", time_zone="UTC", default_language="en"
    )


def ids() -> list[int]:
    return list(MODEL.objects.filter(pk__lte=settling.settled(MODEL)).order_by("pk").values_list(
        "pk", flat=True
    ))  # fmt: skip


class Other:
    """A transaction of another connection, in which an id is drawn before anything is written:
    PostgreSQL has not even numbered it then."""

    def __init__(self, *, writes_at_once: bool, keeps: bool = True) -> None:
        self.drawn, self.may_write, self.keeps = Event(), Event(), keeps
        self.writes_at_once, self.row_id = writes_at_once, 0
        self.thread = Thread(target=self._run)

    def __enter__(self) -> "Other":
        self.thread.start()
        assert self.drawn.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.may_write.set()
        self.thread.join(10)

    def _run(self) -> None:
        try:
            with transaction.atomic():
                (self.row_id,) = draw_ids(MODEL, 1)
                if self.writes_at_once:
                    added(self.row_id)
                self.drawn.set()
                assert self.may_write.wait(10)
                if not self.writes_at_once:
                    added(self.row_id)
                if not self.keeps:
                    transaction.set_rollback(True)
        finally:
            connections.close_all()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("writes_at_once", [True, False])
def test_row_committed_late_is_waited_for(writes_at_once: bool) -> None:
    with Other(writes_at_once=writes_at_once) as other:
        (later,) = draw_ids(MODEL, 1)
        added(later)
        assert other.row_id < later
        assert ids() == []
        assert ids() == []

    assert ids() == [other.row_id, later]


@pytest.mark.django_db(transaction=True)
def test_row_that_never_comes_holds_nothing_up() -> None:
    with Other(writes_at_once=True, keeps=False):
        (later,) = draw_ids(MODEL, 1)
        added(later)
        assert ids() == []

    assert ids() == [later]


@pytest.mark.django_db(transaction=True)
def test_what_was_settled_stays_readable_beside_an_open_transaction() -> None:
    first = worlds.organisation()
    assert ids() == [first.pk]

    with Other(writes_at_once=True):
        (later,) = draw_ids(MODEL, 1)
        added(later)
        assert ids() == [first.pk]


@pytest.mark.django_db(transaction=True)
def test_transactions_that_begin_after_the_look_are_not_waited_for() -> None:
    """On a busy house there is always one at work, and another one each time."""
    with Other(writes_at_once=True) as early:
        assert ids() == []
        with Other(writes_at_once=True) as late:
            early.may_write.set()
            early.thread.join(10)
            assert ids() == [early.row_id]
            assert late.row_id > early.row_id


@pytest.mark.django_db(transaction=True)
def test_session_that_came_within_the_reader_s_transaction_is_seen() -> None:
    """PostgreSQL remembers its list of sessions through a transaction."""
    with transaction.atomic():
        first = worlds.organisation()
        assert ids() == [first.pk]
        with Other(writes_at_once=False) as other:
            (later,) = draw_ids(MODEL, 1)
            added(later)
            assert other.row_id < later
            assert ids() == [first.pk]


@pytest.mark.django_db
def test_marks_never_go_back() -> None:
    worlds.organisation()
    settling.advance_all([MODEL, AuditEvent])
    before = SettledMark.objects.get(table=MODEL._meta.db_table).settled_id

    settling.advance_all([MODEL])

    assert before > 0
    assert SettledMark.objects.get(table=MODEL._meta.db_table).settled_id == before


@pytest.mark.django_db
def test_table_without_a_row_is_settled_at_nought() -> None:
    assert settling.settled(AuditEvent) >= 0
