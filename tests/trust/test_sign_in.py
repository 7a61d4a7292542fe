"""Sign-in from the first form to the start page, through the middleware as it stands."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axes.models import AccessAttempt
from django.core import mail
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tests.factories import UserFactory
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db
PASSWORD = "four plain words here"


@pytest.fixture(autouse=True)
def required(settings: Settings) -> None:
    settings.SECOND_FACTOR = True


@pytest.fixture
def user() -> User:
    user = UserFactory(email="ada@clinic.example", organisation_role="organisation_admin")
    user.set_password(PASSWORD)
    user.save()
    return user


def signed_in(user: User, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/sign-in/", {"login": user.email, "password": password})
    return client


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up(client: Client) -> str:
    """The secret of the app."""
    client.post("/sign-in/again/", {"password": PASSWORD})
    client.get("/second-factor/set-up/")
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/second-factor/set-up/", {"code": code_of(secret)})
    assert answer["Location"] == "/second-factor/codes/", answer.content
    return str(secret)


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("verb", flat=True))


def test_without_a_second_factor_every_page_leads_to_set_up(user: User) -> None:
    client = signed_in(user)

    for url in ("/admin/", "/admin/trust/user/", "/phone/", "/second-factor/"):
        assert client.get(url)["Location"] == "/second-factor/set-up/"
    assert client.get("/second-factor/set-up/")["Location"].startswith("/sign-in/again/")


def test_set_up_opens_the_pages_and_shows_recovery_codes(user: User) -> None:
    client = signed_in(user)
    secret = set_up(client)

    page = client.get("/second-factor/codes/").content.decode()

    assert len(re.findall(r"<li>\d{8}</li>", page)) == 10
    assert client.get("/admin/").status_code == 200
    assert secret not in str(Authenticator.objects.values_list("data", flat=True))
    assert verbs() == ["user.signed_in", "user.second_factor_set"]


def test_picture_is_drawn_from_our_own_address_once_set_up_has_begun(user: User) -> None:
    client = signed_in(user)
    assert client.get("/second-factor/set-up/picture.svg").status_code == 404

    client.post("/sign-in/again/", {"password": PASSWORD})
    page = client.get("/second-factor/set-up/").content.decode()
    picture = client.get("/second-factor/set-up/picture.svg")

    assert "data:" not in page
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture["Cache-Control"].startswith("max-age=0")


def test_next_sign_in_asks_for_the_code_and_takes_it(user: User) -> None:
    secret = set_up(signed_in(user))

    client = signed_in(user)
    assert client.get("/admin/").status_code == 302
    wrong = client.post("/sign-in/code/", {"code": "000000"})
    AccessAttempt.objects.all().delete()
    # The code of the half minute in which it was set up is spent.
    later = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + 1))
    right = client.post("/sign-in/code/", {"code": later})

    assert "Codes change every half minute" in wrong.content.decode()
    assert right.status_code == 302
    assert client.get("/admin/").status_code == 200
    assert verbs()[-2:] == ["user.sign_in_failed", "user.signed_in"]


def test_code_of_the_app_opens_once_over_all_processes(user: User) -> None:
    secret = set_up(signed_in(user))

    later = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + 1))
    signed_in(user).post("/sign-in/code/", {"code": later})
    second = signed_in(user)
    second.post("/sign-in/code/", {"code": later})

    assert second.get("/admin/").status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM trust_cache")
        assert cursor.fetchone()[0] > 0


def test_recovery_code_opens_once(user: User) -> None:
    set_up(signed_in(user))
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]

    for opens in (True, False):
        client = signed_in(user)
        client.post("/sign-in/code/", {"code": code})
        assert (client.get("/admin/").status_code == 200) is opens


def test_session_of_a_password_alone_ends_when_a_factor_was_set_up_elsewhere(user: User) -> None:
    other = signed_in(user)
    set_up(signed_in(user))

    assert other.get("/admin/")["Location"] == "/sign-in/"


def test_turning_off_asks_for_the_password_and_leads_to_set_up(user: User) -> None:
    client = signed_in(user)
    set_up(client)
    session = client.session
    for method in session["account_authentication_methods"]:
        method["at"] -= 3600
    session.save()

    asked = client.post("/second-factor/off/")
    again = client.post(asked["Location"], {"password": PASSWORD})

    assert asked["Location"].startswith("/sign-in/again/")
    assert again.status_code == 302
    assert not Authenticator.objects.exists()
    assert client.get("/admin/")["Location"] == "/second-factor/set-up/"
    assert "user.second_factor_removed" in verbs()
    assert mail.outbox[0].subject == "Your second factor on Sendwell is off"
    assert mail.outbox[0].to == [user.email]


@pytest.mark.parametrize("email", ["ada@clinic.example", "nobody@clinic.example"])
def test_fifth_wrong_password_locks_and_says_so(user: User, email: str) -> None:
    client = Client()
    answers = [client.post("/sign-in/", {"login": email, "password": "wrong"}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert "do not go together" in answers[0].content.decode()
    assert "Wait 15 minutes" in answers[5].content.decode()
    assert verbs() == ["user.sign_in_failed"] * 5 + ["user.locked_out"]
    assert email not in str(list(AuditEvent.objects.values()))
    attempt: Any = AccessAttempt.objects.get()
    assert email not in str(attempt.__dict__)
    assert "wrong" not in attempt.post_data


def test_locked_account_refuses_the_right_password_from_there_alone(user: User) -> None:
    client = Client()
    for _ in range(5):
        client.post("/sign-in/", {"login": user.email, "password": "wrong"})

    right = {"login": user.email, "password": PASSWORD}
    assert client.post("/sign-in/", right).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").post("/sign-in/", right).status_code == 302


def test_wrong_codes_lock_like_wrong_passwords(user: User) -> None:
    set_up(signed_in(user))
    client = signed_in(user)

    answers = [client.post("/sign-in/code/", {"code": "000000"}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert verbs().count("user.locked_out") == 1


def test_forgotten_password_says_the_same_with_and_without_an_account(user: User) -> None:
    pages = []
    for email in (user.email, "nobody@clinic.example"):
        answer = Client().post("/password/forgotten/", {"email": email}, follow=True)
        pages.append(re.sub(r'value="[^"]*"', "", answer.content.decode()))

    assert pages[0] == pages[1]
    assert [letter.to for letter in mail.outbox] == [[user.email]]


def test_link_of_the_email_sets_a_password_and_signs_out_everywhere(user: User) -> None:
    elsewhere = signed_in(user)
    Client().post("/password/forgotten/", {"email": user.email})
    link = re.search(r"https?://[^/]+(/password/new/\S+)", mail.outbox[0].body)
    assert link
    client = Client()
    page = client.get(link[1], follow=True)
    path = page.redirect_chain[-1][0]
    new = "another four plain words"

    client.post(path, {"password1": new, "password2": new})

    assert signed_in(user, new).get("/admin/")["Location"] == "/second-factor/set-up/"
    assert elsewhere.get("/admin/")["Location"].startswith("/admin/login/")
    assert "does not work any more" in Client().get(link[1], follow=True).content.decode()


def test_admins_own_form_leads_to_sign_in(user: User) -> None:
    answer = Client().get("/admin/login/?next=/admin/trust/")

    assert answer["Location"] == "/sign-in/?next=%2Fadmin%2Ftrust%2F"


def test_closed_account_does_not_sign_in(user: User) -> None:
    user.is_active = False
    user.save()

    assert signed_in(user).get("/admin/").status_code == 302
    assert verbs() == ["user.sign_in_failed"]
