"""The application connects as a role that owns nothing: what it cannot do, and that all it has to
do is left to it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from config import database_roles, grant_roles
from enrolment import auditing, demo, erasing, finishing, planner, purging, replies
from enrolment.models import Consent, Decision, Enrolment, Withdrawal
from messaging import clock, dispatch
from messaging.models import Message
from research import counting
from tests import worlds
from tests.config import roles_made
from trust import audit, audit_months, audit_seals, resealing
from trust import keys as trust_keys
from trust.fields import encrypted_columns
from trust.management.commands import reseal
from trust.models import AuditEvent, AuditSeal

pytestmark = pytest.mark.django_db(transaction=True)

# Roles belong to the whole server, which two processes of this suite share.
APPLICATION, RESEARCH = f"test_application_{settings.SLOT}", f"test_research_{settings.SLOT}"
NUMBER = "+447700900001"


@pytest.fixture
def roles() -> Iterator[None]:
    with roles_made.made(APPLICATION, RESEARCH):
        assert grant_roles.main(["--application", APPLICATION, "--research", RESEARCH]) == 0
        yield


@pytest.fixture
def as_application(roles: None) -> Iterator[None]:
    with roles_made.connected_as(APPLICATION):
        yield


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "permission denied" in str(error) or "must be owner" in str(error)
    return False


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trust_auditevent SET verb = 'x'",
        "DELETE FROM trust_auditevent",
        "TRUNCATE trust_auditevent",
        "ALTER TABLE trust_auditevent DISABLE TRIGGER ALL",
        "DROP TRIGGER trust_auditevent_append_only ON trust_auditevent",
        "SELECT FROM trust_auditevent_default",
        "INSERT INTO trust_auditevent_default SELECT * FROM trust_auditevent",
        "TRUNCATE trust_auditevent_default",
        "DROP TABLE trust_auditevent_default",
        "ALTER TABLE trust_auditevent DETACH PARTITION trust_auditevent_default",
        "ALTER TABLE trust_auditevent_default DISABLE TRIGGER ALL",
        "SELECT trust_auditevent_month(now())",
        "SELECT trust_auditevent_drop('trust_auditevent_default', now())",
        "UPDATE trust_auditseal SET mac = ''",
        "DELETE FROM trust_auditseal",
        "UPDATE enrolment_consent SET is_given = true",
        "DELETE FROM enrolment_consent",
        "UPDATE enrolment_allocation SET arm_id = 1",
        "UPDATE campaigns_trialchange SET reason = ''",
        "UPDATE enrolment_decision SET outcome = 'queued'",
        "DELETE FROM enrolment_decision",
        "UPDATE messaging_receipt SET status = 'delivered'",
        "DELETE FROM messaging_message",
        "DELETE FROM messaging_attempt",
        "DELETE FROM messaging_optout",
        "DELETE FROM enrolment_enrolment",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
        "CREATE TABLE mine (id int)",
        "ALTER TABLE messaging_message ADD COLUMN mine int",
        "DROP TABLE messaging_message",
        "SET session_replication_role = replica",
        "CREATE ROLE another",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_application_cannot(as_application: None, statement: str) -> None:
    assert refused(statement)


def test_application_does_all_of_its_work(as_application: None) -> None:
    demo.seed(curricula=settings.CURRICULA_DIR)
    worlds.full_version()
    worlds.at_noon()
    for body in ("JOIN", "yes", "Amina", "10 december", "ask glucose", "6.5", "CRAVE", "WEB"):
        worlds.text(NUMBER, body)
        settled()
    worlds.step_clock(45)
    settled()
    worlds.text(NUMBER, "STOP")
    settled()

    assert Decision.objects.filter(outcome="queued").exists()
    assert Withdrawal.objects.exists()
    assert set(Message.objects.values_list("status", flat=True)) <= {"delivered", "cancelled"}
    assert counting.refresh_days(now=clock.calendar_now()) >= 0
    assert auditing.run()[1] == []
    assert auditing.run_hour().found == {}


def settled() -> None:
    for _ in range(3):
        now = clock.calendar_now()
        replies.answer_pending(now=now)
        planner.tick(now=now)
        dispatch.send_due()


def test_application_erases_and_purges(as_application: None) -> None:
    enrolment = worlds.person()
    planner.tick(now=worlds.NOON + timedelta(minutes=2))

    erasing.erase(participant=enrolment.participant, source="sms", cause_key="1", now=worlds.NOON)
    finishing.finish(now=worlds.NOON + timedelta(days=10))
    purging.purge(now=worlds.NOON + timedelta(days=900))

    assert Enrolment.objects.get().status == Enrolment.Status.ERASED
    assert not Consent.objects.filter(exact_text__isnull=False).exists()


def test_application_seals_the_audit_and_has_old_lines_taken_away(roles: None) -> None:
    organisation = worlds.organisation()
    young = audit.record(verb="young", subject=organisation)
    old = audit.record(verb="old", subject=organisation)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE trust_auditevent SET at = at - interval '6 years' WHERE id = %s", [old.pk]
        )
    with roles_made.connected_as(APPLICATION):
        assert audit.forget_old(organisation_id=organisation.pk, years=5, limit=10) == 1
        assert audit_seals.seal(now=timezone.now() + timedelta(hours=1)) is not None
        call_command("verify_audit")

    assert list(AuditEvent.objects.values_list("pk", flat=True)) == [young.pk]
    assert AuditSeal.objects.count() == 1


def test_application_has_months_of_the_audit_made_and_old_ones_dropped(roles: None) -> None:
    organisation = worlds.organisation()
    audit_months.keep()
    with connection.cursor() as cursor:
        cursor.execute("SELECT trust_auditevent_month('2019-01-01 00:00+00')")
        cursor.execute(
            "SELECT part::text FROM trust_auditevent_parts() WHERE since > now() + '20 days'"
        )
        far = max(name for (name,) in cursor.fetchall())
        cursor.execute(f"DROP TABLE {far}")
    with roles_made.connected_as(APPLICATION):
        young = audit.record(verb="young", subject=organisation)
        assert {(part.name, part.deed) for part in audit_months.keep()} == {
            (far, "made"),
            ("trust_auditevent_2019_01", "dropped"),
        }
        assert refused(f"INSERT INTO {far} SELECT * FROM trust_auditevent")
        assert refused(f"DROP TABLE {far}")
        assert AuditEvent.objects.filter(pk=young.pk).exists()


def test_application_moves_all_values_to_a_new_master_key(
    roles: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reseal, "_SETTLED_SECONDS", 0.0)
    settings.MASTER_KEYS = {1: b"o" * 32}
    enrolment = worlds.person()
    audit_seals.seal(now=timezone.now() + timedelta(hours=1))
    organisation_id = enrolment.participant.organisation_id
    before = trust_keys.sealer(organisation_id).key_id

    settings.MASTER_KEYS = {1: b"o" * 32, 2: b"n" * 32}
    with roles_made.connected_as(APPLICATION):
        said = StringIO()
        call_command("reseal", stdout=said)
        left = resealing.left()
        settings.MASTER_KEYS = {2: b"n" * 32}
        trust_keys.forget()
        name = Enrolment.objects.get().participant.first_name

    assert "master key 1 is safe to remove" in said.getvalue()
    assert (left, name) == ({}, enrolment.participant.first_name)
    assert trust_keys.sealer(organisation_id).key_id != before
    assert missing_rights(APPLICATION) == []


def missing_rights(role: str) -> list[str]:
    """Sealed columns that the role could not seal anew."""
    with connection.cursor() as cursor:
        found = []
        for model, field in encrypted_columns():
            names = [role, model._meta.db_table, field.column]
            cursor.execute("SELECT has_column_privilege(%s, %s, %s, 'UPDATE')", names)
            found += [] if cursor.fetchone()[0] else [field.place]
        return found


def test_research_reads_rows_under_ids_and_nothing_else(roles: None) -> None:
    worlds.person()
    with roles_made.connected_as(RESEARCH):
        with connection.cursor() as cursor:
            cursor.execute("SELECT status, enrolled_at FROM enrolment_enrolment")
            assert len(cursor.fetchall()) == 1
        for statement in (
            "SELECT first_name FROM enrolment_participant",
            "SELECT number FROM messaging_recipient",
            "SELECT exact_text FROM enrolment_consent",
            "SELECT arms FROM enrolment_enrolment",
            "SELECT wrapped FROM trust_datakey",
            "SELECT password FROM trust_user",
            "SELECT text FROM messaging_messagebody",
            "UPDATE enrolment_enrolment SET status = 'active'",
            "SELECT trust_auditevent_forget(1, 5, 1)",
            "SELECT trust_auditevent_months()",
        ):
            assert refused(statement), statement


def test_every_table_with_an_append_only_trigger_is_granted_so(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE "
            "'%append_only' AND tgparentid = 0"
        )
        guarded = {name for (name,) in cursor.fetchall()}

    assert guarded
    assert guarded <= {model._meta.db_table for model in database_roles.APPENDED}


def test_application_reads_every_table_there_is(as_application: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
            " AND NOT has_table_privilege(oid, 'SELECT')"
        )
        assert cursor.fetchall() == []
    cache.set("word", 1)
    assert cache.incr("word") == 2
    cache.delete("word")


def test_grant_refuses_a_role_that_is_not_there_and_the_owner(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grant_roles.main(["--application", "nobody_here"]) == 1
    assert "no role nobody_here" in capsys.readouterr().err

    owner = str(connection.settings_dict["USER"])
    assert grant_roles.main(["--application", owner]) == 1
    assert "take another role" in capsys.readouterr().err


def test_sql_is_printed_and_nothing_is_changed(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grant_roles.main(["--application", "nobody_here", "--sql"]) == 0

    said = capsys.readouterr().out
    assert said.startswith("BEGIN;\n")
    assert re.search(r'GRANT SELECT, INSERT ON "trust_auditevent" TO "nobody_here";', said)
