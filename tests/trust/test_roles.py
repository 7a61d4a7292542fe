import pytest

from trust.roles import PERMISSIONS, ROLES, Role, UnknownPermission, permissions_of, role_choices

PERSONAL = {"person.view", "person.act", "number.reveal", "message.view", "inbox.answer"}


def test_roles_are_the_seven_of_the_design_and_the_keeper_of_trials() -> None:
    assert list(ROLES) == [
        "organisation_admin",
        "programme_manager",
        "author",
        "reviewer",
        "counsellor",
        "researcher",
        "trial_keeper",
        "auditor",
    ]


def test_each_role_is_offered_once() -> None:
    assert [name for name, _ in role_choices()] == list(ROLES)


def test_every_permission_is_carried_by_some_role() -> None:
    assert frozenset().union(*(role.permissions for role in ROLES.values())) == PERMISSIONS


@pytest.mark.parametrize(
    "name", ["organisation_admin", "author", "reviewer", "researcher", "auditor"]
)
def test_role_without_a_duty_to_people_reaches_none_of_them(name: str) -> None:
    assert not ROLES[name].permissions & PERSONAL


def test_no_role_both_writes_and_approves() -> None:
    assert not [
        role.name
        for role in ROLES.values()
        if {"content.author", "content.approve"} <= role.permissions
    ]


@pytest.mark.parametrize("name", ["", "superhero"])
def test_permissions_of_an_unknown_role_are_none(name: str) -> None:
    assert permissions_of(name) == frozenset()


def test_role_with_a_mistyped_permission_is_refused() -> None:
    with pytest.raises(UnknownPermission):
        Role("x", "X", "", frozenset({"person.veiw"}))
