from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin import AdminSite, RelatedFieldListFilter
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from unfold.admin import TabularInline

from tests.factories import OrganisationFactory, UserFactory
from tests.trust.notes import Note, NoteBody
from trust.admin_base import (
    ScopedAdmin,
    ScopedRelatedFilter,
    ScopedTabularInline,
    choices_for,
    reach_of,
)
from trust.checks import page_errors, sealed_models
from trust.fields import encrypted_columns
from trust.models import AuditEvent, DataKey, User
from trust.scope import NOBODY, Reach


class Closed(ScopedAdmin):
    view_permission = "person.view"


class Open(ScopedAdmin):
    view_permission = "person.view"
    change_permission = "person.act"
    allow_add = True
    allow_delete = True


def request_of(**campaigns: frozenset[str]) -> Any:
    request: Any = RequestFactory().get("/")
    held = {int(name.removeprefix("c")): given for name, given in campaigns.items()}
    request.reach = Reach(1, 1, False, frozenset(), held)
    return request


VIEW = frozenset({"person.view"})
ACT = VIEW | {"person.act"}


@pytest.fixture
def page(notes: type[Note]) -> Open:
    return Open(notes, AdminSite())


def test_request_without_reach_may_do_nothing() -> None:
    assert reach_of(RequestFactory().get("/")) == NOBODY


def test_page_without_change_permission_only_reads(notes: type[Note]) -> None:
    page, request = Closed(notes, AdminSite()), request_of(c5=ACT)
    note = Note.objects.create(organisation_id=1, campaign_id=5)

    assert page.has_view_permission(request, note)
    assert not page.has_change_permission(request, note)
    assert not page.has_add_permission(request)
    assert not page.has_delete_permission(request, note)


def test_page_asks_each_row_for_the_campaign_it_lies_in(page: Open) -> None:
    request = request_of(c5=ACT, c6=VIEW)
    mine = Note.objects.create(organisation_id=1, campaign_id=5)
    seen = Note.objects.create(organisation_id=1, campaign_id=6)
    hidden = Note.objects.create(organisation_id=1, campaign_id=7)

    rows = (mine, seen, hidden)
    assert [page.has_view_permission(request, row) for row in rows] == [True, True, False]
    assert [page.has_change_permission(request, row) for row in rows] == [True, False, False]
    assert [page.has_delete_permission(request, row) for row in rows] == [True, False, False]
    assert set(page.get_queryset(request)) == {mine, seen}


def test_row_written_where_only_reading_is_allowed_is_refused(page: Open) -> None:
    note = Note.objects.create(organisation_id=1, campaign_id=6)
    form: Any = SimpleNamespace(instance=note, save_m2m=lambda: None)

    with pytest.raises(PermissionDenied):
        page.save_related(request_of(c5=ACT, c6=VIEW), form, [], change=False)


def test_row_written_under_a_parent_is_asked_for_too(page: Open) -> None:
    parent = Note.objects.create(organisation_id=1, campaign_id=5)
    child = Note.objects.create(organisation_id=1, campaign_id=6)
    form: Any = SimpleNamespace(instance=parent, save_m2m=lambda: None)
    formset: Any = SimpleNamespace(save=list, forms=[], new_objects=[child], changed_objects=[])

    with pytest.raises(PermissionDenied):
        page.save_related(request_of(c5=ACT, c6=VIEW), form, [formset], change=True)
    page.save_related(request_of(c5=ACT, c6=ACT), form, [formset], change=True)


def test_action_is_given_less_than_is_seen(page: Open, notes: type[Note]) -> None:
    request = request_of(c5=ACT, c6=VIEW)
    mine = Note.objects.create(organisation_id=1, campaign_id=5)
    Note.objects.create(organisation_id=1, campaign_id=6)

    assert list(page.changeable(request, Note.objects.all())) == [mine]
    assert not Closed(notes, AdminSite()).changeable(request, Note.objects.all()).exists()


def test_inline_is_closed_but_for_what_it_names(notes: type[Note]) -> None:
    class Inline(ScopedTabularInline):
        model = User
        view_permission = "person.view"
        change_permission = "person.act"
        allow_add = True

    inline, request = Inline(Note, AdminSite()), request_of(c5=ACT, c6=VIEW)
    mine = Note.objects.create(organisation_id=1, campaign_id=5)
    seen = Note.objects.create(organisation_id=1, campaign_id=6)

    assert [inline.has_change_permission(request, row) for row in (mine, seen)] == [True, False]
    assert [inline.has_add_permission(request, row) for row in (mine, seen)] == [True, False]
    assert not inline.has_delete_permission(request, mine)
    assert not inline.has_view_permission(RequestFactory().get("/"))


def test_deletion_of_rows_is_audited(page: Open) -> None:
    note = Note.objects.create(organisation_id=OrganisationFactory().pk, campaign_id=5)
    request = request_of(c5=ACT)
    request.user = UserFactory()

    page.log_deletions(request, Note.objects.filter(pk=note.pk))

    event = AuditEvent.objects.get(verb="note.deleted")
    assert (event.subject_id, event.actor) == (str(note.pk), request.user)
    assert event.organisation_id == note.organisation_id


def test_choices_of_a_model_without_paths_are_none(page: Open) -> None:
    assert not choices_for(page, DataKey, request_of(c5=ACT)).exists()


def test_page_errors_name_each_hole() -> None:
    class Leaky(ScopedAdmin):
        raw_id_fields = ("organisation",)
        inlines = (TabularInline,)
        list_filter = (("organisation", RelatedFieldListFilter), "organisation__name", "is_active")

    class Fine(ScopedAdmin):
        view_permission = "person.view"
        list_filter = ("organisation", ("organisation", ScopedRelatedFilter), "organisation_role")

    site = AdminSite()
    found = page_errors(User, Leaky(User, site)) + page_errors(DataKey, Closed(DataKey, site))

    assert sorted(error.id or "" for error in found) == [
        "trust.E003",
        "trust.E004",
        "trust.E005",
        "trust.E006",
        "trust.E006",
        "trust.E007",
    ]
    assert page_errors(User, Fine(User, site)) == []
    assert [error.id for error in page_errors(User, object())] == ["trust.E002"]


def test_sealed_column_on_a_plain_model_is_named() -> None:
    registry: Any = Note._meta.apps

    found = sealed_models(None, registry=registry)

    assert [(error.id, "trust_unscoped.body" in error.msg) for error in found] == [
        ("trust.E001", True)
    ]
    assert {model for model, _ in encrypted_columns(registry)} >= {Note, NoteBody}
