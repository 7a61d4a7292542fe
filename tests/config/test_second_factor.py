"""Who may work without a second factor: whoever tries the demo, until a sender is real."""

import pytest
from django.test import Client
from pytest_django import Settings

from messaging.models import Sender
from tests import worlds
from tests.signing_in import with_second_factor
from trust.models import User

pytestmark = pytest.mark.django_db
SET_UP = "/second-factor/set-up/"


@pytest.fixture
def user() -> User:
    sender = worlds.sender()
    return User.objects.create(email="a@clinic.example", organisation=sender.organisation)


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_demo_with_fake_senders_alone_skips_it_and_says_so(client: Client) -> None:
    for url in ("/admin/", "/second-factor/"):
        assert "sign-in asks for no second factor" in client.get(url).content.decode()


def test_first_real_sender_ends_that(client: Client, user: User) -> None:
    Sender.objects.update(provider="twilio")

    assert client.get("/admin/")["Location"] == SET_UP
    assert with_second_factor(user).get("/admin/").status_code == 200


def test_setting_ends_that(client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR = True

    assert client.get("/admin/")["Location"] == SET_UP


def test_outside_the_demo_no_setting_opens_a_page(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    settings.SECOND_FACTOR = False

    assert client.get("/admin/")["Location"] == SET_UP
    assert client.get("/phone/")["Location"] == SET_UP
    # A participant's page asks nobody who they are, and staff may open one.
    assert client.get("/me/").status_code != 302
