"""No page that staff see is kept by a browser; what was kept goes with signing out."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import CampaignVersion
from messaging.models import Recipient
from tests import worlds
from tests.enrolment import test_matrix as matrix
from trust.session_limits import SEEN

pytestmark = pytest.mark.django_db

#: Doors that know no user; a person's own page says no-store itself, by tests of its own.
NOT_STAFFS = matrix.SIGNED | matrix.TOKENS | matrix.MACHINES | matrix.VISITED
#: Ends the session, and so every answer after it.
ENDS = {"account_logout", "admin:logout"}


@pytest.fixture
def client() -> Client:
    worlds.person(of=worlds.version(worlds.campaign("clinic")))
    return matrix.client_of(matrix.user_with("programme_manager", organisation_wide=True))


def address(name: str) -> str:
    page = matrix.admin_url(name)
    if page is not None:
        return reverse(name, args=[] if page[1] in matrix.ROWLESS else ["1"])
    if name == "account_reset_password_from_key":
        return reverse(name, kwargs={"uidb36": "1", "key": "set-password"})
    if name == "admin:view_on_site":
        return reverse(name, args=[1, 1])
    if name == "admin:app_list":
        return reverse(name, args=["trust"])
    if name in matrix.OWN | matrix.NEW | matrix.ACCOUNT | matrix.OPEN:
        return reverse(name)
    if name in matrix.OBJECT | matrix.POSTED:
        return reverse(name, args=[Recipient.objects.order_by("pk")[0].pk])
    row = CampaignVersion.objects.get()
    more = ["day.0"] if name in matrix.TEXT else ["enrol"] if name in matrix.PEOPLE else []
    more += ["funnel"] if name in matrix.FIGURES else ["1"] if name == "enrolment:unblind" else []
    return reverse(name, args=[row.campaign_id if name in matrix.CAMPAIGN else row.pk, *more])


def test_no_answer_to_staff_may_be_stored(client: Client) -> None:
    shown = []
    for name in matrix.urls():
        if name in NOT_STAFFS | ENDS:
            continue
        answer = client.get(address(name))
        assert "no-store" in answer.headers.get("Cache-Control", ""), name
        shown += [name] if answer.status_code == 200 else []

    # Without these the test would pass on refusals alone.
    assert {"admin:index", "research:figures", "enrolment:trials", "enrolment:call_lists"} <= {
        *shown
    }


def test_pages_of_nobodys_are_left_as_they_are() -> None:
    for url in ("/api/v1/openapi.json", "/static/sendwell/base.css"):
        answer = Client().get(url)
        assert answer.status_code == 200
        assert "no-store" not in answer.headers.get("Cache-Control", "")
        answer.close()


@pytest.mark.parametrize("url", ["/sign-out/", "/admin/logout/"])
def test_signing_out_clears_what_the_browser_kept_but_not_the_answers_cookies(
    client: Client, url: str
) -> None:
    assert "Clear-Site-Data" not in client.get("/admin/").headers

    answer = client.post(url)

    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get("/admin/").status_code == 302


def test_session_that_ran_out_clears_it_too(client: Client) -> None:
    session = client.session
    session[SEEN] -= 3600
    session.save()

    assert client.get("/admin/").headers["Clear-Site-Data"] == '"cache"'
