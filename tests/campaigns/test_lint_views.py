import re

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import CampaignVersion, LintReport
from tests import worlds
from tests.campaigns.test_admin import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> CampaignVersion:
    found = worlds.version(published=False)
    found.texts.filter(key="day.0").update(body="Today is the day. Ring 0808 157 0123.")
    return found


def page(client: Client, version: CampaignVersion, query: str = "") -> str:
    url = reverse("campaigns:lint", args=[version.pk])
    return client.get(url + query).content.decode()


def say_seen(client: Client, version: CampaignVersion, shown: str = "") -> str:
    """Presses the button of the page as it was read."""
    found = re.search(r'name="shown" value="(\w+)"', shown or page(client, version))
    assert found
    url = reverse("campaigns:lint", args=[version.pk])
    return client.post(url, {"shown": found[1]}, follow=True).content.decode()


def test_page_groups_findings_and_links_to_the_text(version: CampaignVersion) -> None:
    shown = page(client_of("author"), version)

    assert "0808 157 0123 looks like a telephone number" in shown
    assert reverse("campaigns:text", args=[version.pk, "day.0"]) in shown
    assert "I have seen" not in shown


def test_page_shows_one_severity(version: CampaignVersion) -> None:
    client = client_of("author")

    assert "telephone number" in page(client, version, "?severity=error")
    assert "telephone number" not in page(client, version, "?severity=hint")


def test_publisher_says_that_the_warnings_were_seen(version: CampaignVersion) -> None:
    client = client_of("programme_manager")
    assert "I have seen the warnings" in page(client, version)

    say_seen(client, version)

    assert "The warnings were seen by" in page(client, version)
    assert LintReport.objects.get().occasion == "seen"


def test_warnings_that_came_after_the_page_was_read_are_not_seen(version: CampaignVersion) -> None:
    client = client_of("programme_manager")
    shown = page(client, version)
    version.texts.filter(key="system.help").update(body="Who we are.")

    said = say_seen(client, version, shown)

    assert "others by now" in said
    assert not LintReport.objects.exists()


def test_author_can_not_say_so(version: CampaignVersion) -> None:
    answer = client_of("author").post(reverse("campaigns:lint", args=[version.pk]))

    assert answer.status_code == 403
    assert not LintReport.objects.exists()


def test_text_has_a_page_with_its_findings(version: CampaignVersion) -> None:
    client = client_of("author")
    shown = client.get(reverse("campaigns:text", args=[version.pk, "day.0"])).content.decode()

    assert "Today is the day. Ring 0808 157 0123." in shown
    assert "looks like a telephone number" in shown


def test_text_that_is_not_there_is_not_found(version: CampaignVersion) -> None:
    url = reverse("campaigns:text", args=[version.pk, "nothing"])

    assert client_of("author").get(url).status_code == 404
