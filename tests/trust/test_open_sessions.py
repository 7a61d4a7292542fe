"""One's own sessions on a page, ended there; a colleague's ended by an admin of theirs."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory
from trust import open_sessions
from trust.models import AuditEvent, User
from trust.open_sessions import open_to
from trust.session_limits import SEEN

pytestmark = pytest.mark.django_db
PASSWORD = "four plain words here"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:133.0) Gecko/20100101 Firefox/133.0"
SAFARI = "Mozilla/5.0 (iPhone; like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1"


def somebody(email: str, role: str = "organisation_admin", **more: object) -> User:
    user: User = UserFactory(email=email, organisation_role=role, is_staff=True, **more)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def user() -> User:
    return somebody("ada@clinic.example")


def signed_in(user: User, browser: str = FIREFOX) -> Client:
    client = Client(headers={"user-agent": browser})
    answer = client.post("/sign-in/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def sure(client: Client) -> Client:
    """Who has just given the password again."""
    assert client.post("/sign-in/again/", {"password": PASSWORD}).status_code == 302
    return client


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("verb", flat=True))


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_page_tells_ones_own_open_sessions_and_no_key_of_any(user: User) -> None:
    here, phone = signed_in(user), signed_in(user, SAFARI)
    other = signed_in(somebody("eve@clinic.example"), "Mozilla/5.0 (X11; Linux) Chrome/131")

    page = here.get("/my-sessions/").content.decode()

    assert re.findall(r"<strong>(.*?)</strong>", page) == ["Firefox on Windows", "Safari on iPhone"]
    assert page.count("this one") == 1
    for client in (here, phone, other):
        assert str(client.session.session_key) not in page


def test_one_session_is_ended_by_its_owner(user: User) -> None:
    here, phone = sure(signed_in(user)), signed_in(user, SAFARI)
    key = str(phone.session.session_key)

    answer = here.post("/my-sessions/", {"session": open_sessions.handle_of(key)}, follow=True)

    assert "That session is ended." in answer.content.decode()
    assert is_in(here)
    assert not is_in(phone)
    assert verbs()[-1] == "user.session_ended"
    assert key not in str(list(AuditEvent.objects.values()))


def test_all_others_are_ended_and_this_one_stays(user: User) -> None:
    here, others = sure(signed_in(user)), [signed_in(user, SAFARI) for _ in range(2)]

    answer = here.post("/my-sessions/", follow=True)

    assert "2 sessions are ended." in answer.content.decode()
    assert [is_in(client) for client in (here, *others)] == [True, False, False]
    assert AuditEvent.objects.get(verb="user.sessions_ended").detail == {"count": 2}


def test_nobody_ends_anothers_session_or_by_this_page_the_one_that_asks(user: User) -> None:
    here, theirs = sure(signed_in(user)), signed_in(somebody("eve@clinic.example"))

    for client in (theirs, here):
        handle = open_sessions.handle_of(str(client.session.session_key))
        assert here.post("/my-sessions/", {"session": handle})["Location"] == "/my-sessions/"
    assert here.post("/my-sessions/")["Location"] == "/my-sessions/"

    assert is_in(here)
    assert is_in(theirs)
    assert {"user.session_ended", "user.sessions_ended"}.isdisjoint(verbs())


def test_to_end_one_the_password_is_asked_for_again(user: User) -> None:
    here, phone = signed_in(user), signed_in(user, SAFARI)
    handle = open_sessions.handle_of(str(phone.session.session_key))

    asked = here.post("/my-sessions/", {"session": handle})
    assert asked["Location"].startswith("/sign-in/again/")
    assert is_in(phone)
    here.post(asked["Location"], {"password": PASSWORD})

    assert not is_in(phone)
    assert verbs().count("user.session_ended") == 1


def test_sessions_that_are_over_are_not_told(user: User) -> None:
    here, idle = signed_in(user), signed_in(user, SAFARI)
    session = idle.session
    session[SEEN] -= 3600
    session.save()
    assert len(open_to(user, this=here.session.session_key)) == 1

    user.set_password("another four plain words")

    assert open_to(user, this=None) == []


def test_session_of_an_unknown_browser_is_told_plainly(user: User) -> None:
    assert "A browser we do not know" in signed_in(user, "x").get("/my-sessions/").content.decode()


def press(client: Client, of: User) -> int:
    """The button of the user's page in the admin."""
    form = {
        "email": of.email, "name": of.name, "organisation": of.organisation_id or "",
        "organisation_role": of.organisation_role, "is_active": "on", "is_staff": "on",
        "trust_user_end_sessions": "on",
    }  # fmt: skip
    url = reverse("admin:trust_user_change", args=[of.pk])
    return int(client.post(url, form).status_code)


def test_admin_ends_all_of_a_colleagues_sessions(user: User) -> None:
    colleague = somebody("eve@clinic.example", "auditor", organisation=user.organisation)
    boss, theirs = signed_in(user), [signed_in(colleague) for _ in range(2)]

    assert press(boss, colleague) == 302

    assert [is_in(client) for client in (boss, *theirs)] == [True, False, False]
    event = AuditEvent.objects.get(verb="user.sessions_ended")
    assert (event.actor, event.subject_id) == (user, str(colleague.pk))


def test_of_ones_own_the_one_that_asks_stays(user: User) -> None:
    boss, phone = signed_in(user), signed_in(user, SAFARI)

    assert press(boss, user) == 302

    assert [is_in(boss), is_in(phone)] == [True, False]


def test_another_organisations_sessions_and_the_platforms_are_out_of_reach(user: User) -> None:
    platform = somebody("root@clinic.example", organisation=user.organisation, is_superuser=True)
    stranger = somebody("eve@hospital.example")
    boss = signed_in(user)
    for other in (platform, stranger):
        signed_in(other)

        assert press(boss, other) in {403, 404}

    assert Session.objects.count() == 3
