"""Over https each cookie has the name by which a browser holds it to this host and to TLS."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "four plain words here"


@pytest.fixture(autouse=True)
def https(settings: Settings) -> None:
    settings.COOKIE_PREFIX = "__Host-"
    settings.SESSION_COOKIE_NAME = "__Host-sessionid"
    settings.CSRF_COOKIE_NAME = "__Host-csrftoken"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def test_staffs_cookies_are_the_hosts_own_from_sign_in_to_sign_out() -> None:
    user = UserFactory(email="ada@clinic.example", organisation_role="auditor", is_staff=True)
    user.set_password(PASSWORD)
    user.save()
    client = Client(enforce_csrf_checks=True)

    set_by: dict[str, Any] = {**client.get("/sign-in/", secure=True).cookies}
    for url, sent in (
        ("/sign-in/", {"login": user.email, "password": PASSWORD}),
        ("/my-settings/", {"language": "", "time_zone": ""}),
        ("/sign-out/", {}),
    ):
        token = client.cookies["__Host-csrftoken"].value
        form = {**sent, "csrfmiddlewaretoken": token}
        answer = client.post(url, form, secure=True, headers={"referer": "https://testserver/"})
        assert answer.status_code == 302, url
        set_by |= answer.cookies

    assert set(set_by) == {"__Host-sessionid", "__Host-csrftoken", "__Host-messages"}
    for name, cookie in set_by.items():
        assert cookie["secure"], name
        assert cookie["httponly"] or not cookie.value, name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name
