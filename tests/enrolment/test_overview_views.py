"""A campaign's own page: what is live, what comes next, the doors of the role."""

from typing import Any

import pytest
from django.urls import reverse

from campaigns import drafting, loading, publish
from campaigns.models import CampaignVersion
from tests import worlds
from tests.campaigns.test_admin import client_of
from tests.workbooks import starter
from trust.models import User

pytestmark = pytest.mark.django_db


def page(role: str = "programme_manager") -> str:
    answer = client_of(role).get(reverse("enrolment:campaign", args=[worlds.campaign().pk]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def live() -> CampaignVersion:
    version = loading.load(pack=starter(), campaign=worlds.campaign(), author=None)
    worlds.publish(version)
    return version


def draft() -> CampaignVersion:
    actor = User.objects.get_or_create(email="a@b.example", defaults={"name": "Kari"})[0]
    return drafting.begin(campaign=worlds.campaign(), actor=actor)


def test_new_campaign_begins_with_its_workbook() -> None:
    shown = page()

    assert "Nobody gets a text before a version is published" in shown
    assert "To the workbook" in shown
    assert "Write the next version" not in shown


def test_live_campaign_says_who_is_in_it_and_offers_the_next_version() -> None:
    worlds.person(of=live())

    shown = page()

    assert "In the programme: 1 person." in shown
    assert "in English, Norwegian Bokmål" in shown
    assert "a fake sender: nothing leaves this machine" in shown
    assert "Write the next version" in shown


def test_next_version_says_where_it_stands_and_what_to_press() -> None:
    live()
    version = draft()
    assert "its texts are still those of the live version. By Kari" in page()
    version.texts.filter(key="system.help").update(body="Other words.")
    assert "2 texts differ from the live version" in page()
    assert "Write on it" in page()

    publish.submit(version=version, actor=None)
    assert "nobody has signed the texts in en, nb yet" in page()
    CampaignVersion.objects.filter(pk=version.pk).update(status="approved", approved_at=worlds.NOON)
    assert "Publish it" in page()


def test_doors_are_those_of_the_role() -> None:
    live()

    assert "People" in page("programme_manager")
    assert "Try it on a phone" in page("programme_manager")
    for role in ("author", "reviewer", "researcher"):
        assert "<strong>People</strong>" not in page(role)
        assert "<strong>Calendar</strong>" in page(role)
    assert "Write the next version" not in page("reviewer")


def test_page_asks_the_database_little(django_assert_max_num_queries: Any) -> None:
    worlds.person(of=live())
    version = draft()
    client = client_of("programme_manager")
    for status in ("draft", "in_review"):
        CampaignVersion.objects.filter(pk=version.pk).update(status=status)
        with django_assert_max_num_queries(12):
            client.get(reverse("enrolment:campaign", args=[worlds.campaign().pk]))
