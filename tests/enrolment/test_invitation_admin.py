"""Inviting one person in the admin: who may, what wrong input says, what the list tells."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from enrolment import inviting
from enrolment.models import Consent, Enrolment, Invitation
from messaging.models import Message
from tests import worlds
from tests.enrolment.test_matrix import client_of, user_with
from tests.enrolment.test_replies import NUMBER, texted
from trust.roles import ROLES

pytestmark = pytest.mark.django_db

ADD, LIST = "/admin/enrolment/invitation/add/", "/admin/enrolment/invitation/"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("messaging.clock.calendar_now", lambda: worlds.NOON)
    monkeypatch.setattr("enrolment.invitation_admin.calendar_now", lambda: worlds.NOON)


@pytest.fixture
def manager() -> Client:
    worlds.version()
    return client_of(user_with("programme_manager", organisation_wide=False))


def posted(client: Client, **changes: object) -> HttpResponse:
    fields = {
        "campaign": worlds.campaign().pk,
        "number": "07700 900001",
        "first_name": "Amina",
        "language": "en",
        "channel": "referral",
        **changes,
    }
    return client.post(ADD, fields)


def test_question_is_queued_and_the_list_tells_of_it(manager: Client) -> None:
    answer = posted(manager)

    assert (answer.status_code, answer["Location"]) == (302, LIST)
    invitation = Invitation.objects.get()
    assert (invitation.channel, invitation.recipient.number) == ("referral", NUMBER)
    assert invitation.invited_by is not None
    assert Message.objects.get().body.text == "Do you want our texts? YES or NO"
    shown = manager.get(LIST).content.decode()
    assert "asked, no answer yet" in shown
    assert "+44 ••• 01" in shown
    assert NUMBER not in shown
    assert "Amina" not in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": ""}, "Write the whole number with + and its country"),
        ({"number": "2250"}, "Write the whole number with + and its country"),
        ({"number": "my sister"}, "Write the whole number with + and its country"),
        ({"number": "+1 202 555 0123"}, "does not text to that country"),
        ({"first_name": "R2D2"}, "Write just a first name, without figures"),
        ({"language": "tlh"}, "Choose one of the languages"),
        ({"channel": ""}, "Say how the person has asked"),
        ({"channel": "sms"}, "Say how the person has asked"),
        ({"campaign": ""}, "Choose a campaign."),
        ({"consent": "paper", "reference": "Form 12"}, "Say when the paper was signed."),
        ({"consent": "paper", "asked_on": "2026-11-02"}, "Say where the paper can be found"),
        ({"asked_on": "2026-12-02"}, "This day lies ahead"),
        ({"asked_on": "last week"}, "Write the day as 2026-11-30."),
        ({"calls": "on"}, "A yes to a call needs its paper."),
        ({"referrer": "+447700900999"}, "Write a code or a place"),
    ],
)
def test_wrong_input_is_kept_and_says_what_to_do(
    manager: Client, changes: dict[str, object], said: str
) -> None:
    answer = posted(manager, **changes)

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert said in shown
    for name in ("number", "first_name", "asked_on", "referrer", "reference"):
        kept = {"number": "07700 900001", "first_name": "Amina", **changes}.get(name)
        assert f'value="{kept}"' in shown or not kept
    assert not Invitation.objects.exists()
    assert not Enrolment.objects.exists()


def test_consent_on_paper_begins_joining_and_stands_in_the_ledger(manager: Client) -> None:
    answer = posted(
        manager, consent="paper", channel="", asked_on="2.11.2026", reference="Form 12, Mpika",
        referrer="HW-014",
    )  # fmt: skip

    assert (answer.status_code, answer["Location"]) == (302, LIST)
    line = Consent.objects.get()
    assert (line.channel, line.exact_text, line.given_at.date().isoformat()) == (
        "paper",
        "Form 12, Mpika",
        "2026-11-02",
    )
    assert line.actor is not None
    assert Message.objects.get().body.text == "Do you smoke? YES or NO"
    row = Invitation.objects.get()
    assert (row.channel, row.referrer, row.first_name) == ("paper", "HW-014", None)
    assert "said yes, is joining" in manager.get(LIST).content.decode()
    assert texted("yes") == ["Your first name?"]


def test_who_sent_them_and_when_stand_beside_the_question(manager: Client) -> None:
    posted(manager, referrer="HW-014, Mpika clinic", asked_on="2026-11-30")

    row = Invitation.objects.get()
    assert (row.referrer, row.asked_on.isoformat()) == ("HW-014, Mpika clinic", "2026-11-30")
    assert not Consent.objects.exists()
    assert "HW-014, Mpika clinic" in manager.get(LIST).content.decode()


def test_language_the_campaign_is_not_written_in_is_refused_by_its_name(manager: Client) -> None:
    worlds.full_version(worlds.campaign(key="other"))
    manager = client_of(user_with("programme_manager", organisation_wide=True))

    answer = posted(manager, language="nb")

    assert "Quit is written in English." in answer.content.decode()


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("STOP", "asked for no more texts"),
        ("JOIN", "is in the campaign, or was invited"),
    ],
)
def test_number_that_may_not_be_asked_says_why(manager: Client, before: str, said: str) -> None:
    texted(before)

    answer = posted(manager)

    assert said in answer.content.decode()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("texts", "state"),
    [
        (["yes"], "said yes, is joining"),
        (["no"], "said no"),
        (["yes", "no"], "said yes, not eligible"),
        (["STOP"], "said yes, has left"),
        (["yes", "yes", "Amina", "10 december"], "said yes"),
    ],
)
def test_list_tells_what_became_of_it(manager: Client, texts: list[str], state: str) -> None:
    posted(manager)

    for body in texts:
        texted(body)

    assert f">{state}<" in manager.get(LIST).content.decode()


def test_refused_ones_say_why_in_the_list(manager: Client) -> None:
    texted("STOP")
    inviting.note(
        campaign=worlds.campaign(), number=NUMBER, language="en", channel="api", now=worlds.NOON
    )
    inviting.ask_noted(now=worlds.NOON)

    assert "not asked: the number wants no more texts" in manager.get(LIST).content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_only_who_acts_for_people_invites(role: str) -> None:
    worlds.version()
    client = client_of(user_with(role, organisation_wide=False))

    page, answer = client.get(ADD), posted(client)

    may = "person.act" in ROLES[role].permissions
    assert (page.status_code, answer.status_code) == ((200, 302) if may else (403, 403))
    assert Invitation.objects.exists() is may


def test_campaign_of_another_organisation_can_not_be_chosen(manager: Client) -> None:
    foreign = worlds.version(worlds.campaign("hospital")).campaign

    answer = posted(manager, campaign=foreign.pk)

    assert "Choose one of the campaigns" in answer.content.decode()
    assert "Hospital" not in manager.get(ADD).content.decode()
    assert not Invitation.objects.exists()


def test_invitation_is_never_mended_or_removed(manager: Client) -> None:
    posted(manager)
    row = Invitation.objects.get()

    assert manager.post(f"{LIST}{row.pk}/change/", {"channel": "web"}).status_code == 403
    assert manager.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert NUMBER not in manager.get(f"{LIST}{row.pk}/change/").content.decode()


def test_number_asked_lately_waits_thirty_days(
    manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted(manager)
    texted("no")

    assert "within the last thirty days" in posted(manager).content.decode()

    later = worlds.NOON + timedelta(days=31)
    monkeypatch.setattr("enrolment.invitation_admin.calendar_now", lambda: later)
    assert posted(manager).status_code == 302
