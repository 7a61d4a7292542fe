"""Nothing that tells who a person is gets into a bundle: canaries in every column that could hold
it, and every byte of every file looked through."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from pyarrow import parquet

from campaigns.models import Arm, Factor, Trial
from enrolment.models import Answer, Attribute, Consent, Enrolment, Note
from research.bundle.dictionary import tables
from tests import trials, worlds
from tests.research import crowd
from tests.research.bundle.bundles import made, rows
from trust.fields import encrypted_columns
from trust.keys import sealer
from trust.models import User

pytestmark = pytest.mark.django_db(transaction=True)

#: A word nobody would write, in each sealed column; and what the scrubber must take out of texts.
CANARY = "Zyxquorvath"
NUMBER, BIRTHDAY = "+447700900077", "1990-05-17"
#: Free text that is not sealed, and what stands in it.
ONE_OF = "Wexhilbrand"


def plant() -> int:
    """In every sealed column there is a row of; how many columns."""
    planted = 0
    with connection.cursor() as cursor:
        # Some ledgers let nobody change a line.
        cursor.execute("SET session_replication_role = replica")
    for model, field in encrypted_columns():
        for row in model._default_manager.all():
            if getattr(row, "value", "") and field.name == "words":
                continue
            organisation = row.sealing_organisation_id
            blob = sealer(organisation).seal(field.place, row.pk, f"{CANARY} {NUMBER}")
            model._default_manager.filter(pk=row.pk).update(**{field.name: blob})
        planted += model._default_manager.exists()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")
    return planted


def everything_around(people: dict[str, Enrolment]) -> None:
    """A row of each sort that crowd does not make."""
    amina = people["amina"]
    author = User.objects.create(email="a@clinic.example", name=ONE_OF)
    Note.objects.create(enrolment=amina, author=author, words="note", written_at=crowd.NOW)
    for name, value, words in (
        ("age", "36", None), ("region", "north", None), ("birth_date", BIRTHDAY, None),
        ("own_reason", "", "words"),
    ):  # fmt: skip
        Attribute.objects.create(
            participant=amina.participant, name=name, value=value, words=words, source="test",
            set_at=crowd.NOW,
        )  # fmt: skip
    drawn_into_a_trial(amina)
    Consent.objects.create(
        enrolment=amina, scope="data_sharing", wording_version=amina.version, language="en",
        channel="sms", exact_text="yes", given_at=crowd.NOW,
    )  # fmt: skip
    for question, value in (("age", "36"), ("name", ""), ("birth", BIRTHDAY), ("smoked", "no")):
        inbound = worlds.text(crowd.AMINA, value or "me", at=crowd.NOW)
        Answer.objects.create(
            enrolment=amina, attempt=1, question_key=question, wording_version=amina.version,
            inbound=inbound, raw=value, value=value, is_valid=True, asked_at=crowd.NOW,
            answered_at=crowd.NOW,
        )  # fmt: skip


def drawn_into_a_trial(enrolment: Enrolment) -> None:
    """Whose words are its author's own."""
    trial = trials.trial(worlds.campaign(), running=False, blinded=False, about=ONE_OF)
    Trial.objects.filter(pk=trial.pk).update(name=ONE_OF)
    Factor.objects.filter(trial=trial).update(name=ONE_OF)
    Arm.objects.filter(factor__trial=trial).update(name=ONE_OF)
    trials.start(Trial.objects.get(pk=trial.pk))
    crowd.allocate(enrolment, Arm.objects.get(factor__trial=trial, key="new"))


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Files as they lie there, and Parquet unpacked."""
    found = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for path in folder.glob("parquet/*.parquet"):
        found[f"{path.name} unpacked"] = parquet.read_table(path).to_pandas().to_csv().encode()
    return found


@pytest.mark.parametrize("texts", [False, True], ids=["without words", "with words"])
def test_no_canary_is_in_any_file(tmp_path: Path, texts: bool) -> None:
    people = crowd.people()
    everything_around(people)
    planted = plant()

    made(tmp_path, texts=texts)

    assert planted >= 8
    assert [len(rows(tmp_path, table)) for table in ("assessed", "arms")] == [1, 2]
    for name, content in bytes_of(tmp_path).items():
        for canary in (CANARY, NUMBER, NUMBER[1:], ONE_OF, BIRTHDAY, "clinic.example", "Amina"):
            assert canary.encode() not in content, (name, canary)
            assert canary.casefold().encode() not in content.lower(), (name, canary)


def test_no_exact_date_no_row_id_and_no_index_is_in_any_table(tmp_path: Path) -> None:
    people = crowd.people()
    everything_around(people)

    made(tmp_path, texts=True)

    dates = re.compile(rb"\b(19|20)\d\d-\d\d-\d\d\b|\b\d\d:\d\d(:\d\d)?\b")
    for name, content in bytes_of(tmp_path).items():
        assert not dates.search(content), (name, dates.search(content))
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(number_index, 'hex') FROM messaging_recipient")
        indexes = [row[0].encode() for row in cursor.fetchall()]
    for name, content in bytes_of(tmp_path).items():
        assert not any(index in content for index in indexes), name
    for table in tables(texts=True):
        for row in rows(tmp_path, table.name):
            for column in ("pid", "enrolment_id", "decision_id", "in_id", "msg_id"):
                assert not row.get(column, "").isdigit(), table.name


def test_exact_age_and_birthday_are_told_as_band_or_not_at_all(tmp_path: Path) -> None:
    people = crowd.people()
    everything_around(people)
    with connection.cursor() as cursor:
        # The version is published; this is a question it had before.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO campaigns_question (version_id, key, position, kind, attribute, choices,"
            " earliest_day, latest_day, unit, expires_hours, reminder_hours, measure, bands,"
            " consent, outcomes) SELECT version_id, x.key, 50 + x.n, x.kind, x.key, '[]', 0, 30,"
            " '', 0, 0, '', '[]', '', '{}' FROM campaigns_question,"
            " (VALUES (1, 'age', 'number'), (2, 'birth', 'date')) x(n, key, kind)"
            " WHERE campaigns_question.key = 'uses'"
        )
        cursor.execute("SET session_replication_role = DEFAULT")

    made(tmp_path)

    told = {row["question"]: row for row in rows(tmp_path, "answers") if row["mode"] == "sms"}
    assert (told["age"]["value"], told["age"]["missing"]) == ("", "withheld")
    assert (told["birth"]["value"], told["birth"]["missing"]) == ("", "withheld")
    assert told["smoked"]["value"] == "no"


def test_date_that_was_answered_is_told_as_a_study_day(tmp_path: Path) -> None:
    people = crowd.people()
    amina = people["amina"]
    Answer.objects.create(
        enrolment=amina, attempt=1, question_key="date", wording_version=amina.version,
        inbound=worlds.text(crowd.AMINA, "12 Dec", at=crowd.NOW), value="2026-12-12",
        is_valid=True, asked_at=crowd.NOW, answered_at=crowd.NOW,
    )  # fmt: skip

    made(tmp_path)

    told = {row["question"]: row["value"] for row in rows(tmp_path, "answers") if row["value"]}
    assert told["date"] == str((date(2026, 12, 12) - date(2026, 12, 1)).days)


def test_cells_that_a_spreadsheet_would_run_have_a_quote(tmp_path: Path) -> None:
    people = crowd.people()
    evil = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "  =x", "\n=x")
    attempts = Enrolment.objects.filter(pk=people["amina"].pk)
    for text in evil:
        attempts.update(exit_reason=text)
        folder = tmp_path / str(evil.index(text))
        folder.mkdir()
        made(folder)
        cells = {row["exit_reason"] for row in rows(folder, "enrolments")}
        assert f"'{text}" in cells, text
        for table in tables(texts=False):
            for row in rows(folder, table.name):
                for column in table.columns:
                    if column.kind == "string":
                        assert not re.match(r"\s*[-=+@\t\r\n]", row[column.name]), column.name
