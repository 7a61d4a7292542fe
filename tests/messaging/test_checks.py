from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, transaction
from pytest_django import Settings

from messaging.checks import calendar_is_honest, providers_can_be_made
from messaging.models import CalendarOffset
from tests.factories.sender import SenderFactory


@pytest.mark.parametrize(
    "entry",
    [
        {"BACKEND": "messaging.providers.nowhere.Nothing"},
        {"BACKEND": "messaging.providers.fake.Fake", "OPTIONS": {"colour": "blue"}},
        {"BACKEND": "datetime.datetime", "OPTIONS": {"year": 2026, "month": 1, "day": 1}},
        {"OPTIONS": {}},
    ],
)
def test_providers_can_be_made_names_an_entry_that_cannot(
    entry: dict[str, object], settings: Settings
) -> None:
    settings.SMS_PROVIDERS = {"broken": entry}

    (error,) = providers_can_be_made(None)

    assert error.id == "messaging.W001"
    assert "broken" in error.msg


@pytest.mark.django_db
def test_calendar_is_honest_is_asked_of_the_database() -> None:
    CalendarOffset.objects.create(pk=1, offset=timedelta(minutes=1))
    SenderFactory(provider="real")

    assert calendar_is_honest(None) == []
    assert [error.id for error in calendar_is_honest(None, ["default"])] == ["messaging.E002"]
    with pytest.raises(SystemCheckError, match="moved for a demo"):
        call_command("check", "--database", "default")


@pytest.mark.django_db
def test_calendar_is_honest_is_silent_before_the_tables_are_made() -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("ALTER TABLE messaging_calendaroffset RENAME TO elsewhere")
        try:
            with transaction.atomic():
                assert calendar_is_honest(None, ["default"]) == []
                # The refused query has spoilt this savepoint, as it would migrate's transaction.
                transaction.set_rollback(True)
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO messaging_calendaroffset")
