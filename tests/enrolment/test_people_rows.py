"""Rows read as what is to be done, or all that is wrong with them at once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.people_rows import COLUMNS, Deed, Frame, Kind, Person, people_in, person_of
from enrolment.people_table import Cells, Table

TODAY = date(2026, 12, 1)
NUMBER = "+447700900001"
GOOD = {
    "number": NUMBER,
    "how": "paper",
    "said_on": "2026-09-01",
    "reference": "Form 12",
    "enrolled_on": "2026-09-02",
}


def frame(kind: Kind) -> Frame:
    return Frame(kind, TODAY, "GB", ("en", "nb"), "en", ("not_ready",), ("light", "standard"))


def read(*rows: dict[str, str], kind: Kind = Kind.ENROL) -> tuple[list[Person], Table]:
    table = Table(rows=[Cells(place, row) for place, row in enumerate(rows, start=2)])
    return people_in(table, frame(kind))[0], table


def wrong(row: dict[str, str], kind: Kind = Kind.ENROL) -> list[str]:
    return [each.column for each in read(row, kind=kind)[1].problems]


def test_number_alone_is_asked() -> None:
    (person,), table = read({"number": "07700 900001"})

    assert (person.deed, person.number, person.language) == (Deed.ASK, NUMBER, "en")
    assert table.problems == []


def test_number_that_a_spreadsheet_has_shortened_is_known_again() -> None:
    (first, second), _ = read({"number": "447700900001"}, {"number": "7700900002"})

    assert (first.number, second.number) == (NUMBER, "+447700900002")


def test_paper_needs_its_day_and_its_place() -> None:
    assert wrong({"number": NUMBER, "consent": "paper"}) == ["said_on", "reference"]
    (person,), _ = read(
        {"number": NUMBER, "consent": "Paper", "said_on": "1.9.2026", "reference": "Form 12"}
    )
    assert (person.deed, person.said_on) == (Deed.ENROL, date(2026, 9, 1))


def test_everything_wrong_is_told_at_once() -> None:
    row = {
        "number": "my sister",
        "first_name": "R2D2",
        "language": "tlh",
        "consent": "sure",
        "said_on": "2027-01-01",
        "referrer": "ring +447700900999",
        "calls": "yes",
        "test": "maybe",
    }

    assert sorted(wrong(row)) == sorted(row)


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_import_without_evidence_or_its_day_is_refused(missing: str) -> None:
    row = {name: value for name, value in GOOD.items() if name != missing}

    assert missing in wrong(row, Kind.IMPORT)
    assert wrong(GOOD, Kind.IMPORT) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("quit_date", "2036-01-01"),
        ("enrolled_on", "2026-12-02"),
        ("stage", "core"),
        ("dose", "high"),
        ("how", "pigeon"),
        ("quit_date", "soon"),
    ],
)
def test_where_they_are_is_checked(column: str, value: str) -> None:
    assert wrong({**GOOD, column: value}, Kind.IMPORT) == [column]


@pytest.mark.parametrize(("said", "day"), [("yes", None), ("2026-10-01", date(2026, 10, 1))])
def test_prior_stop_needs_nothing_else(said: str, day: date | None) -> None:
    (person,), table = read({"number": NUMBER, "opted_out": said}, kind=Kind.IMPORT)

    assert table.problems == []
    assert (person.deed, person.opted_out_on) == (Deed.STOP, day)


def test_same_number_twice_counts_once_and_a_stop_before_all() -> None:
    table = Table(rows=[Cells(2, GOOD), Cells(3, {"number": NUMBER, "opted_out": "yes"})])

    people, again = people_in(table, frame(Kind.IMPORT))

    assert [(person.row, person.deed) for person in people] == [(3, Deed.STOP)]
    assert again == [(2, 3)]


def test_person_comes_back_from_her_words() -> None:
    (person,), _ = read({**GOOD, "quit_date": "2026-12-05", "test": "yes"}, kind=Kind.IMPORT)

    assert person_of(person.as_words()) == person
    assert NUMBER not in repr(person)


@given(
    st.sampled_from(list(Kind)).flatmap(
        lambda kind: st.tuples(
            st.just(kind), st.dictionaries(st.sampled_from(COLUMNS[kind]), st.text(min_size=1))
        )
    )
)
def test_whatever_stands_there_is_read_or_told(given_row: tuple[Kind, dict[str, str]]) -> None:
    kind, row = given_row

    people, table = read(row, kind=kind)

    assert bool(people) is not bool(table.problems)
    for person in people:
        assert person.deed in (Deed.ASK, Deed.STOP) or person.reference
