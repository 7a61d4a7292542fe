import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Membership
from tests import worlds
from tests.signing_in import with_second_factor
from trust.models import User

pytestmark = pytest.mark.django_db


def client_of(role: str, slug: str = "clinic") -> Client:
    user, _ = User.objects.get_or_create(
        email=f"{role}@{slug}.example",
        defaults={"organisation": worlds.organisation(slug), "is_staff": True},
    )
    Membership.objects.get_or_create(user=user, campaign=worlds.campaign(slug), role=role)
    return with_second_factor(user)


def test_texts_page_shows_what_a_text_costs_at_its_longest() -> None:
    worlds.version()

    page = client_of("author").get(reverse("admin:campaigns_text_changelist")).content.decode()

    assert "of 160" in page
