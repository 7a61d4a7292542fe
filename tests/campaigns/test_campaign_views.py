"""The page that makes a campaign: who may, what is asked, what stands there after a mistake."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, Membership
from messaging.models import Sender
from tests import worlds
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db

URL = "/campaigns/new/"
WAYS = "/campaigns/add/"


@pytest.fixture
def manager() -> User:
    return User.objects.create(
        email="manager@clinic.example",
        organisation=worlds.organisation(),
        organisation_role="programme_manager",
        is_staff=True,
    )


@pytest.fixture
def client(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


def typed(builder: User, **other: object) -> dict[str, object]:
    return {
        "name": "Walk more",
        "key": "",
        "about": "Ten minutes a day.",
        "sender": worlds.sender().pk,
        "country": "GB",
        "time_zone": "Europe/London",
        "programme": "Walk more",
        "emergency_number": "999",
        "minimum_age": "",
        "manager": builder.pk,
        **other,
    }


def test_one_button_leads_to_both_ways(client: Client) -> None:
    listed = client.get("/admin/campaigns/campaign/").content.decode()
    assert listed.count('href="/admin/campaigns/campaign/add/"') >= 1
    assert "new-country" not in listed

    ways = client.get("/admin/campaigns/campaign/add/", follow=True).content.decode()

    assert 'href="/admin/campaigns/campaign/new-country/"' in ways
    assert f'href="{URL}"' in ways


def test_campaign_is_made_and_leads_to_its_workbook(client: Client, manager: User) -> None:
    answer = client.post(URL, typed(manager), follow=True)

    made = Campaign.objects.get(key="walk-more")
    assert answer.redirect_chain == [(reverse("campaigns:workbook", args=[made.pk]), 302)]
    assert b"Walk more is made." in answer.content
    assert (made.organisation, made.sender) == (worlds.organisation(), worlds.sender())
    assert made.variables == {"programme": "Walk more", "emergency_number": "999"}
    assert made.minimum_age is None
    held = Membership.objects.get(campaign=made)
    assert (held.user, held.role) == (manager, "programme_manager")
    row = AuditEvent.objects.get(verb="campaign.add")
    assert (row.subject_id, row.actor_id) == (str(made.pk), manager.pk)


def test_form_begins_with_what_is_known(client: Client, manager: User) -> None:
    worlds.sender()

    form = client.get(URL).context["form"]

    assert form["country"].value() == "GB"
    assert form["time_zone"].value() == "Europe/London"
    assert form["manager"].value() == manager.pk
    assert [row.pk for row in form.fields["sender"].queryset] == [worlds.sender().pk]


WRONG = [
    ({"name": ""}, "name", "required"),
    ({"key": "Walk More"}, "key", "small letters"),
    ({"sender": ""}, "sender", "required"),
    ({"sender": "99999"}, "sender", "valid choice"),
    ({"country": "NO"}, "sender", "takes no numbers of Norway"),
    ({"country": "XX"}, "country", "valid choice"),
    ({"time_zone": "Europe/Atlantis"}, "time_zone", "valid choice"),
    ({"programme": "A name of far more than twenty signs"}, "programme", "20"),
    ({"emergency_number": "ring us"}, "emergency_number", "as people dial it"),
    ({"minimum_age": "0"}, "minimum_age", "1"),
    ({"manager": ""}, "manager", "required"),
    ({"name": "!!"}, "key", "Write one"),
]


@pytest.mark.parametrize(("other", "field", "said"), WRONG)
def test_wrong_input_is_kept_and_told(
    client: Client, manager: User, other: dict[str, str], field: str, said: str
) -> None:
    answer = client.post(URL, typed(manager, about="Kept as typed", **other))

    assert answer.status_code == 400
    assert said in " ".join(answer.context["form"].errors[field])
    assert b"Kept as typed" in answer.content
    assert b"Error: A campaign with texts of your own" in answer.content
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("key", ["", "walk-more"])
def test_key_of_another_campaign_is_refused(client: Client, manager: User, key: str) -> None:
    client.post(URL, typed(manager))

    answer = client.post(URL, typed(manager, key=key))

    assert "is another campaign" in str(answer.context["form"].errors["key"])
    assert Campaign.objects.count() == 1


def test_sender_and_people_of_another_organisation_are_no_choice(
    client: Client, manager: User
) -> None:
    stranger = User.objects.create(
        email="x@hospital.example", organisation=worlds.organisation("hospital"), is_staff=True
    )
    foreign = worlds.sender("hospital")

    answer = client.post(URL, typed(manager, sender=foreign.pk, manager=stranger.pk))

    assert set(answer.context["form"].errors) == {"sender", "manager"}
    assert not Campaign.objects.exists()


def test_platform_makes_it_for_the_senders_organisation(client: Client, manager: User) -> None:
    """Whoever sees all organisations can't hand one's campaign to another's people."""
    stranger = User.objects.create(
        email="x@hospital.example", organisation=worlds.organisation("hospital"), is_staff=True
    )
    root = User.objects.create(email="root@example.org", is_staff=True, is_superuser=True)
    client.force_login(root)

    refused = client.post(URL, typed(manager, manager=stranger.pk))
    client.post(URL, typed(manager))

    assert "the sender is theirs" in str(refused.context["form"].errors["manager"])
    assert Campaign.objects.get().organisation == worlds.organisation()


@pytest.mark.parametrize(
    ("role", "link"), [("organisation_admin", True), ("programme_manager", False)]
)
def test_without_a_sender_the_page_says_who_adds_one(
    client: Client, manager: User, role: str, link: bool
) -> None:
    User.objects.filter(pk=manager.pk).update(organisation_role=role)

    page = client.get(URL).content.decode()

    assert not Sender.objects.exists()
    assert "There is no sender yet" in page
    assert (reverse("admin:messaging_sender_add") in page) is link


def test_admins_add_button_leads_to_the_two_ways(client: Client) -> None:
    listed = client.get(reverse("admin:campaigns_campaign_changelist")).content.decode()

    assert reverse("admin:campaigns_campaign_add") in listed
    assert client.get(reverse("admin:campaigns_campaign_add"))["Location"] == WAYS
