"""Publishing step by step, from the draft to the last button, by the people it takes."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns import linting, loading
from campaigns.models import CampaignVersion
from enrolment.models import BatchMove
from tests import worlds
from tests.campaigns.test_admin import client_of
from tests.workbooks import starter

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> CampaignVersion:
    campaign = worlds.campaign()
    campaign.variables = {"programme": "Walk more", "emergency_number": "999"}
    campaign.save()
    return loading.load(pack=starter(), campaign=campaign, author=None)


def url(version: CampaignVersion, name: str = "publish_path") -> str:
    return reverse(f"enrolment:{name}", args=[version.pk])


def press(client: Client, version: CampaignVersion, **fields: str) -> str:
    answer = client.post(url(version), fields, follow=True)
    version.refresh_from_db()
    return answer.content.decode()


def sign_all(version: CampaignVersion) -> None:
    review = reverse("campaigns:review", args=[version.pk])
    for language in version.languages:
        client_of("reviewer").post(review, {"do": "sign", "language": language})


def test_version_is_led_from_draft_to_published(version: CampaignVersion) -> None:
    manager, reviewer = client_of("programme_manager"), client_of("reviewer")
    assert "Ask for review" in manager.get(url(version)).content.decode()

    assert "is in review" in press(manager, version, do="submit")
    assert 'value="approve"' not in reviewer.get(url(version)).content.decode()
    sign_all(version)
    assert 'value="approve"' in reviewer.get(url(version)).content.decode()
    assert 'value="approve"' not in manager.get(url(version)).content.decode()
    press(reviewer, version, do="approve")
    assert version.status == "approved"
    assert 'value="publish"' not in reviewer.get(url(version)).content.decode()

    if linting.warnings(linting.lint_version(version, now=worlds.NOON)):
        assert "nobody has seen" in press(manager, version, do="publish", people="finish")
        linting.see_warnings(version=version, actor=None, now=worlds.NOON)  # type: ignore[arg-type]
    assert "is published" in press(manager, version, do="publish", people="finish")
    assert version.status == "published"
    assert manager.get(url(version)).headers["Location"] == url(version, "version_preview")


def test_people_on_the_way_are_asked_about(version: CampaignVersion) -> None:
    live = worlds.version()
    worlds.person(of=live)
    CampaignVersion.objects.filter(pk=version.pk).update(
        status="approved", approved_at=worlds.NOON, number=9
    )

    shown = client_of("programme_manager").get(url(version)).content.decode()

    assert "1 person is on another version" in shown
    assert "They move at the next step" in shown
    press(client_of("programme_manager"), version, do="publish")
    assert not BatchMove.objects.exists()


def test_nobody_presses_what_is_not_theirs(version: CampaignVersion) -> None:
    for role, do in (
        ("reviewer", "submit"), ("programme_manager", "approve"), ("author", "publish"),
        ("researcher", "submit"), ("programme_manager", "nonsense"),
    ):  # fmt: skip
        answer = client_of(role).post(url(version), {"do": do, "people": "finish"})
        assert answer.status_code == 403, (role, do)
    version.refresh_from_db()
    assert version.status == "draft"


def test_checks_tell_what_stops_publishing(version: CampaignVersion) -> None:
    client = client_of("programme_manager")
    clean = client.get(url(version, "publish_checks")).content.decode()
    version.texts.filter(key="system.help", language="en").update(body="Ring 0808 157 0123 now")

    wrong = client.get(url(version, "publish_checks")).content.decode()

    assert "mistake" not in clean
    assert "1 mistake stops publishing" in wrong


def test_page_asks_the_database_little(
    version: CampaignVersion, django_assert_max_num_queries: Any
) -> None:
    worlds.person(of=worlds.version())
    for status in ("draft", "in_review"):
        CampaignVersion.objects.filter(pk=version.pk).update(status=status, number=9)
        for role in ("programme_manager", "reviewer"):
            client = client_of(role)
            with django_assert_max_num_queries(12):
                assert client.get(url(version)).status_code == 200
    with django_assert_max_num_queries(14):
        # All of a version's rows, however many: a part of the page, asked for by itself.
        client.get(url(version, "publish_checks"))
