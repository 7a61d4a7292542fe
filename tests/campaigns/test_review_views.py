import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import CampaignVersion
from tests import worlds
from tests.campaigns.test_admin import client_of
from trust.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> CampaignVersion:
    return worlds.version(published=False)


def page(client: Client, version: CampaignVersion) -> str:
    return client.get(reverse("campaigns:review", args=[version.pk])).content.decode()


def press(client: Client, version: CampaignVersion, do: str, **fields: str) -> str:
    url = reverse("campaigns:review", args=[version.pk])
    answer = client.post(url, {"do": do, **fields}, follow=True)
    version.refresh_from_db()
    return answer.content.decode()


def test_version_is_taken_to_approved_by_its_people(version: CampaignVersion) -> None:
    reviewer = client_of("reviewer")

    press(client_of("author"), version, "submit")
    assert "First somebody signs the texts in en" in page(reviewer, version)
    assert "once a native reader has read en" in page(reviewer, version)
    press(reviewer, version, "sign", language="en", native="on")
    press(
        reviewer,
        version,
        "clinical",
        reviewer="Dr Example",
        body="Board",
        day="2026-11-01",
        reference="2026/17",
    )
    shown = press(reviewer, version, "approve")

    assert version.status == "approved"
    assert version.clinical_reference == "2026/17"
    assert "Dr Example, Board, 1 Nov 2026, 2026/17" in shown


def test_buttons_are_those_of_the_role(version: CampaignVersion) -> None:
    assert "Ask for review" in page(client_of("author"), version)
    assert "Ask for review" not in page(client_of("reviewer"), version)
    press(client_of("author"), version, "submit")
    assert "Sign en" in page(client_of("reviewer"), version)
    assert "Sign en" not in page(client_of("programme_manager"), version)
    assert "Sign en" not in page(client_of("researcher"), version)


@pytest.mark.parametrize("do", ["submit", "sign", "approve", "send_back", "clinical", "settle", ""])
def test_role_without_the_permission_can_not_press(version: CampaignVersion, do: str) -> None:
    url = reverse("campaigns:review", args=[version.pk])

    assert client_of("researcher").post(url, {"do": do}).status_code == 403


def test_author_who_may_review_does_not_review_their_own(version: CampaignVersion) -> None:
    client = client_of("reviewer")
    CampaignVersion.objects.filter(pk=version.pk).update(
        author=User.objects.get(email="reviewer@clinic.example")
    )
    press(client_of("author"), version, "submit")

    assert "Sign en" not in page(client, version)
    url = reverse("campaigns:review", args=[version.pk])
    assert client.post(url, {"do": "approve"}).status_code == 403


def test_manager_of_another_organisation_can_not_act(version: CampaignVersion) -> None:
    worlds.version(worlds.campaign("hospital"))
    client = client_of("programme_manager", "hospital")
    url = reverse("campaigns:review", args=[version.pk])

    assert client.post(url, {"do": "submit"}).status_code == 404


def test_refusal_is_said_in_words(version: CampaignVersion) -> None:
    press(client_of("author"), version, "submit")

    shown = press(client_of("reviewer"), version, "sign", language="fr")

    assert "no texts in fr" in shown


def test_comment_and_rating_stand_on_the_texts_page_and_are_counted(
    version: CampaignVersion,
) -> None:
    client = client_of("reviewer")
    url = reverse("campaigns:text", args=[version.pk, "day.0"])

    client.post(url, {"do": "comment", "language": "en", "body": "Could be kinder."})
    client.post(
        url,
        {"do": "pretest", "language": "en", "rating": 4, "people": 6, "held_on": "2026-11-02"},
    )

    shown = client.get(url).content.decode()
    assert "Could be kinder." in shown
    assert "4 of 5" in shown
    review = page(client, version)
    assert "Could be kinder." in review
    assert "4.0, 4" in review


def test_comment_is_settled_from_the_review_page(version: CampaignVersion) -> None:
    client = client_of("reviewer")
    url = reverse("campaigns:text", args=[version.pk, "day.0"])
    client.post(url, {"do": "comment", "language": "en", "body": "Could be kinder."})

    shown = press(client, version, "settle", comment=str(version.comments.get().pk))

    assert "Settled by" in shown


def test_wrong_rating_is_said_beside_the_field(version: CampaignVersion) -> None:
    url = reverse("campaigns:text", args=[version.pk, "day.0"])

    answer = client_of("reviewer").post(url, {"do": "pretest", "language": "en", "rating": 9})

    assert "less than or equal to 5" in answer.content.decode()
    assert not version.pretest_ratings.exists()


def test_researcher_reads_a_text_and_remarks_nothing(version: CampaignVersion) -> None:
    url = reverse("campaigns:text", args=[version.pk, "day.0"])
    client = client_of("researcher")

    assert "Record a rating" not in client.get(url).content.decode()
    assert client.post(url, {"do": "comment", "language": "en", "body": "x"}).status_code == 403
