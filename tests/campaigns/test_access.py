import pytest

from campaigns.access import reach_of
from campaigns.models import Membership
from tests import worlds
from trust.models import User

pytestmark = pytest.mark.django_db


def member(role: str, slug: str = "clinic") -> User:
    user = User.objects.create(email=f"{role}@x.example", organisation=worlds.organisation(slug))
    Membership.objects.create(user=user, campaign=worlds.campaign("clinic"), role=role)
    return user


def test_membership_gives_its_roles_permissions_in_that_campaign_only() -> None:
    other = worlds.campaign("clinic", key="other")
    reach = reach_of(member("programme_manager"))

    assert reach.may("person.view", worlds.campaign("clinic").pk)
    assert not reach.may("person.view", other.pk)
    assert not reach.may("person.view")


def test_membership_in_another_organisation_counts_for_nothing() -> None:
    reach = reach_of(member("programme_manager", slug="hospital"))

    assert not reach.may_anywhere("person.view")


def test_two_roles_add_up() -> None:
    user = member("author")
    Membership.objects.create(user=user, campaign=worlds.campaign("clinic"), role="counsellor")

    reach = reach_of(user)

    assert reach.may("content.author", worlds.campaign("clinic").pk)
    assert reach.may("inbox.answer", worlds.campaign("clinic").pk)


def test_inactive_user_reaches_nothing() -> None:
    user = member("programme_manager")
    user.is_active = False

    assert not reach_of(user).may_anywhere("campaign.view")
