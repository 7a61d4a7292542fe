"""R20: what was sealed cannot be touched unseen, and the application cannot touch it at all."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from tests.factories import OrganisationFactory
from trust import audit, audit_seals
from trust.models import AuditEvent, AuditSeal

pytestmark = pytest.mark.django_db

CHANGE = (
    "UPDATE trust_auditevent SET verb = 'tock' WHERE id = (SELECT min(id) FROM trust_auditevent)"
)


@pytest.fixture(autouse=True)
def _rows() -> None:
    organisation = OrganisationFactory()
    for number in range(5):
        audit.record(verb="tick", subject=organisation, detail={"count": number})


def later(hours: int = 1) -> AuditSeal | None:
    return audit_seals.seal(now=timezone.now() + timedelta(hours=hours))


def reasons() -> list[str]:
    return [each.reason for each in audit_seals.broken(now=timezone.now())]


class _Owner:
    """Somebody with the database itself in hand, who takes the guard off first."""

    def __init__(self, table: str) -> None:
        self.table = table

    def __call__(self, sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {self.table} DISABLE TRIGGER USER")
            cursor.execute(sql)
            cursor.execute(f"ALTER TABLE {self.table} ENABLE TRIGGER USER")


@pytest.fixture
def as_owner() -> _Owner:
    return _Owner("trust_auditevent")


def test_seal_takes_what_is_settled_and_nothing_twice() -> None:
    assert audit_seals.seal(now=timezone.now()) is None

    first = later()
    audit.record(verb="tick", subject=None)
    second = later()

    assert first is not None
    assert second is not None
    assert (first.rows, second.rows) == (AuditEvent.objects.count() - 1, 1)
    assert second.first_id > first.last_id
    assert later() is None
    assert reasons() == []


def test_row_that_was_changed_is_seen(as_owner: _Owner) -> None:
    later()
    as_owner(CHANGE)

    assert reasons() == ["a row was changed"]


def test_row_that_was_taken_out_is_seen(as_owner: _Owner) -> None:
    seal = later()
    assert seal is not None
    as_owner("DELETE FROM trust_auditevent WHERE id = (SELECT max(id) FROM trust_auditevent)")

    assert reasons() == [f"{seal.rows} rows were sealed, {seal.rows - 1} are there"]


def test_row_that_was_slipped_in_is_seen(as_owner: _Owner) -> None:
    seal = later()
    assert seal is not None
    as_owner(
        "INSERT INTO trust_auditevent (id, actor_label, verb, subject_type, subject_id, detail)"
        f" VALUES ({seal.first_id} - 1000, 'system', 'tick', '', '', '{{}}')"
    )

    assert reasons() == [f"{seal.rows} rows were sealed, {seal.rows + 1} are there"]


def test_seal_made_anew_without_the_key_is_seen(as_owner: _Owner) -> None:
    later()
    as_owner(CHANGE)
    _, _, _, _, digest = audit_seals._digest(-1, AuditSeal.objects.get().last_id)
    _Owner("trust_auditseal")(f"UPDATE trust_auditseal SET digest = '{digest}'")

    assert reasons() == ["the seal was changed, or one before it was taken out"]


def test_seal_that_was_taken_out_of_the_chain_is_seen() -> None:
    first = later()
    audit.record(verb="tick", subject=None)
    later()
    assert first is not None
    _Owner("trust_auditseal")(f"DELETE FROM trust_auditseal WHERE id = {first.pk}")

    assert reasons() == ["the seal was changed, or one before it was taken out"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE trust_auditseal SET rows = 0",
        "DELETE FROM trust_auditseal",
        "TRUNCATE trust_auditseal",
        "UPDATE trust_auditevent SET verb = 'x'",
        "DELETE FROM trust_auditevent",
    ],
)
def test_application_may_touch_neither_audit_nor_seals(sql: str) -> None:
    later()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)


def test_key_that_is_gone_is_said(settings: Settings) -> None:
    later()
    settings.MASTER_KEYS = {9: b"k" * 32}

    assert reasons() == ["MASTER_KEYS holds no version 1, which sealed it"]


def test_verify_audit_says_yes_or_which_seal_does_not_hold(as_owner: _Owner) -> None:
    seal = later()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "as it was sealed" in out.getvalue()

    as_owner(CHANGE)
    out = StringIO()
    with pytest.raises(CommandError, match="1 seals do not hold"):
        call_command("verify_audit", stdout=out)

    assert seal is not None
    assert f"seal {seal.pk}, rows" in out.getvalue()
    assert "tock" not in out.getvalue()
