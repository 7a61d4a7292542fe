"""A version published at a set hour: set, taken back, published, refused when the hour has come."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from campaigns import jobs, publish, review_mail
from campaigns.models import CampaignVersion
from campaigns.publish import PublishRefused
from enrolment import publishing_later
from enrolment.models import BatchMove, SetPublishing
from messaging.clock import calendar_now
from tests import approvals, worlds
from tests.campaigns.test_admin import client_of
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db

DAY, HOUR = date(2027, 7, 1), time(8, 0)
#: British summer time.
DUE = datetime(2027, 7, 1, 7, 0, tzinfo=UTC)


@pytest.fixture
def manager() -> User:
    client_of("programme_manager")
    return User.objects.get(email="programme_manager@clinic.example")


@pytest.fixture
def version() -> CampaignVersion:
    """Approved, with somebody on the version before it."""
    live = worlds.version()
    worlds.person(of=live)
    coming = worlds.version(live.campaign, published=False)
    client_of("reviewer")
    reviewer = User.objects.get(email="reviewer@clinic.example")
    return approvals.approve(coming, reviewer=reviewer)


def set_hour(version: CampaignVersion, manager: User, pace: str | None = None) -> SetPublishing:
    return publishing_later.set_hour(
        version=version, day=DAY, wall=HOUR, pace=pace, now=worlds.NOON, actor=manager
    )


def test_hour_is_of_the_campaigns_zone_and_nothing_is_published_before(
    version: CampaignVersion, manager: User
) -> None:
    found = set_hour(version, manager)

    assert found.due_at == DUE
    assert publishing_later.publish_due(now=DUE - timedelta(seconds=1)) == 0
    version.refresh_from_db()
    assert version.status == "approved"


def test_hour_comes_and_people_move_as_chosen(version: CampaignVersion, manager: User) -> None:
    found = set_hour(version, manager, pace=BatchMove.Pace.NOW)

    assert publishing_later.publish_due(now=DUE) == 1
    assert publishing_later.publish_due(now=DUE) == 0

    version.refresh_from_db()
    found.refresh_from_db()
    assert (version.status, found.status) == ("published", "published")
    assert BatchMove.objects.get().started_by == manager
    deeds = AuditEvent.objects.filter(verb__in=("version.set_hour", "version.publish"))
    assert {deed.actor_id for deed in deeds} == {manager.pk}


def test_what_would_be_refused_now_is_refused_at_once(
    version: CampaignVersion, manager: User
) -> None:
    with pytest.raises(PublishRefused, match="past"):
        publishing_later.set_hour(
            version=version, day=DAY, wall=HOUR, pace=None, now=DUE, actor=manager
        )
    version.texts.filter(key="welcome.1").delete()
    with pytest.raises(PublishRefused, match=r"welcome\.1"):
        set_hour(version, manager)
    assert not SetPublishing.objects.exists()
    version.refresh_from_db()
    assert version.status == "approved"


def test_one_hour_at_a_time_and_it_can_be_taken_back(
    version: CampaignVersion, manager: User
) -> None:
    set_hour(version, manager)
    with pytest.raises(PublishRefused, match="already"):
        set_hour(version, manager)

    assert publishing_later.take_back(version=version, actor=manager, now=worlds.NOON)
    assert not publishing_later.take_back(version=version, actor=manager, now=worlds.NOON)

    assert publishing_later.publish_due(now=DUE) == 0
    assert AuditEvent.objects.filter(verb="version.take_back_hour").count() == 1
    set_hour(version, manager)


def test_gate_that_closed_meanwhile_is_told_to_whoever_publishes(
    version: CampaignVersion, manager: User
) -> None:
    found = set_hour(version, manager)
    version.texts.filter(key="welcome.1").delete()

    assert publishing_later.publish_due(now=DUE) == 1

    found.refresh_from_db()
    version.refresh_from_db()
    assert (found.status, version.status) == ("refused", "approved")
    assert "welcome.1" in found.trouble
    while jobs.run_next(workers=review_mail.WORKERS):
        pass
    assert [letter.subject for letter in mail.outbox] == [f"Not published: {version}"]
    assert "welcome.1" not in mail.outbox[0].body
    shown = client_of("programme_manager").get("/admin/").content.decode()
    assert "1 version was not published at its hour" in shown


def test_whoever_lost_the_right_publishes_nothing(version: CampaignVersion, manager: User) -> None:
    found = set_hour(version, manager)
    User.objects.filter(pk=manager.pk).update(is_active=False)

    publishing_later.publish_due(now=DUE)

    found.refresh_from_db()
    assert found.status == "refused"
    assert "Whoever set the hour" in found.trouble


def test_version_published_by_hand_ends_the_hour_quietly(
    version: CampaignVersion, manager: User
) -> None:
    found = set_hour(version, manager)
    publish.publish(version=version, actor=manager, now=worlds.NOON)

    publishing_later.publish_due(now=DUE)

    found.refresh_from_db()
    assert found.status == "taken_back"


def press(client: Client, version: CampaignVersion, **fields: str) -> str:
    url = reverse("enrolment:publish_path", args=[version.pk])
    return client.post(url, fields, follow=True).content.decode()


def test_page_sets_an_hour_and_takes_it_back(version: CampaignVersion) -> None:
    client = client_of("programme_manager")
    day = (calendar_now() + timedelta(days=30)).date().isoformat()

    said = press(client, version, do="publish", people="now", when="at", day=day, wall="08:00")

    assert "will be published" in said
    assert 'value="take_back"' in said
    assert 'value="publish"' not in said
    assert SetPublishing.objects.get().pace == "now"
    assert 'value="publish"' in press(client, version, do="take_back")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"day": "", "wall": "08:00"}, "Choose a day."),
        ({"day": "soon", "wall": "08:00"}, "Write a day, such as"),
        ({"day": "2031-02-03", "wall": "late"}, "Write an hour, such as"),
        ({"day": "2020-02-03", "wall": "08:00"}, "That hour is past"),
    ],
)
def test_page_keeps_what_was_typed_and_says_what_to_do(
    version: CampaignVersion, fields: dict[str, str], told: str
) -> None:
    said = press(
        client_of("programme_manager"), version, do="publish", people="now", when="at", **fields
    )

    assert told in said
    assert all(f'value="{typed}"' in said for typed in fields.values() if typed)
    assert 'value="now" required checked' in said
    assert not SetPublishing.objects.exists()


def test_reviewer_sets_no_hour(version: CampaignVersion) -> None:
    url = reverse("enrolment:publish_path", args=[version.pk])
    fields = {"do": "publish", "people": "now", "when": "at", "day": "2031-01-01", "wall": "08:00"}

    assert client_of("reviewer").post(url, fields).status_code == 403
