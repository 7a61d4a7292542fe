"""A whole bundle of the few people of `crowd`: what is in it, what is not, and that it is the same
again."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pandas
import pytest
from frictionless import Package
from pyarrow import parquet

from enrolment.models import Consent, Decision, Enrolment
from research.bundle.dictionary import tables
from research.bundle.people import pseudonym
from tests import worlds
from tests.research import crowd
from tests.research.bundle.bundles import KEY, everything, made, rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> dict[str, Enrolment]:
    return crowd.people()


def test_bundle_tells_what_happened_in_study_days(
    people: dict[str, Enrolment], tmp_path: Path
) -> None:
    found = made(tmp_path)

    amina, cleo = (pseudonym(KEY, "e", "enrolment", people[name].pk) for name in ("amina", "cleo"))
    enrolments = {row["enrolment_id"]: row for row in rows(tmp_path, "enrolments")}
    assert found.rows["participants"] == len(enrolments) == 3
    assert enrolments[cleo]["state"] == "withdrawn"
    assert (enrolments[cleo]["gone_day"], enrolments[cleo]["exit_told"]) == ("8", "too_many")
    assert (enrolments[amina]["first_quit_day"], enrolments[amina]["observed_day"]) == ("9", "11")
    asked = [row for row in rows(tmp_path, "decisions") if row["step"] == "ask.smoked"]
    assert [(row["day"], row["local_minute"], row["outcome"]) for row in asked] == [
        ("9", "1111", "queued")
    ] * 2
    answers = {row["enrolment_id"]: row for row in rows(tmp_path, "answers")}
    assert answers[amina]["value"] == "no"
    assert (answers[amina]["latency"], answers[amina]["missing"]) == ("600", "")
    assert [row["missing"] for row in answers.values() if not row["value"]] == ["no_reply"]
    heard = {(row["kind"], row["keyword"]) for row in rows(tmp_path, "messages_in")}
    assert {("answer", ""), ("keyword", "crave"), ("opt_out", "")} <= heard
    assert {row["event"] for row in rows(tmp_path, "states")} >= {"consent", "anchor", "left"}


def test_test_participants_and_who_refused_research_are_left_out(
    people: dict[str, Enrolment], tmp_path: Path
) -> None:
    bo = people["bo"]
    Consent.objects.create(
        enrolment=bo, scope="research", is_given=False, wording_version=bo.version,
        language="en", channel="sms", given_at=crowd.NOW,
    )  # fmt: skip

    found = made(tmp_path)

    gone = {pseudonym(KEY, "p", "person", people[who].participant_id) for who in ("bo", "tess")}
    for table in tables(texts=False):
        if any(column.name == "pid" for column in table.columns):
            assert gone.isdisjoint(row["pid"] for row in rows(tmp_path, table.name)), table.name
    assert found.refused == 1
    assert "1 who said no to taking part in research" in (tmp_path / "README.md").read_text()


def test_answer_is_of_the_asking_that_was_sent(
    people: dict[str, Enrolment], tmp_path: Path
) -> None:
    """After an outage one moment decides several askings of a question; one of them leaves."""
    sent = Decision.objects.get(enrolment=people["amina"], step_key="ask.smoked")
    Decision.objects.create(
        enrolment=sent.enrolment, attempt=1, step_key="ask.smoked", occurrence=7,
        version=sent.version, due_at=sent.due_at, local_date=sent.local_date,
        outcome="suppressed", reason="catch_up", decided_at=sent.decided_at,
    )  # fmt: skip

    made(tmp_path)

    hers = pseudonym(KEY, "e", "enrolment", people["amina"].pk)
    told = [row for row in rows(tmp_path, "answers") if row["enrolment_id"] == hers]
    assert [(row["value"], row["missing"]) for row in told] == [("no", ""), ("", "not_asked")]
    assert told[0]["decision_id"] != told[1]["decision_id"]


@pytest.mark.usefixtures("people")
def test_bundle_is_the_data_package_it_claims_to_be(tmp_path: Path) -> None:
    made(tmp_path, texts=True)

    report = Package(str(tmp_path / "datapackage.json")).validate()

    assert report.valid, report.flatten(["title", "fieldName", "rowNumber", "message"])
    assert len(report.tasks) == len(tables(texts=True)) + 1


@pytest.mark.usefixtures("people")
def test_parquet_holds_what_the_csv_holds(tmp_path: Path) -> None:
    found = made(tmp_path)

    for table in tables(texts=False):
        read = parquet.read_table(tmp_path / "parquet" / f"{table.name}.parquet").to_pandas()
        kept = pandas.read_csv(
            tmp_path / "data" / f"{table.name}.csv", keep_default_na=False, na_values=[""]
        )
        assert len(read) == len(kept) == found.rows[table.name]
        assert list(read.columns) == list(kept.columns) == [c.name for c in table.columns]
        for column in table.columns:
            ours, theirs = read[column.name], kept[column.name]
            assert ours.isna().tolist() == theirs.isna().tolist(), column.name
            if column.kind != "string":
                assert ours.dropna().astype(float).tolist() == theirs.dropna().tolist()


@pytest.mark.usefixtures("people")
def test_same_data_are_the_same_bytes_and_another_key_other_pseudonyms(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two", "other")]
    for folder, key in zip(folders, (KEY, KEY, KEY[::-1]), strict=True):
        folder.mkdir()
        made(folder, key=key)

    one, two, other = map(everything, folders)
    assert one == two
    ids = [{row["pid"] for row in rows(folder, "participants")} for folder in folders]
    assert ids[0] == ids[1]
    assert ids[0].isdisjoint(ids[2])
    decisions = [{row["decision_id"] for row in rows(folder, "decisions")} for folder in folders]
    assert decisions[0].isdisjoint(decisions[2])
    assert one["codebook.csv"] == other["codebook.csv"]


@pytest.mark.usefixtures("people")
def test_manifest_holds_every_file(tmp_path: Path) -> None:
    made(tmp_path)

    files = everything(tmp_path)
    told: dict[str, str] = dict(
        reversed(line.split("  ", 1)) for line in files.pop("SHA256SUMS").decode().splitlines()
    )
    assert told == {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}


@pytest.mark.usefixtures("people")
def test_lines_of_python_load_every_table(tmp_path: Path) -> None:
    found = made(tmp_path)

    said = subprocess.run(
        [sys.executable, str(tmp_path / "load.py")], capture_output=True, text=True, check=True
    ).stdout

    assert f"decisions: {found.rows['decisions']} rows" in said
    assert "codebook: " in said


def test_every_column_of_every_table_is_in_the_codebook_and_the_schema(tmp_path: Path) -> None:
    worlds.version()
    made(tmp_path)

    package = json.loads((tmp_path / "datapackage.json").read_text())
    schema = {
        resource["name"]: [field["name"] for field in resource["schema"]["fields"]]
        for resource in package["resources"]
    }
    with (tmp_path / "codebook.csv").open() as file:
        book = pandas.read_csv(file, keep_default_na=False)
    for table in tables(texts=False):
        header = (tmp_path / "data" / f"{table.name}.csv").read_text().split("\n", 1)[0]
        columns = header.split(",")
        assert columns == schema[table.name]
        assert columns == book[book.table == table.name].column.tolist()
    assert (book[["meaning", "origin", "privacy", "type"]] != "").all().all()


def test_bundle_of_nobody_is_whole(tmp_path: Path) -> None:
    worlds.version()

    found = made(tmp_path)

    assert found.rows["participants"] == 0
    assert found.crowding.k == 0
    assert Package(str(tmp_path / "datapackage.json")).validate().valid
