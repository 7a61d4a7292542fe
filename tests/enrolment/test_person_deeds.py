"""Buttons of a person's page: filled in, looked at, done."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from enrolment import planner
from enrolment.models import Enrolment, Note, Participant
from enrolment.person_deeds import DEEDS
from messaging.models import Message
from tests import worlds
from tests.enrolment.test_matrix import client_of, user_with
from tests.enrolment.test_person_admin import address, shown
from trust.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment() -> Enrolment:
    """In the programme since this noon of the calendar, which is the test's today."""
    now = worlds.at_noon()
    day = now.date() + timedelta(days=9)
    return worlds.person(of=worlds.full_version(), joined=now, quit_day=day)


@pytest.fixture
def manager() -> Client:
    return client_of(user_with("programme_manager", organisation_wide=False))


@pytest.fixture
def counsellor() -> Client:
    return client_of(user_with("counsellor", organisation_wide=False))


#: Right and wrong input, and what is said of the wrong one.
INPUTS: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "pause": ({"days": "3"}, {"days": "90"}, "30 days is the most"),
    "date": (
        {"kind": "quit_date", "day": "soon"},
        {"kind": "quit_date", "day": "2020-01-31"},
        "Choose a day that is still to come",
    ),
    "language": ({"language": "nb"}, {"language": "xx"}, "Select a valid choice"),
    "when": (
        {"zone": "asia/kolkata", "hours": "9-17"},
        {"zone": "Nowhere/Town", "hours": "9-17"},
        "There is no such time zone",
    ),
    "withdraw": ({"whole_number": "on"}, {}, ""),
}


def given(name: str, enrolment: Enrolment) -> dict[str, str]:
    right = dict(INPUTS[name][0])
    if right.get("day") == "soon":
        right["day"] = (enrolment.enrolled_at.date() + timedelta(days=20)).isoformat()
    return right


@pytest.mark.parametrize("name", INPUTS)
def test_deed_is_looked_at_before_it_is_done(
    name: str, enrolment: Enrolment, manager: Client
) -> None:
    page, right = address(enrolment, f"do_{name}"), given(name, enrolment)
    before = AuditEvent.objects.count()

    asked = manager.get(page).content.decode()
    told = manager.post(page, right).content.decode()

    assert "Go on" in asked
    assert "What will happen" in told
    assert AuditEvent.objects.count() == before
    answer = manager.post(page, {**right, "sure": "yes"}, follow=True)
    assert DEEDS[name].done in answer.content.decode()
    assert AuditEvent.objects.filter(pk__gt=before, actor__isnull=False).exists()


@pytest.mark.parametrize("name", [name for name, row in INPUTS.items() if row[1]])
def test_wrong_input_is_kept_and_says_what_to_do(
    name: str, enrolment: Enrolment, manager: Client
) -> None:
    _, wrong, words = INPUTS[name]
    assert wrong

    answer = manager.post(address(enrolment, f"do_{name}"), {**wrong, "sure": "yes"})

    assert answer.status_code == 400
    page = answer.content.decode()
    assert words in page
    for value in wrong.values():
        assert value in page or value == "xx"
    assert "What will happen" not in page


def test_hours_nobody_can_read_say_so(enrolment: Enrolment, manager: Client) -> None:
    page = address(enrolment, "do_when")

    for hours, words in (("soon", "such as 9-17"), ("1-4", "Choose hours that have some")):
        answer = manager.post(page, {"zone": "Europe/London", "hours": hours})
        assert words in answer.content.decode()


def test_page_offers_what_can_be_done_now(enrolment: Enrolment, manager: Client) -> None:
    assert deeds_on(manager, enrolment) == ["pause", "date", "language", "when", "note", "withdraw"]
    manager.post(address(enrolment, "do_pause"), {"days": "", "sure": "yes"})
    assert deeds_on(manager, enrolment)[:2] == ["resume", "pause"]
    assert "the texts are paused (by staff)" in shown(manager, enrolment)
    manager.post(address(enrolment, "do_resume"), {"sure": "yes"})
    manager.post(address(enrolment, "do_withdraw"), {"sure": "yes"})
    assert deeds_on(manager, enrolment) == ["note"]
    late = manager.post(address(enrolment, "do_pause"), {"days": "3", "sure": "yes"}, follow=True)
    assert "moved on" in late.content.decode()


def deeds_on(client: Client, enrolment: Enrolment) -> list[str]:
    return [deed.name for deed in client.get(address(enrolment)).context["deeds"]]


def test_zone_is_found_however_it_is_written(enrolment: Enrolment, manager: Client) -> None:
    right = {"zone": "america/new york", "hours": "", "sure": "yes"}

    manager.post(address(enrolment, "do_when"), right)

    assert Participant.objects.get().time_zone == "America/New_York"


def test_note_is_sealed_and_read_by_those_it_is_for(
    enrolment: Enrolment, manager: Client, counsellor: Client
) -> None:
    page = address(enrolment, "do_note")
    manager.post(page, {"words": "Rang twice, nobody there.", "is_confidential": "on"})
    counsellor.post(page, {"words": "She told of her father.", "is_confidential": "on"})

    assert Note.objects.count() == 2
    assert "Rang twice" in shown(counsellor, enrolment)
    assert "of her father" in shown(counsellor, enrolment, show="notes")
    assert "Rang twice" in shown(manager, enrolment)
    assert "of her father" not in shown(manager, enrolment)
    assert manager.post(page, {"words": " "}).status_code == 400


def test_text_that_did_not_arrive_is_sent_again_from_the_page(
    enrolment: Enrolment, manager: Client, counsellor: Client
) -> None:
    planner.tick(now=enrolment.enrolled_at + timedelta(minutes=8))
    Message.objects.update(
        status="undelivered", status_reason="30003", settled_at=worlds.calendar_now()
    )
    message = Message.objects.get()
    page = f"{address(enrolment, 'do_resend')}?message={message.pk}"

    assert page in shown(manager, enrolment)
    assert "did not arrive: the provider" in shown(manager, enrolment)
    assert "Welcome Amina" in counsellor.get(page).content.decode()
    assert "Welcome Amina" not in manager.get(page).content.decode()
    manager.post(address(enrolment, "do_resend"), {"message": message.pk})
    again = Message.objects.get(cause_kind="staff")
    assert again.status == Message.Status.QUEUED
    assert page not in shown(manager, enrolment)
    assert "Sent again by staff" in shown(manager, enrolment)
    for odd in ("", "soon", "0", "9" * 30):
        url = address(enrolment, "do_resend")
        assert manager.get(url, {"message": odd}).status_code == 404


def test_role_that_may_not_act_does_nothing(enrolment: Enrolment) -> None:
    for role in ("researcher", "author", "auditor", "organisation_admin"):
        client = client_of(user_with(role, organisation_wide=True))
        for name in (*DEEDS, "resend"):
            page = address(enrolment, f"do_{name}")
            assert client.get(page).status_code in (403, 404), page
            assert client.post(page, {"sure": "yes", "words": "x"}).status_code in (403, 404)
    assert Enrolment.objects.get().status == Enrolment.Status.ACTIVE
    assert not Note.objects.exists()


def test_counsellor_of_another_campaign_reaches_nobody(enrolment: Enrolment) -> None:
    worlds.campaign(key="other")
    user = user_with("counsellor", organisation_wide=False)
    user.memberships.update(campaign=worlds.campaign(key="other"))
    client = client_of(user)

    for name in ("change", "do_pause", "do_number"):
        assert client.get(address(enrolment, name)).status_code in (404, 405)
    assert client.post(address(enrolment, "do_number")).status_code == 404
    page = client.post(reverse("admin:enrolment_enrolment_number"), {"number": "+447700900001"})
    assert page.status_code == 400
