"""Who makes which token, how long it lives, and what one that reads reaches."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Membership
from enrolment import api_tokens
from enrolment.models import ApiToken
from tests import worlds
from trust.models import AuditEvent, MachineNow, User

pytestmark = pytest.mark.django_db


def user(role: str, **more: object) -> User:
    found = User.objects.create(
        email=f"{role}@clinic.example", organisation=worlds.organisation(), is_staff=True, **more
    )
    Membership.objects.create(user=found, campaign=worlds.campaign(), role=role)
    return found


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def made(may: str, actor: User | None = None) -> tuple[ApiToken, str]:
    return api_tokens.create(
        campaign=worlds.campaign(), name="App", may={may}, now=worlds.NOON, actor=actor
    )


def form(*may: str, **changes: object) -> dict[str, object]:
    campaign = worlds.campaign().pk
    return {"campaign": campaign, "name": "Lab", "may": may, "days": "90", **changes}


def test_token_is_shown_once_to_whoever_makes_it() -> None:
    researcher = user("researcher")
    client = client_of(researcher)

    page = client.post(reverse("admin:enrolment_apitoken_add"), form("research", "fhir"))

    token = ApiToken.objects.get()
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert (token.may, token.created_by) == (["fhir", "research"], researcher)
    assert token.expires_at is not None
    assert api_tokens.present(secret=secret) is not None
    assert AuditEvent.objects.filter(verb="api_token.create", actor=researcher).exists()
    for name, args in (("change", [token.pk]), ("changelist", [])):
        shown = client.get(reverse(f"admin:enrolment_apitoken_{name}", args=args)).content.decode()
        assert secret not in shown
        assert token.hashed not in shown


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("researcher", "readings"),
        ("researcher", "events"),
        ("programme_manager", "research"),
        ("programme_manager", "fhir"),
        ("organisation_admin", "research"),
    ],
)
def test_nobody_gives_what_they_may_not_do(role: str, may: str) -> None:
    maker = user(role)

    page = client_of(maker).post(reverse("admin:enrolment_apitoken_add"), form(may))

    assert "does not allow" in page.content.decode()
    with pytest.raises(api_tokens.NotYours):
        made(may, maker)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("role", ["author", "reviewer", "counsellor", "auditor"])
def test_other_roles_make_none(role: str) -> None:
    client = client_of(user(role))

    assert client.get(reverse("admin:enrolment_apitoken_add")).status_code == 403
    assert client.post(reverse("admin:enrolment_apitoken_add"), form("events")).status_code == 403
    assert not ApiToken.objects.exists()


def test_token_ends() -> None:
    token, secret = made("events")
    assert api_tokens.present(secret=secret) is not None

    ApiToken.objects.filter(pk=token.pk).update(expires_at=MachineNow() - timedelta(seconds=1))

    assert api_tokens.present(secret=secret) is None


def test_only_what_one_could_have_made_is_revoked() -> None:
    meters, mine = made("readings")[0], made("research")[0]
    client = client_of(user("researcher"))
    asked = {"action": "revoke", "_selected_action": [meters.pk, mine.pk]}

    client.post(reverse("admin:enrolment_apitoken_changelist"), asked)

    meters.refresh_from_db()
    mine.refresh_from_db()
    assert meters.revoked_at is None
    assert mine.revoked_at is not None


def test_how_often_it_may_ask_is_all_that_changes() -> None:
    token = made("research")[0]
    client = client_of(user("researcher"))
    url = reverse("admin:enrolment_apitoken_change", args=[token.pk])

    client.post(url, {"most_a_minute": 60, "may": ["readings"], "name": "Other"})

    token.refresh_from_db()
    assert (token.most_a_minute, token.may, token.name) == (60, ["research"], "App")


def test_token_that_reads_ends_with_its_makers_role() -> None:
    researcher = user("researcher")
    _, secret = made("research", researcher)
    campaign = worlds.campaign().pk

    def reaches() -> bool:
        found = api_tokens.present(secret=secret)
        assert found is not None
        return api_tokens.reading_reach(found).may("research.export", campaign)

    assert reaches()
    other = worlds.campaign("elsewhere", "other").pk
    found = api_tokens.present(secret=secret)
    assert found is not None
    assert not api_tokens.reading_reach(found).may("research.export", other)
    assert not api_tokens.reading_reach(found).may("person.view", campaign)
    Membership.objects.all().delete()
    assert not reaches()


def test_token_of_the_command_reads_without_a_maker() -> None:
    found = api_tokens.present(secret=made("research")[1])

    assert found is not None
    assert api_tokens.reading_reach(found).may("research.export", worlds.campaign().pk)
