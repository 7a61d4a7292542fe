from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories import OrganisationFactory, UserFactory
from trust.audit import record
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db


def refused() -> "pytest.RaisesExc[DatabaseError]":
    return pytest.raises(DatabaseError, match="append-only")


def test_record_of_a_deed_keeps_who_what_and_where() -> None:
    user = UserFactory(organisation_role="counsellor")

    event = record(verb="user.changed", subject=user, actor=user, detail={"fields": ["name"]})

    kept = AuditEvent.objects.get(pk=event.pk)
    assert (kept.actor, kept.actor_label) == (user, "counsellor")
    assert (kept.subject_type, kept.subject_id) == ("trust.user", str(user.pk))
    assert kept.organisation == user.organisation
    assert kept.detail == {"fields": ["name"]}
    assert kept.at is not None


def test_record_without_an_actor_is_the_systems() -> None:
    organisation = OrganisationFactory()

    event = record(verb="tick", subject=organisation)

    assert (event.actor, event.actor_label) == (None, "system")
    assert event.organisation_id == organisation.pk


def test_record_is_stamped_by_the_call_not_by_the_transaction() -> None:
    first, second = (record(verb="tick", subject=None) for _ in range(2))

    assert first.at < second.at


def test_record_finds_the_organisation_along_the_subjects_own_path() -> None:
    class Far:
        scope_organisation = "user__organisation_id"
        organisation_id = None
        pk = 7
        _meta = User._meta

        def __init__(self, user: User) -> None:
            self.user = user

    user = UserFactory()
    subject: Any = Far(user)

    event = record(verb="tick", subject=subject)

    assert event.organisation_id == user.organisation_id


@pytest.mark.parametrize(
    "detail",
    [
        {"to": "+447700900123"},
        {"+447700900123": 1},
        {"deep": {"list": ["ok", "07700 900 123"]}},
        {"mail": "someone@example.org"},
        {"text": "x" * 201},
        {"odd": object()},
    ],
)
def test_record_of_anything_personal_is_refused_without_repeating_it(
    detail: dict[str, object],
) -> None:
    with pytest.raises(ValueError, match=r"^audit detail") as error:
        record(verb="tick", subject=None, detail=detail)

    assert "900" not in str(error.value)


def test_audit_event_cannot_be_changed() -> None:
    event = record(verb="tick", subject=None)

    with refused(), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(verb="other")
    event.verb = "other"
    with refused(), transaction.atomic():
        event.save()

    assert AuditEvent.objects.get(pk=event.pk).verb == "tick"


def test_audit_event_cannot_be_deleted() -> None:
    event = record(verb="tick", subject=None)

    with refused(), transaction.atomic():
        event.delete()

    assert AuditEvent.objects.filter(pk=event.pk).exists()


def test_audit_table_cannot_be_emptied() -> None:
    with connection.cursor() as cursor:
        # The test database may have the guard switched off, so that Django can flush it.
        cursor.execute("ALTER TABLE trust_auditevent ENABLE TRIGGER trust_auditevent_no_truncate")

        with refused(), transaction.atomic():
            cursor.execute("TRUNCATE trust_auditevent")
