"""Making a country's campaign in the admin: who may, what wrong input says, what it leaves."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from campaigns.models import Campaign
from messaging.models import Sender
from tests import worlds
from tests.enrolment.test_matrix import client_of, user_with
from trust.models import User
from trust.roles import ROLES

pytestmark = pytest.mark.django_db

PAGE, LIST = "/admin/campaigns/campaign/new-country/", "/admin/campaigns/campaign/"
STARTERS = {"organisation_admin", "programme_manager"}
ANSWERS: dict[str, dict[str, Any]] = {
    "programme": {
        "curriculum": "mdiabetes", "country": "GB", "name": "Sweet spot", "key": "sweet-spot",
    },
    "people": {
        "languages": ["en", "nb"], "default_language": "en", "time_zone": "Europe/London",
        "minimum_age": "",
    },
    "hours": {
        "hours": "08:00-20:30", "slot_early": "08:00-08:20", "slot_morning": "10:20-10:45",
        "slot_midday": "12:45-13:10", "slot_afternoon": "15:10-15:35",
        "slot_evening": "17:35-18:00", "slot_night": "20:00-20:25",
    },
    "numbers": {
        "set_programme": "Sweet spot", "set_emergency_number": "999", "set_advice_line": "111",
        "set_quitline": "0300 123 1044",
    },
    "sender": {"sender": "", "price": "0.035", "currency": "GBP"},
    "calendar": {"date_ramadan": "2027-02-08", "date_eid_al_fitr": ""},
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.country_admin.calendar_now", lambda: worlds.NOON)


@pytest.fixture
def admin() -> Client:
    return client_of(user_with("organisation_admin", organisation_wide=True))


def send(client: Client, step: str, **changes: object) -> HttpResponse:
    return client.post(f"{PAGE}?step={step}", {**ANSWERS[step], **changes})


def up_to(client: Client, last: str) -> None:
    for step in ANSWERS:
        answer = send(client, step)
        assert answer.status_code == 302, answer.content.decode()
        if step == last:
            return


@pytest.mark.parametrize("wide", [True, False], ids=["organisation", "campaign"])
@pytest.mark.parametrize("role", ROLES)
def test_page_opens_to_those_who_change_all_campaigns(role: str, wide: bool) -> None:
    client = client_of(user_with(role, organisation_wide=wide))
    may = wide and role in STARTERS

    assert client.get(PAGE).status_code == (200 if may else 403)
    assert send(client, "programme").status_code == (302 if may else 403)
    assert client.post(f"{PAGE}?step=review").status_code == (302 if may else 403)
    if wide:
        listed, ways = client.get(LIST).content.decode(), client.get("/campaigns/add/")
        assert ("/admin/campaigns/campaign/add/" in listed) == may
        assert (PAGE in ways.content.decode()) == may
    assert not Campaign.objects.filter(key="sweet-spot").exists()


def test_all_steps_make_a_draft_and_tell_what_remains(admin: Client) -> None:
    up_to(admin, "calendar")

    look = admin.get(f"{PAGE}?step=review").content.decode()
    for told in (
        "Sweet spot",
        "Europe/London",
        "0300 123 1044",
        "2027-02-08",
        "None yet",
        "mmol/L",
        "16 years",
    ):
        assert told in look
    answer = admin.post(f"{PAGE}?step=review")

    campaign = Campaign.objects.get(key="sweet-spot")
    assert answer["Location"] == f"{LIST}{campaign.pk}/remaining/"
    version = campaign.versions.get()
    assert (version.status, version.author) == ("draft", admin_user())
    page = admin.get(answer["Location"]).content.decode()
    assert "sweet-spot: to be made" in page
    assert "Clinical approval" in page
    assert "1 Ramadan is expected on 8 Feb 2027" in page
    assert "What remains" in admin.get(f"{LIST}{campaign.pk}/change/").content.decode()


def admin_user() -> User:
    return User.objects.get(email="organisation_admin-1@clinic.example")


@pytest.mark.parametrize(
    ("step", "changes", "told", "kept"),
    [
        ("programme", {"key": "Sweet Spot!"}, "single hyphens", "Sweet Spot!"),
        ("programme", {"country": ""}, "Choose the country", "sweet-spot"),
        ("people", {"languages": ["nb"]}, "chosen above", 'value="nb"'),
        ("people", {"minimum_age": "sixteen"}, "whole years", "sixteen"),
        ("hours", {"hours": "8 to 20"}, "such as 08:00-20:30", "8 to 20"),
        ("hours", {"slot_night": "21:00-21:10"}, "reaches outside the hours", "21:00-21:10"),
        ("numbers", {"set_emergency_number": "113 113"}, "not known as", "113 113"),
        ("numbers", {"set_quitline": "call us"}, "as people dial it", "call us"),
        ("numbers", {"set_advice_line": ""}, "has no default", "0300 123 1044"),
        ("sender", {"price": "cheap"}, "a number with a dot", "cheap"),
        ("sender", {"currency": ""}, "the currency too", "0.035"),
        ("calendar", {"date_ramadan": "8 Feb"}, "year, month and day", "8 Feb"),
        ("calendar", {"date_ramadan": "2027-05-08"}, "more than 3 days", "2027-05-08"),
    ],
)
def test_wrong_input_says_what_to_do_and_stays(
    step: str, changes: dict[str, object], told: str, kept: str, admin: Client
) -> None:
    steps = list(ANSWERS)
    if step != steps[0]:
        up_to(admin, steps[steps.index(step) - 1])

    answer = send(admin, step, **changes)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert told in page
    assert kept in page
    assert 'role="alert"' in page
    assert admin.post(f"{PAGE}?step=review")["Location"] == f"{PAGE}?step={step}"
    assert not Campaign.objects.filter(key="sweet-spot").exists()


def test_answer_of_an_earlier_step_changed_leads_back_to_what_it_breaks(admin: Client) -> None:
    up_to(admin, "calendar")

    send(admin, "programme", country="NO")

    zone = admin.post(f"{PAGE}?step=review")
    assert zone["Location"] == f"{PAGE}?step=people"
    send(admin, "people", time_zone="Europe/Oslo")
    numbers = admin.post(f"{PAGE}?step=review")
    assert numbers["Location"] == f"{PAGE}?step=numbers"
    page = admin.get(numbers["Location"]).content.decode()
    assert "not known as an emergency number of Norway" in page
    assert "0300 123 1044" in page


def test_another_curriculum_asks_for_its_own_slots(admin: Client) -> None:
    up_to(admin, "calendar")

    send(admin, "programme", curriculum="mcessation")

    again = admin.post(f"{PAGE}?step=review")
    assert again["Location"] == f"{PAGE}?step=hours"
    page = admin.get(again["Location"]).content.decode()
    assert 'value="08:00-08:25"' in page
    assert 'role="alert"' not in page


def test_later_step_waits_for_the_one_before(admin: Client) -> None:
    assert admin.get(f"{PAGE}?step=calendar")["Location"] == f"{PAGE}?step=programme"
    assert admin.get(f"{PAGE}?step=nonsense")["Location"] == f"{PAGE}?step=programme"
    assert admin.post(f"{PAGE}?step=numbers", {"set_quitline": "1"}).status_code == 302


def test_begin_anew_forgets_what_was_typed(admin: Client) -> None:
    up_to(admin, "people")

    admin.post(f"{PAGE}?step=review", {"do": "begin_anew"})

    assert "sweet-spot" not in admin.get(PAGE).content.decode()


def test_programme_manager_picks_a_sender_and_sets_no_price() -> None:
    client = client_of(user_with("programme_manager", organisation_wide=True))
    up_to(client, "numbers")
    page = client.get(f"{PAGE}?step=sender").content.decode()
    other = worlds.sender("hospital")

    assert 'name="price"' not in page
    assert "in the list" in send(client, "sender", sender=str(other.pk)).content.decode()
    mine = worlds.sender("clinic")
    send(client, "sender", sender=str(mine.pk))
    send(client, "calendar")
    client.post(f"{PAGE}?step=review")

    assert Campaign.objects.get(key="sweet-spot").sender == mine
    assert Sender.objects.get(pk=mine.pk).segment_price is None


def test_key_taken_meanwhile_is_told_and_nothing_is_lost(admin: Client) -> None:
    up_to(admin, "calendar")
    worlds.campaign("clinic", key="sweet-spot")

    answer = admin.post(f"{PAGE}?step=review")

    assert answer["Location"] == f"{PAGE}?step=programme"
    page = admin.get(answer["Location"]).content.decode()
    assert "is there already" in page
    assert re.search(r'value="Sweet spot"', page)
