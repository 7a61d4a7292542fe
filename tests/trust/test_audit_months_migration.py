"""Migration 0010 over a table with lines in it, and back."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from tests.factories import OrganisationFactory, UserFactory
from tests.trust.test_audit_months import executed, part_of, parts
from trust import audit, audit_seals
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db

ROLE = "test_audit_reader"


def migrate(name: str) -> None:
    executed("SELECT 1")
    MigrationExecutor(connection).migrate([("trust", name)])


def whole() -> None:
    migrate("0009_audit_forgetting")


def cut() -> None:
    migrate("0010_audit_months")


@pytest.fixture
def lines() -> list[int]:
    """Some of them sealed, some long ago, in a table in one piece."""
    whole()
    organisation, user = OrganisationFactory(), UserFactory()
    executed(f"CREATE ROLE {ROLE}")
    executed(f"GRANT SELECT, INSERT ON trust_auditevent TO {ROLE}")
    made = [audit.record(verb="tick", subject=organisation, actor=user).pk for _ in range(3)]
    old = AuditEvent(actor_label="test", verb="old", at=timezone.now() - timedelta(days=2000))
    old.save(force_insert=True)
    assert audit_seals.seal(now=timezone.now() + timedelta(hours=1)) is not None
    return [*made, old.pk]


def ids() -> list[int]:
    return list(AuditEvent.objects.order_by("pk").values_list("pk", flat=True))


def shape() -> set[tuple[object, ...]]:
    return {
        *executed(
            "SELECT indexname, regexp_replace(indexdef, ' ONLY ', ' ') FROM pg_indexes"
            " WHERE tablename = 'trust_auditevent' AND indexname NOT LIKE '%pkey'"
        ),
        *executed(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'trust_auditevent'::regclass AND contype <> 'p'"
        ),
        *executed(
            "SELECT column_name, data_type, column_default, is_nullable, is_identity"
            " FROM information_schema.columns WHERE table_name = 'trust_auditevent'"
        ),
        *executed(
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgrelid = 'trust_auditevent'::regclass AND NOT tgisinternal"
        ),
        *executed(
            "SELECT grantee::text, privilege_type FROM information_schema.role_table_grants"
            f" WHERE table_name = 'trust_auditevent' AND grantee = '{ROLE}'"
        ),
    }


def test_lines_stay_where_they_are_and_the_ids_go_on(lines: list[int]) -> None:
    before = shape()

    cut()

    assert ids() == lines
    assert shape() == before
    assert {part_of(event) for event in AuditEvent.objects.all()} == {
        f"trust_auditevent_before_{next_month()}"
    }
    assert audit.record(verb="tock", subject=None).pk == lines[-1] + 1
    assert list(audit_seals.broken(now=timezone.now())) == []


def test_months_follow_the_part_of_before(lines: list[int]) -> None:
    cut()

    assert f"trust_auditevent_{next_month()}" in parts()
    assert f"trust_auditevent_{timezone.now():%Y_%m}" not in parts()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        executed(f"DELETE FROM trust_auditevent_before_{next_month()} WHERE verb = 'tick'")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        executed(f"TRUNCATE trust_auditevent_before_{next_month()}")


def test_rights_are_the_whole_tables_alone(lines: list[int]) -> None:
    cut()

    for part in (*parts(), "trust_auditevent_default"):
        found = executed(
            f"SELECT right_ FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS right_"
            f" WHERE has_table_privilege('{ROLE}', '{part}', right_)"
        )
        assert found == [], part


def test_back_again_nothing_is_lost(lines: list[int]) -> None:
    before = shape()
    cut()
    later = audit.record(verb="tock", subject=None)

    whole()

    assert ids() == [*lines, later.pk]
    assert shape() == before
    assert executed("SELECT 1 FROM pg_class WHERE relname LIKE 'trust_auditevent_2%'") == []
    assert audit.record(verb="tock", subject=None).pk == later.pk + 1
    assert list(audit_seals.broken(now=timezone.now())) == []
    cut()


def test_nothing_refers_to_the_table() -> None:
    """A foreign key to an id alone could not be kept."""
    assert (
        executed("SELECT FROM pg_constraint WHERE confrelid = 'trust_auditevent'::regclass") == []
    )


def next_month() -> str:
    [(told,)] = executed("SELECT to_char(now() AT TIME ZONE 'UTC' + interval '1 month', 'YYYY_MM')")
    return str(told)
