from collections.abc import Mapping

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured

from tests.factories import OrganisationFactory, UserFactory
from tests.trust.notes import Note
from trust.models import DataKey, Organisation, User
from trust.roles import ROLES, UnknownPermission
from trust.scope import NOBODY, Reach, organisation_reach, scope


def reach(
    organisation_id: int | None = 1,
    held: frozenset[str] = frozenset(),
    campaigns: Mapping[int, frozenset[str]] | None = None,
    platform: bool = False,
) -> Reach:
    return Reach(9, organisation_id, platform, held, campaigns or {})


VIEW = frozenset({"person.view"})


def test_may_is_no_by_default() -> None:
    assert not NOBODY.may("campaign.view")
    assert not NOBODY.may_anywhere("campaign.view")


def test_may_with_an_organisation_permission_holds_in_every_campaign() -> None:
    mine = reach(held=VIEW)

    assert mine.may("person.view")
    assert mine.may("person.view", campaign_id=5)
    assert not mine.may("person.act", campaign_id=5)


def test_may_with_a_campaign_permission_holds_in_that_campaign_only() -> None:
    mine = reach(campaigns={5: VIEW})

    assert mine.may("person.view", campaign_id=5)
    assert not mine.may("person.view", campaign_id=6)
    assert not mine.may("person.view")
    assert mine.may_anywhere("person.view")


def test_may_without_an_organisation_is_no_whatever_was_held() -> None:
    lost = reach(organisation_id=None, held=VIEW, campaigns={5: VIEW})

    assert not lost.may("person.view")
    assert not lost.may("person.view", campaign_id=5)
    assert not lost.may_anywhere("person.view")


def test_may_asked_for_an_unknown_permission_raises_even_for_the_platform() -> None:
    with pytest.raises(UnknownPermission):
        reach(platform=True).may("person.veiw")


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(ROLES))
def test_organisation_reach_carries_exactly_the_role(role: str) -> None:
    user = UserFactory(organisation_role=role)

    mine = organisation_reach(user)

    assert mine.organisation_id == user.organisation_id
    assert mine.organisation_permissions == ROLES[role].permissions
    assert not mine.platform


@pytest.mark.django_db
def test_organisation_reach_of_nobody_in_particular_is_nothing() -> None:
    assert organisation_reach(AnonymousUser()) == NOBODY
    assert organisation_reach(UserFactory(is_active=False, is_superuser=True)) == NOBODY
    without = organisation_reach(UserFactory(organisation=None, organisation_role="auditor"))
    assert without.organisation_permissions == frozenset()


@pytest.fixture
def board(notes: type[Note]) -> dict[str, int]:
    rows = {"mine5": (1, 5), "mine6": (1, 6), "mine": (1, None), "theirs5": (2, 5)}
    return {
        name: notes.objects.create(organisation_id=organisation_id, campaign_id=campaign_id).pk
        for name, (organisation_id, campaign_id) in rows.items()
    }


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        (NOBODY, set()),
        (reach(), set()),
        (reach(held=VIEW), {"mine5", "mine6", "mine"}),
        (reach(campaigns={5: VIEW}), {"mine5"}),
        (reach(campaigns={5: frozenset({"campaign.view"})}), set()),
        (reach(organisation_id=None, held=VIEW, campaigns={5: VIEW}), set()),
        (reach(organisation_id=2, campaigns={6: VIEW}), set()),
        (reach(organisation_id=None, platform=True), {"mine5", "mine6", "mine", "theirs5"}),
    ],
)
def test_scope_shows_what_is_held_and_nothing_else(
    board: dict[str, int], viewer: Reach, seen: set[str]
) -> None:
    rows = scope(Note.objects.all(), viewer, "person.view")

    assert {row.pk for row in rows} == {board[name] for name in seen}


def test_scope_of_a_model_without_paths_raises_even_for_the_platform() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"trust\.DataKey"):
        scope(DataKey.objects.all(), reach(platform=True), "person.view")


@pytest.mark.django_db
def test_scope_closed_to_campaigns_needs_the_permission_organisation_wide() -> None:
    organisation = OrganisationFactory()
    member = reach(organisation.pk, campaigns={5: frozenset({"organisation.view"})})

    assert not scope(Organisation.objects.all(), member, "organisation.view").exists()


@pytest.mark.django_db
def test_scope_keeps_the_rest_of_the_query() -> None:
    mine = UserFactory(organisation_role="organisation_admin")
    UserFactory(organisation=mine.organisation)
    UserFactory()

    rows = scope(User.objects.filter(email=mine.email), organisation_reach(mine), "audit.view")

    assert list(rows) == [mine]


@pytest.mark.django_db
def test_scope_without_an_organisation_is_not_the_rows_without_one() -> None:
    UserFactory(organisation=None)

    rows = scope(
        User.objects.all(),
        reach(organisation_id=None, held=frozenset({"organisation.manage"})),
        "organisation.manage",
    )

    assert not rows.exists()
