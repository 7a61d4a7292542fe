import logging

import pytest
from django.test import Client
from django.urls import reverse

from enrolment import link_views
from enrolment.knocking import TRIES, Knocks
from enrolment.models import WebLink, WebVisit
from tests import worlds
from tests.enrolment.test_replies import texted
from tests.enrolment.test_web_links import NUMBER, token_in

pytestmark = pytest.mark.django_db

WRONG = "A" * 22


@pytest.fixture(autouse=True)
def knocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_views, "KNOCKS", Knocks())


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages ask the database for the time; here it is the time the texts came."""
    monkeypatch.setattr("messaging.clock.calendar_now", lambda: worlds.NOON)


@pytest.fixture
def token(noon: None) -> str:
    worlds.person(number=NUMBER, of=worlds.full_version())
    return token_in(texted("WEB"))


def address(token: str) -> str:
    return reverse("enrolment:me_link", args=[token])


def test_looking_at_a_link_uses_nothing_up(client: Client, token: str) -> None:
    for method in (client.get, client.head, client.get):
        assert method(address(token)).status_code == 200

    assert WebLink.objects.get().used_at is None
    assert not WebVisit.objects.exists()


def test_button_opens_the_page_without_the_token_in_its_address(client: Client, token: str) -> None:
    response = client.post(address(token))

    assert (response.status_code, response.headers["Location"]) == (303, "/me/")
    cookie = response.cookies["visit"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"]) == ("Strict", "/me/")
    assert token not in str(client.get("/me/").content)
    assert client.get("/me/").context["own"].participant.first_name == "Amina"


def test_cookie_is_secure_where_the_site_is(
    client: Client, token: str, settings: pytest.FixtureRequest
) -> None:
    settings.SESSION_COOKIE_SECURE = True

    assert client.post(address(token)).cookies["__Secure-visit"]["secure"]
    assert client.get("/me/").context["own"].participant.first_name == "Amina"


def test_wrong_used_and_expired_links_are_answered_alike(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(address(token))
    used = [Client().get(address(token)), Client().post(address(token))]
    wrong = [Client().get(address(WRONG)), Client().post(address(WRONG))]
    odd = [Client().get(address("x")), Client().get("/me/%00%C3%A6/"), Client().put("/me/x/")]
    fresh = token_in(texted("WEB", 1))
    monkeypatch.setattr("messaging.clock.calendar_now", lambda: worlds.NOON.replace(hour=13))
    expired = [Client().get(address(fresh)), Client().post(address(fresh))]

    answers = [*used, *wrong, *odd, *expired]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert not any(answer.cookies for answer in answers)


def test_form_of_another_site_opens_nothing(client: Client, token: str) -> None:
    for site in ("cross-site", "same-site", "none"):
        assert client.post(address(token), headers={"Sec-Fetch-Site": site}).status_code == 404

    assert client.post(address(token), headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_nothing_of_a_link_is_kept_by_a_browser_or_passed_on(client: Client, token: str) -> None:
    for response in (client.get(address(token)), client.get(address(WRONG))):
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Robots-Tag"] == "noindex"


def test_token_is_never_logged(
    client: Client, token: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    client.get(address(WRONG))
    client.post(address(WRONG))
    client.get(address(token).rstrip("/"))
    monkeypatch.setattr(link_views.web_links, "live", _breaks)

    assert client.get(address(token)).status_code == 500
    assert "link_broke" in caplog.text
    assert token not in caplog.text
    assert WRONG not in caplog.text


def _breaks(**kwargs: object) -> None:
    raise RuntimeError("broken")


def test_slash_that_a_telephone_lost_does_not_matter(client: Client, token: str) -> None:
    assert client.get(address(token).rstrip("/")).status_code == 200


def test_address_that_tries_too_often_is_turned_away(client: Client, token: str) -> None:
    for _ in range(TRIES):
        assert client.get(address(WRONG)).status_code == 404

    assert client.get(address(WRONG)).status_code == 429
    assert client.get(address(token)).status_code == 429
    assert client.get(address(token), REMOTE_ADDR="192.0.2.7").status_code == 200


def test_proxy_of_ours_says_who_calls(client: Client, token: str, settings: object) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # type: ignore[attr-defined]
    for _ in range(TRIES):
        client.get(address(WRONG), headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.1"})

    for address_named, status in (("192.0.2.1", 429), ("192.0.2.2", 200)):
        named = {"X-Forwarded-For": f"198.51.100.9, {address_named}"}
        assert client.get(address(token), headers=named).status_code == status


def test_link_page_speaks_the_persons_language(client: Client, noon: None) -> None:
    enrolment = worlds.person(number=NUMBER, of=worlds.full_version())
    enrolment.participant.language = "nb"
    enrolment.participant.save()

    page = client.get(address(token_in(texted("WEB"))), headers={"Accept-Language": "fr"})

    assert page.headers["Content-Language"] == "nb"
    assert '<html lang="nb" dir="ltr">' in page.content.decode()
