import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import IntegrityError
from django.test import RequestFactory

from tests.factories import UserFactory
from trust.models import User

pytestmark = pytest.mark.django_db


def test_create_user_logs_in_by_email_in_any_case() -> None:
    user = User.objects.create_user("Ada@Example.org", "a long pass phrase")
    asked = RequestFactory().post("/sign-in/")

    assert user.email == "ada@example.org"
    assert authenticate(asked, username="ADA@example.ORG", password="a long pass phrase") == user
    assert authenticate(asked, username="ada@example.org", password="another") is None


def test_create_user_without_a_password_cannot_log_in() -> None:
    user = User.objects.create_user("ada@example.org")

    assert not user.has_usable_password()


def test_create_user_without_an_address_is_refused() -> None:
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")


def test_second_spelling_of_an_address_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError):
        UserFactory(email="Ada@example.org")


def test_has_perm_opens_nothing_but_to_the_platform() -> None:
    admin = UserFactory(organisation_role="organisation_admin")
    platform = UserFactory(is_superuser=True)

    assert not admin.has_perm("trust.view_user")
    assert not admin.has_module_perms("trust")
    assert platform.has_perm("trust.view_user")
    assert not UserFactory(is_superuser=True, is_active=False).has_perm("trust.view_user")


def test_createsuperuser_command_makes_a_platform_user() -> None:
    call_command("createsuperuser", email="root@example.org", interactive=False, verbosity=0)

    assert User.objects.get(email="root@example.org").is_superuser


def test_str_of_a_user_shows_no_address() -> None:
    user = UserFactory(name="")

    assert str(user) == f"User {user.pk}"
