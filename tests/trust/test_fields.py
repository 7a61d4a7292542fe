import copy
import pickle

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import F, Value
from pytest_django import DjangoAssertNumQueries

from tests.factories import OrganisationFactory
from tests.trust.notes import Note, NoteBody
from trust.fields import EncryptedText, Sealed, encrypted_columns
from trust.ids import draw_ids
from trust.sealing import SealBroken

pytestmark = pytest.mark.usefixtures("notes")
BODY = "Blåbær & 🫐 at +447700900123"


def stored(note: Note, column: str = "body") -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM trust_note WHERE id = %s", [note.pk])
        found = cursor.fetchone()[0]
    return None if found is None else bytes(found)


def create(**fields: object) -> Note:
    return Note.objects.create(**{"organisation_id": OrganisationFactory().pk, **fields})


def test_saved_text_is_sealed_in_the_database_and_text_in_python() -> None:
    note = create(body=BODY)

    blob = stored(note)

    assert blob is not None
    assert BODY.encode() not in blob
    assert note.body == Note.objects.get(pk=note.pk).body == BODY


def test_loaded_value_is_opened_on_first_access_only() -> None:
    note = Note.objects.get(pk=create(body=BODY).pk)

    before = note.__dict__["body"]

    assert isinstance(before, Sealed)
    assert before.text is None
    assert note.body == BODY
    assert before.text == BODY


def test_repr_of_a_loaded_value_shows_nothing() -> None:
    note = Note.objects.get(pk=create(body=BODY).pk)
    assert note.body == BODY

    shown = repr(note.__dict__["body"]) + repr(note) + repr(list(Note.objects.values("body")))

    assert "447700900123" not in shown


def test_none_stays_none() -> None:
    note = create(body=None)

    assert stored(note) is None
    assert Note.objects.get(pk=note.pk).body is None


def test_empty_text_is_sealed_and_comes_back_empty() -> None:
    note = create(body="")

    assert stored(note)
    assert Note.objects.get(pk=note.pk).body == ""


def test_save_without_reading_keeps_the_stored_value() -> None:
    note = Note.objects.get(pk=create(body=BODY).pk)
    before = stored(note)

    note.label = "other"
    note.save()

    assert stored(note) == before


def test_save_of_a_changed_value_seals_the_new_one() -> None:
    note = Note.objects.get(pk=create(body=BODY).pk)

    note.body = "other"
    note.save(update_fields=["body"])

    assert Note.objects.get(pk=note.pk).body == "other"


def test_copy_under_a_new_id_is_sealed_for_its_own_row() -> None:
    note = Note.objects.get(pk=create(body=BODY).pk)
    original = note.pk

    note.pk = None
    note._state.adding = True
    note.save()

    assert note.pk != original
    assert Note.objects.get(pk=note.pk).body == BODY
    assert Note.objects.get(pk=original).body == BODY


def test_deferred_value_is_fetched_and_opened() -> None:
    pk = create(body=BODY, title="T").pk

    assert Note.objects.defer("body").get(pk=pk).body == BODY
    only = Note.objects.only("label").get(pk=pk)
    assert "body" in only.get_deferred_fields()
    assert (only.body, only.title) == (BODY, "T")


def test_saving_with_a_deferred_value_leaves_it_alone() -> None:
    note = Note.objects.defer("body").get(pk=create(body=BODY).pk)

    note.label = "other"
    note.save()

    assert Note.objects.get(pk=note.pk).body == BODY


def test_refresh_from_db_brings_the_stored_value_back() -> None:
    note = create(body=BODY)

    note.body = "unsaved"
    note.refresh_from_db()

    assert note.body == BODY
    note.save()
    assert Note.objects.get(pk=note.pk).body == BODY


def test_bulk_create_with_drawn_ids_seals_each_row() -> None:
    organisation_id = OrganisationFactory().pk
    rows = [
        Note(pk=pk, organisation_id=organisation_id, body=f"text {pk}") for pk in draw_ids(Note, 3)
    ]

    Note.objects.bulk_create(rows)

    assert [note.body for note in Note.objects.order_by("pk")] == [f"text {n.pk}" for n in rows]


def test_bulk_create_without_ids_says_what_to_do() -> None:
    rows = [Note(organisation_id=OrganisationFactory().pk, body=BODY)]

    with pytest.raises(ValueError, match="draw_ids"):
        Note.objects.bulk_create(rows)


def test_row_without_an_organisation_cannot_be_sealed() -> None:
    with pytest.raises(ValueError, match="no organisation"):
        Note(body=BODY).save()


def test_update_to_none_erases() -> None:
    note = create(body=BODY, title="T")

    Note.objects.filter(pk=note.pk).update(body=None, title=None)

    assert stored(note) is None
    assert stored(note, "title") is None


@pytest.mark.parametrize("value", ["text", Value("text"), b"not a sealed value at all, but bytes"])
def test_update_to_anything_unsealed_is_refused(value: object) -> None:
    with pytest.raises((TypeError, SealBroken)) as refused:
        Note.objects.update(body=value)

    assert "trust_note.body" in str(refused.value) or "sealed value" in str(refused.value)


@pytest.mark.parametrize(
    "query",
    [
        {"body": BODY},
        {"body__exact": BODY},
        {"body__in": [BODY]},
        {"body__icontains": "b"},
        {"body__length": 3},
        {"body": F("title")},
    ],
)
def test_lookup_inside_is_refused(query: dict[str, object]) -> None:
    with pytest.raises(FieldError):
        Note.objects.filter(**query).exists()


def test_lookup_of_absence_works() -> None:
    create(body=BODY)
    create(body=None)

    assert Note.objects.filter(body__isnull=True).count() == 1
    assert Note.objects.exclude(body=None).count() == 1


@pytest.mark.parametrize("value", [3, b"bytes", ["text"]])
def test_assigning_something_else_than_text_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="takes text or None"):
        Note(body=value)


def test_value_moved_to_another_row_or_column_does_not_open() -> None:
    note, other = create(body=BODY), create(title="T")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trust_note SET body = %s, title = body", [stored(note)])

    with pytest.raises(SealBroken):
        assert Note.objects.get(pk=other.pk).body
    with pytest.raises(SealBroken):
        assert Note.objects.get(pk=note.pk).title


def test_fixture_of_a_sealed_value_is_refused() -> None:
    with pytest.raises(TypeError, match="fixture"):
        serializers.serialize("json", [create(body=BODY)])


def test_copied_and_pickled_value_still_opens() -> None:
    note = Note.objects.get(pk=create(body=BODY).pk)
    value = note.__dict__["body"]

    for again in (copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert again.open("trust_note.body", note.pk) == BODY


def test_row_with_a_borrowed_key_is_sealed_under_it() -> None:
    note = create()

    NoteBody.objects.create(note_id=note.pk, text=BODY, owner_id=note.organisation_id)

    assert NoteBody.objects.get(pk=note.pk).text == BODY


def test_new_row_is_inserted_without_a_useless_update(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    note = Note(organisation_id=OrganisationFactory().pk)

    with django_assert_num_queries(2):
        note.save()


def test_encrypted_columns_are_sealed_models_all() -> None:
    for model, field in encrypted_columns():
        assert isinstance(field, EncryptedText)
        assert field.model is model
