import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import CampaignVersion, Membership
from tests import worlds
from trust.models import User

pytestmark = pytest.mark.django_db


def client_of(role: str, slug: str = "clinic") -> Client:
    user, _ = User.objects.get_or_create(
        email=f"{role}@{slug}.example",
        defaults={"organisation": worlds.organisation(slug), "is_staff": True},
    )
    Membership.objects.get_or_create(user=user, campaign=worlds.campaign(slug), role=role)
    client = Client()
    client.force_login(user)
    return client


def act(client: Client, action: str, version: CampaignVersion) -> str:
    url = reverse("admin:campaigns_campaignversion_changelist")
    answer = client.post(url, {"action": action, "_selected_action": [version.pk]}, follow=True)
    version.refresh_from_db()
    return answer.content.decode()


def test_version_is_taken_to_published_by_its_people() -> None:
    version = worlds.version(published=False)

    act(client_of("author"), "submit", version)
    act(client_of("reviewer"), "approve", version)
    page = act(client_of("programme_manager"), "publish", version)

    assert version.status == CampaignVersion.Status.PUBLISHED
    assert "is published" in page


def test_refusal_is_said_in_words() -> None:
    version = worlds.version(published=False)

    page = act(client_of("programme_manager"), "publish", version)

    assert version.status == CampaignVersion.Status.DRAFT
    assert "draft can&#x27;t be published" in page


def test_role_without_the_permission_can_not_act() -> None:
    version = worlds.version(published=False)

    act(client_of("researcher"), "submit", version)

    assert version.status == CampaignVersion.Status.DRAFT


def test_manager_of_another_organisation_can_not_act() -> None:
    version = worlds.version(published=False)
    worlds.version(worlds.campaign("hospital"))

    act(client_of("programme_manager", "hospital"), "submit", version)

    assert version.status == CampaignVersion.Status.DRAFT


def test_texts_page_shows_what_a_text_costs_at_its_longest() -> None:
    worlds.version()

    page = client_of("author").get(reverse("admin:campaigns_text_changelist")).content.decode()

    assert "of 160" in page
