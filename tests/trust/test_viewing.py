"""Who sees the pages in which language and on which clock."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings

from tests.factories import UserFactory
from trust.models import AuditEvent, User
from trust.viewing import as_seen_by, zone_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_http(settings: Settings) -> Iterator[None]:
    settings.SECURE_SSL_REDIRECT = False
    yield
    # The next request of a server sets it anew; the next test makes none.
    translation.activate(settings.LANGUAGE_CODE)


def signed_in(user: User, language: str = "") -> Client:
    client = Client(headers={"Accept-Language": language} if language else None)
    client.force_login(user)
    return client


def test_page_is_in_the_language_that_was_chosen() -> None:
    user = UserFactory(organisation_role="auditor")
    client = signed_in(user)
    assert '<html lang="en' in client.get("/my-settings/").content.decode()

    answer = client.post(
        "/my-settings/", {"language": "nn", "time_zone": "Asia/Tokyo"}, follow=True
    )

    page = answer.content.decode()
    assert '<html lang="nn" dir="ltr"' in page
    assert "Innstillingane dine er lagra." in page
    user.refresh_from_db()
    assert (user.language, user.time_zone) == ("nn", "Asia/Tokyo")
    event = AuditEvent.objects.get(verb="user.prefer")
    assert (event.actor, event.detail) == (user, {})


def test_language_nobody_has_written_is_refused_and_what_was_chosen_stays() -> None:
    client = signed_in(UserFactory(organisation_role="auditor"))

    answer = client.post("/my-settings/", {"language": "tlh", "time_zone": "Asia/Tokyo"})

    assert answer.status_code == 422
    assert '<option value="Asia/Tokyo" selected>' in answer.content.decode()
    assert not AuditEvent.objects.filter(verb="user.prefer").exists()


@pytest.mark.parametrize(
    ("chosen", "asked", "shown"),
    [
        ("", "nb-NO,nb;q=0.9", "nb"),
        ("", "sw", "en-gb"),
        ("en-gb", "nb", "en-gb"),
        ("", "", "en-gb"),
    ],
)
def test_without_a_choice_the_browsers_language_counts(chosen: str, asked: str, shown: str) -> None:
    client = signed_in(UserFactory(organisation_role="auditor", language=chosen), asked)

    assert client.get("/my-settings/").headers["Content-Language"] == shown


def test_zone_is_the_users_else_the_organisations_else_the_settings() -> None:
    user = UserFactory(time_zone="")
    user.organisation.time_zone = "Europe/Oslo"
    assert zone_of(user).key == "Europe/Oslo"
    user.time_zone = "Asia/Tokyo"
    assert zone_of(user).key == "Asia/Tokyo"
    user.time_zone = "Mars/Olympus"
    assert zone_of(user).key == "Europe/Oslo"
    user.organisation = None
    assert zone_of(user).key == "UTC"


def test_participants_page_does_not_follow_the_member_of_staff() -> None:
    client = signed_in(UserFactory(organisation_role="auditor", language="nn"))

    assert client.get("/me/").headers["Content-Language"] == "en"


def test_email_is_written_as_its_reader_sees_the_pages() -> None:
    user = UserFactory(language="nb", time_zone="Asia/Tokyo")

    with as_seen_by(user):
        assert translation.get_language() == "nb"
        assert str(timezone.get_current_timezone()) == "Asia/Tokyo"
