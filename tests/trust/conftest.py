from collections.abc import Iterator

import pytest
from django.db import connection

from tests.trust.notes import Note, NoteBody
from trust import keys


@pytest.fixture(autouse=True)
def no_keys_left_over() -> Iterator[None]:
    keys.forget()
    yield
    keys.forget()


@pytest.fixture
def notes(db: None) -> type[Note]:
    """The tables of the test models, gone again with the test's transaction."""
    with connection.schema_editor() as editor:
        editor.create_model(Note)
        editor.create_model(NoteBody)
    return Note


@pytest.fixture
def committed(transactional_db: None) -> None:
    """Rows really commit, and the flush after the test gets past the audit table's guard."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE trust_auditevent DISABLE TRIGGER trust_auditevent_no_truncate")
