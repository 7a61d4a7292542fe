import pytest

from tests.trust.notes import Note, NoteBody
from trust.ids import draw_ids
from trust.models import DataKey, User


@pytest.mark.django_db
@pytest.mark.parametrize("model", [User, DataKey])
def test_draw_ids_gives_fresh_rising_ids(model: type[User] | type[DataKey]) -> None:
    first, second = draw_ids(model, 3), draw_ids(model, 2)

    assert len(first) == 3
    assert sorted({*first, *second}) == first + second


@pytest.mark.usefixtures("notes")
def test_draw_ids_are_never_given_to_a_row_saved_later() -> None:
    drawn = draw_ids(Note, 1)

    note = Note.objects.create(organisation_id=1)

    assert note.pk > drawn[0]


@pytest.mark.django_db
def test_draw_ids_for_none_asks_nothing() -> None:
    assert draw_ids(User, 0) == []


def test_draw_ids_for_a_borrowed_key_is_refused() -> None:
    with pytest.raises(TypeError, match="no sequence"):
        draw_ids(NoteBody, 1)
