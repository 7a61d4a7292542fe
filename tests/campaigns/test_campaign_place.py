"""Where a campaign is and which number it has: put right until it is published, fixed after."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from enrolment import replies
from messaging.models import Sender
from tests import worlds
from tests.campaigns.test_admin import client_of
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """Of the whole organisation."""
    found = client_of("programme_manager")
    User.objects.update(organisation_role="programme_manager")
    return found


def second_sender(slug: str = "clinic") -> Sender:
    first = worlds.sender(slug)
    return Sender.objects.create(
        organisation=first.organisation,
        name="Second",
        address="60077",
        country="NO",
        provider=first.provider,
        stop_text="Bye.",
        help_text="Text JOIN.",
    )


def save(client: Client, campaign: Campaign, **changes: object) -> str:
    """The answer; fields that are not on the page are told in vain."""
    posted = {
        "name": campaign.name,
        "about": "",
        "minimum_age": "",
        "broadcast_approval_above": campaign.broadcast_approval_above,
        "variables": "{}",
        "sender": campaign.sender_id,
        "country": campaign.country,
        "time_zone": campaign.time_zone,
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
        **changes,
    }
    url = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    answer = client.post(url, posted, follow=True)
    campaign.refresh_from_db()
    return answer.content.decode()


def place(campaign: Campaign) -> tuple[str, str, str]:
    return campaign.sender.name, campaign.country, campaign.time_zone


def test_all_three_are_put_right_before_publication(client: Client) -> None:
    campaign = worlds.version(published=False).campaign

    said = save(client, campaign, sender=second_sender().pk, country="NO", time_zone="Europe/Oslo")

    assert place(campaign) == ("Second", "NO", "Europe/Oslo"), said
    row = AuditEvent.objects.get(verb="campaign.changed")
    assert {"Sender", "Country", "Time zone"} <= set(row.detail["fields"])


def test_page_says_why_they_are_fixed_after_publication(client: Client) -> None:
    campaign = worlds.version().campaign
    before = place(campaign)
    url = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    shown = client.get(url).content.decode()
    assert "stay as they were when a version was published" in shown
    assert 'name="country"' not in shown

    save(client, campaign, name="Renamed", country="NO", sender=second_sender().pk)

    assert campaign.name == "Renamed"
    assert place(campaign) == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"country": "NO"}, "takes no numbers of Norway"),
        ({"country": "XX"}, "Choose a country"),
        ({"time_zone": "Europe/Nowhere"}, "does not know this time zone"),
        ({"time_zone": ""}, "This field is required"),
    ],
)
def test_place_that_can_not_be_is_refused(
    client: Client, wrong: dict[str, object], said: str
) -> None:
    campaign = worlds.version(published=False).campaign
    before = place(campaign)

    assert said in save(client, campaign, **wrong)
    assert place(campaign) == before


def test_manager_of_this_campaign_alone_keeps_its_sender() -> None:
    campaign = worlds.version(published=False).campaign
    mine = client_of("programme_manager")

    save(mine, campaign, time_zone="Europe/Oslo")
    said = save(mine, campaign, sender=second_sender().pk)

    assert "Select a valid choice" in said
    assert place(campaign) == ("Number", "GB", "Europe/Oslo")


def test_another_organisations_sender_is_no_choice(client: Client) -> None:
    campaign = worlds.version(published=False).campaign

    said = save(client, campaign, sender=second_sender("hospital").pk)

    assert "Select a valid choice" in said
    assert campaign.sender.name != "Second"


def test_older_campaign_answers_a_word_that_two_have_whichever_published_last() -> None:
    """Its newer version has the newer row."""
    older = worlds.version().campaign
    worlds.version(worlds.campaign(key="sleep"))
    worlds.version(older)

    worlds.text("+447700900012", "JOIN")
    replies.answer_pending(now=worlds.NOON)

    assert older.enrolments.count() == 1
