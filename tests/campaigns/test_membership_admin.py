"""Who may give which role, and to whom."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Membership
from tests import worlds
from trust.models import User

pytestmark = pytest.mark.django_db
ADD = "admin:campaigns_membership_add"


def user(name: str, *, slug: str = "clinic", wide: str = "", role: str = "") -> User:
    made = User.objects.create(
        email=f"{name}@{slug}.example",
        name=name,
        organisation=worlds.organisation(slug),
        organisation_role=wide,
    )
    if role:
        Membership.objects.create(user=made, campaign=worlds.campaign(slug), role=role)
    return made


def client_of(someone: User) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def give(giver: User, to: User, role: str, slug: str = "clinic") -> bool:
    sent = {"user": to.pk, "campaign": worlds.campaign(slug).pk, "role": role}
    client_of(giver).post(reverse(ADD), sent)
    return Membership.objects.filter(user=to, role=role).exists()


def test_admin_of_the_organisation_gives_any_role() -> None:
    admin, other = user("admin", wide="organisation_admin"), user("other")

    assert give(admin, other, "counsellor")
    assert give(admin, other, "organisation_admin")


@pytest.mark.parametrize(
    ("role", "given"),
    [("author", True), ("programme_manager", True), ("counsellor", False), ("auditor", False),
     ("organisation_admin", False)],
)  # fmt: skip
def test_manager_gives_no_role_above_their_own(role: str, given: bool) -> None:
    manager, other = user("manager", role="programme_manager"), user("other")

    assert give(manager, other, role) is given


def test_nobody_gives_themselves_a_role() -> None:
    admin = user("admin", wide="organisation_admin")

    assert not give(admin, admin, "counsellor")


def test_no_role_crosses_between_organisations() -> None:
    admin, stranger = user("admin", wide="organisation_admin"), user("them", slug="hospital")

    assert not give(admin, stranger, "author")
    assert not give(admin, user("other"), "author", slug="hospital")


def test_role_above_ones_own_is_not_taken_away_either() -> None:
    manager, counsellor = user("manager", role="programme_manager"), user("c", role="counsellor")
    row = Membership.objects.get(user=counsellor)
    url = reverse("admin:campaigns_membership_delete", args=[row.pk])

    assert client_of(manager).post(url, {"post": "yes"}).status_code == 403
    assert (
        client_of(user("admin", wide="organisation_admin")).post(url, {"post": "yes"}).status_code
        == 302
    )
    assert not Membership.objects.filter(pk=row.pk).exists()


def test_page_says_what_each_role_may() -> None:
    page = client_of(user("admin", wide="organisation_admin")).get(reverse(ADD)).content.decode()

    assert "Answers people who need a person." in page
