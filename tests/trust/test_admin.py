"""What one organisation's people can see and do on the pages, and never of another's."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests.factories import OrganisationFactory, UserFactory
from tests.trust import pages
from trust import second_factor
from trust.audit import record
from trust.models import AuditEvent, Organisation, User

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.trust.pages")]


@pytest.fixture(autouse=True)
def reach_from_the_user_alone(settings: Settings) -> None:
    settings.MIDDLEWARE = pages.MIDDLEWARE
    settings.SECURE_SSL_REDIRECT = False


def login(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def boss() -> User:
    organisation = OrganisationFactory(name="Ours")
    return UserFactory(
        name="Boss", organisation=organisation, organisation_role="organisation_admin"
    )


@pytest.fixture
def colleague(boss: User) -> User:
    return UserFactory(name="Colleague", organisation=boss.organisation)


@pytest.fixture
def stranger() -> User:
    return UserFactory(name="Stranger", organisation=OrganisationFactory(name="Theirs"))


def change_url(user: User) -> str:
    return reverse("admin:trust_user_change", args=[user.pk])


def form(user: User, **changes: Any) -> dict[str, Any]:
    kept = {
        "email": user.email,
        "name": user.name,
        "organisation": user.organisation_id,
        "organisation_role": user.organisation_role,
        "is_active": "on",
        "is_staff": "on",
    }
    return {key: value for key, value in {**kept, **changes}.items() if value is not None}


def test_user_list_shows_own_people_and_own_choices_only(
    boss: User, colleague: User, stranger: User
) -> None:
    page = login(boss).get(reverse("admin:trust_user_changelist")).content.decode()

    assert "Colleague" in page
    assert "Ours" in page
    assert "Stranger" not in page
    assert "Theirs" not in page


def test_user_list_is_closed_without_the_permission(colleague: User) -> None:
    colleague.organisation_role = "counsellor"
    colleague.save()

    assert login(colleague).get(reverse("admin:trust_user_changelist")).status_code == 403


@pytest.mark.parametrize("view", ["change", "delete", "history"])
def test_page_of_anothers_user_is_not_found(boss: User, stranger: User, view: str) -> None:
    url = reverse(f"admin:trust_user_{view}", args=[stranger.pk])

    assert login(boss).get(url).status_code == 404


def test_history_of_own_user_opens(boss: User, colleague: User) -> None:
    LogEntry.objects.create(
        user=boss,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(colleague.pk),
        object_repr="x",
        action_flag=CHANGE,
    )

    url = reverse("admin:trust_user_history", args=[colleague.pk])
    assert login(boss).get(url).status_code == 200


def test_change_of_own_user_is_saved_and_audited(boss: User, colleague: User) -> None:
    answer = login(boss).post(change_url(colleague), form(colleague, name="Other"))

    assert answer.status_code == 302
    colleague.refresh_from_db()
    assert colleague.name == "Other"
    event = AuditEvent.objects.get(verb="user.changed")
    assert (event.actor, event.organisation) == (boss, boss.organisation)
    assert event.subject_id == str(colleague.pk)
    assert event.detail == {"fields": ["Name"]}


def test_change_cannot_move_a_user_into_another_organisation(
    boss: User, colleague: User, stranger: User
) -> None:
    answer = login(boss).post(
        change_url(colleague), form(colleague, organisation=stranger.organisation_id)
    )

    assert answer.status_code == 200
    assert "Theirs" not in answer.content.decode()
    colleague.refresh_from_db()
    assert colleague.organisation == boss.organisation


def test_change_cannot_make_a_platform_user(boss: User, colleague: User) -> None:
    login(boss).post(change_url(colleague), form(colleague, is_superuser="on"))

    colleague.refresh_from_db()
    assert not colleague.is_superuser


def test_platform_user_in_the_organisation_is_out_of_its_admins_hands(boss: User) -> None:
    platform = UserFactory(organisation=boss.organisation, is_superuser=True)

    answer = login(boss).post(change_url(platform), form(platform, name="Taken"))

    assert answer.status_code == 403
    platform.refresh_from_db()
    assert platform.name != "Taken"


def test_add_user_within_the_organisation_sends_a_link_and_no_password(boss: User) -> None:
    sent = {
        "email": "New@Example.org",
        "organisation": boss.organisation_id,
        "organisation_role": "author",
    }

    answer = login(boss).post(reverse("admin:trust_user_add"), sent)

    assert answer.status_code == 302
    made = User.objects.get(email="new@example.org")
    assert not made.has_usable_password()
    assert made.organisation == boss.organisation
    verbs = set(AuditEvent.objects.filter(subject_id=str(made.pk)).values_list("verb", flat=True))
    assert verbs == {"user.added", "user.link_sent"}
    assert mail.outbox[0].to == ["new@example.org"]
    assert "/password/new/" in mail.outbox[0].body


def test_own_organisation_is_chosen_already_where_something_is_added(boss: User) -> None:
    page = login(boss).get("/admin/trust/user/add/")

    chosen = page.context["adminform"].form["organisation"].value()
    assert chosen == boss.organisation_id


def test_what_adds_and_what_opens_a_group_are_said_in_words(boss: User) -> None:
    """The theme's own are a bare + and a heading that only a mouse opens."""
    page = login(boss).get("/admin/trust/user/").content.decode()

    assert '<span class="hidden lg:block">Add user</span>' in page
    assert 'aria-label="Add user"' in page
    assert re.search(r'<button type="button"[^>]*aria-expanded="navigationOpen">\s+House', page)
    assert re.search(r'<button type="button"[^>]*aria-label="Toggle navigation"', page)


def test_lost_second_factor_of_a_colleague_is_taken_away(boss: User, colleague: User) -> None:
    Authenticator.objects.create(user=colleague, type="totp", data={})
    second_factor.mark(colleague, at=timezone.now())

    login(boss).post(change_url(colleague), form(colleague, trust_user_reset_factor="on"))

    assert not Authenticator.objects.exists()
    colleague.refresh_from_db()
    assert not second_factor.is_set(colleague)
    event = AuditEvent.objects.get(verb="user.second_factor_reset")
    assert (event.actor, event.subject_id) == (boss, str(colleague.pk))


def test_own_second_factor_is_nobodys_to_take_away_on_this_page(boss: User) -> None:
    Authenticator.objects.create(user=boss, type="totp", data={})

    login(boss).post(change_url(boss), form(boss, trust_user_reset_factor="on"))

    assert Authenticator.objects.exists()


def test_second_factor_of_a_stranger_stays(boss: User, stranger: User) -> None:
    Authenticator.objects.create(user=stranger, type="totp", data={})

    sent = form(stranger, trust_user_reset_factor="on")
    assert login(boss).post(change_url(stranger), sent).status_code == 404
    assert Authenticator.objects.exists()


def test_admin_cannot_give_themselves_a_role_or_close_their_own_door(boss: User) -> None:
    sent = form(boss, organisation_role="counsellor", is_active=None)

    assert login(boss).post(change_url(boss), sent).status_code == 302
    boss.refresh_from_db()
    assert boss.organisation_role == "organisation_admin"
    assert boss.is_active


def test_address_that_was_signed_in_with_is_not_moved(boss: User, colleague: User) -> None:
    colleague.last_login = timezone.now()
    colleague.save()

    login(boss).post(change_url(colleague), form(colleague, email="boss2@example.org"))

    colleague.refresh_from_db()
    assert colleague.email != "boss2@example.org"


@pytest.mark.parametrize("organisation", ["", "theirs"])
def test_add_user_outside_the_organisation_is_refused(
    boss: User, stranger: User, organisation: str
) -> None:
    sent = {
        "email": "new@example.org",
        "organisation": organisation and stranger.organisation_id,
    }

    answer = login(boss).post(reverse("admin:trust_user_add"), sent)

    assert answer.status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()


def test_autocomplete_offers_own_organisation_only(boss: User, stranger: User) -> None:
    asked = {"app_label": "trust", "model_name": "user", "field_name": "organisation", "term": ""}

    offered = login(boss).get(reverse("admin:autocomplete"), asked).json()["results"]

    assert [choice["text"] for choice in offered] == ["Ours"]


@pytest.mark.parametrize(
    "query",
    [
        "password__startswith=a",
        "email__startswith=a",
        "organisation__name__startswith=T",
        "_to_field=email",
    ],
)
def test_question_put_in_the_address_is_refused(boss: User, query: str) -> None:
    answer = login(boss).get(f"{reverse('admin:trust_user_changelist')}?{query}")

    assert answer.status_code == 400


def test_filter_by_anothers_organisation_shows_nobody(boss: User, stranger: User) -> None:
    answer = login(boss).get(
        reverse("admin:trust_user_changelist"),
        {"organisation__id__exact": stranger.organisation_id},
    )

    assert "Stranger" not in answer.content.decode()


def test_selected_rows_have_no_delete_action(boss: User, colleague: User) -> None:
    login(boss).post(
        reverse("admin:trust_user_changelist"),
        {"action": "delete_selected", "_selected_action": [colleague.pk], "post": "yes"},
    )

    assert User.objects.filter(pk=colleague.pk).exists()


def test_organisation_of_another_is_not_found_and_own_can_be_changed(
    boss: User, stranger: User
) -> None:
    client = login(boss)

    theirs = client.get(reverse("admin:trust_organisation_change", args=[stranger.organisation_id]))
    own = client.get(reverse("admin:trust_organisation_change", args=[boss.organisation_id]))

    assert (theirs.status_code, own.status_code) == (404, 200)


def test_organisation_can_be_added_by_the_platform_only(boss: User) -> None:
    platform = UserFactory(organisation=None, is_superuser=True)
    url = reverse("admin:trust_organisation_add")
    sent = {
        "name": "Third",
        "slug": "third",
        "country": "NO",
        "time_zone": "Europe/Oslo",
        "default_language": "nb",
    }

    assert login(boss).post(url, sent).status_code == 403
    assert login(platform).post(url, sent).status_code == 302
    assert Organisation.objects.filter(slug="third").exists()


def test_audit_page_is_read_only_and_own(boss: User, stranger: User) -> None:
    own = record(verb="own.deed", subject=boss)
    theirs = record(verb="their.deed", subject=stranger)
    client = login(boss)

    listed = client.get(reverse("admin:trust_auditevent_changelist")).content.decode()
    one = client.get(reverse("admin:trust_auditevent_change", args=[own.pk]))
    other = client.get(reverse("admin:trust_auditevent_change", args=[theirs.pk]))
    change = client.post(reverse("admin:trust_auditevent_change", args=[own.pk]), {"verb": "x"})

    assert "own.deed" in listed
    assert "their.deed" not in listed
    assert (one.status_code, other.status_code, change.status_code) == (200, 404, 403)
    assert client.get(reverse("admin:trust_auditevent_add")).status_code == 403


def test_platform_sees_every_organisation(boss: User, stranger: User) -> None:
    platform = UserFactory(organisation=None, is_superuser=True)

    page = login(platform).get(reverse("admin:trust_user_changelist")).content.decode()

    assert "Boss" in page
    assert "Stranger" in page


def test_index_lists_only_pages_within_reach(boss: User) -> None:
    boss.organisation_role = "auditor"
    boss.save()

    page = login(boss).get(reverse("admin:index")).content.decode()

    assert reverse("admin:trust_auditevent_changelist") in page
    assert reverse("admin:trust_user_changelist") not in page
