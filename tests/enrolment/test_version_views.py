import pytest
from django.test import Client
from django.urls import reverse

from campaigns import publish
from campaigns.change import Change, Kind
from campaigns.models import CampaignVersion, Membership
from enrolment import batch_moves
from enrolment.models import BatchMove, Enrolment
from enrolment.version_page import grouped
from messaging.models import Sender
from tests import approvals, worlds
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db

HEAD = {
    "key": "quit", "name": "Quit", "about": "", "review": "", "author": "", "variables": {},
}  # fmt: skip


def staff(name: str, role: str) -> User:
    user = User.objects.create(
        email=f"{name}@clinic.example", organisation=worlds.organisation(), is_staff=True
    )
    Membership.objects.create(user=user, campaign=worlds.campaign(), role=role)
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def manager() -> Client:
    return client_of(staff("manager", "programme_manager"))


@pytest.fixture
def version() -> CampaignVersion:
    """Approved, with a person on the version before it."""
    first = worlds.version(published=False)
    CampaignVersion.objects.filter(pk=first.pk).update(pack=HEAD)
    worlds.publish(first)
    worlds.person(of=first)
    second = worlds.version(published=False, extra_days=(3,))
    CampaignVersion.objects.filter(pk=second.pk).update(pack=HEAD)
    second.texts.filter(key="day.1").update(body="Day one is done.")
    second.steps.filter(key="before.1").update(day=-1, slot="evening")
    second.refresh_from_db()
    return approvals.approve(second, reviewer=staff("reviewer", "reviewer"))


def url(version: CampaignVersion) -> str:
    return reverse("enrolment:version_preview", args=[version.pk])


def page(client: Client, version: CampaignVersion) -> str:
    return client.get(url(version)).content.decode()


def press(client: Client, version: CampaignVersion, **fields: str) -> str:
    return client.post(url(version), fields, follow=True).content.decode()


def test_page_tells_what_changed_by_stage(manager: Client, version: CampaignVersion) -> None:
    shown = page(manager, version)

    assert "What changed since Quit v1" in shown
    assert "before.1 moves from day -2 morning to day -1 evening" in shown
    assert "day.1 is reworded (en)" in shown
    assert "<del>Day one is behind you.</del>" in shown
    assert "<ins>Day one is done.</ins>" in shown
    assert "day.3 is new, day 3 morning" in shown


def test_page_tells_whom_it_touches(manager: Client, version: CampaignVersion) -> None:
    worlds.at_noon()

    shown = page(manager, version)

    assert "1 person is on other versions." in shown
    assert "gain at least one text" in shown


def test_admin_page_of_a_version_leads_here(manager: Client, version: CampaignVersion) -> None:
    change = reverse("admin:campaigns_campaignversion_change", args=[version.pk])

    assert url(version) in manager.get(change).content.decode()


@pytest.mark.parametrize(
    ("people", "pace"), [("finish", None), ("now", "now"), ("next_step", "next_step")]
)
def test_publish_does_what_was_chosen(
    manager: Client, version: CampaignVersion, people: str, pace: str | None
) -> None:
    shown = press(manager, version, do="publish", people=people)

    version.refresh_from_db()
    assert version.status == "published"
    assert "Quit v2 is published." in shown
    begun = BatchMove.objects.first()
    assert (begun and begun.pace) == pace
    published = AuditEvent.objects.get(verb="version.publish")
    assert published.actor is not None
    assert published.actor.email == "manager@clinic.example"


def test_running_move_shows_its_progress_and_can_be_stopped_and_resumed(
    manager: Client, version: CampaignVersion
) -> None:
    press(manager, version, do="publish", people="now")

    assert "0 of 1 moved" in page(manager, version)
    assert "stopped." in press(manager, version, do="stop")
    assert "running." in press(manager, version, do="resume")
    batch_moves.run_some(now=worlds.NOON)
    shown = page(manager, version)
    assert "1 of 1 moved" in shown
    assert "Nobody is on another version" in shown
    assert Enrolment.objects.get().version == version


def test_published_version_still_moves_those_who_finish_on_the_old_one(
    manager: Client, version: CampaignVersion
) -> None:
    press(manager, version, do="publish", people="finish")

    shown = page(manager, version)

    assert "They finish on the old version" not in shown
    press(manager, version, do="publish", people="next_step")
    assert BatchMove.objects.get().pace == "next_step"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"do": "publish"}, "Choose what becomes"),
        ({"do": "publish", "people": "all"}, "Choose what becomes"),
        ({"do": "stop"}, "Press one of"),
        ({}, "Press one of"),
    ],
)
def test_anything_else_is_refused_in_words(
    manager: Client, version: CampaignVersion, fields: dict[str, str], said: str
) -> None:
    assert said in press(manager, version, **fields)
    version.refresh_from_db()
    assert version.status == "approved"


def test_draft_is_compared_but_not_published(manager: Client, version: CampaignVersion) -> None:
    publish._move(version, "draft", approver=None, approved_at=None)

    assert "once it is approved" in page(manager, version)
    assert "can&#x27;t be published" in press(manager, version, do="publish", people="now")
    assert not BatchMove.objects.exists()


def test_missing_country_variable_is_told_instead_of_figures(
    manager: Client, version: CampaignVersion
) -> None:
    version.texts.filter(key="day.0").update(body="Ring {{ quitline }}")

    assert "{{ quitline }}, which has no value" in page(manager, version)


def test_reviewer_sees_the_page_but_has_no_button(version: CampaignVersion) -> None:
    client = client_of(User.objects.get(email="reviewer@clinic.example"))

    shown = page(client, version)

    assert "What changed" in shown
    assert 'name="people"' not in shown
    assert client.post(url(version), {"do": "publish", "people": "now"}).status_code == 403


def test_version_without_a_pack_is_not_compared(manager: Client) -> None:
    worlds.version()
    second = worlds.version(published=False)

    assert "not loaded from a content pack" in page(manager, second)


def test_groups_follow_the_plan_then_the_rest() -> None:
    changes = [
        Change(Kind.CHANGED, "question", "uses", aspect="unit"),
        Change(Kind.ADDED, "step", "b.1", stage="b"),
        Change(Kind.REMOVED, "step", "a.1", stage="a"),
        Change(Kind.CHANGED, "campaign", "", aspect="hours"),
    ]

    found = grouped(changes, {"a": "First", "b": "Second"})

    assert [group.title for group in found] == [
        "First", "Second", "The campaign as a whole", "Questions",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "provider", "is_there"),
    [
        ("programme_manager", "fake", True),
        ("programme_manager", "twilio", False),
        ("reviewer", "fake", False),
    ],
)
def test_published_version_leads_to_the_phone(role: str, provider: str, is_there: bool) -> None:
    version = worlds.version()
    Sender.objects.update(provider=provider)
    phones = f"{reverse('enrolment:phones')}?campaign={version.campaign_id}"

    assert (phones in page(client_of(staff("somebody", role)), version)) is is_there
