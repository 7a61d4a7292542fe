"""Files from strangers: what is read of them, and what is refused in a sentence."""

from datetime import date

import pytest

from enrolment.people_rows import COLUMNS, Kind
from enrolment.people_table import LARGEST_FILE, MOST_ROWS, PeopleFileRefused, Table, read_table
from tests.enrolment.people_lists import csv_of, xlsx_of

COLUMNS_HERE = COLUMNS[Kind.ENROL]


def read(content: bytes) -> Table:
    return read_table(content, COLUMNS_HERE)


@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_csv_of_any_spreadsheet_is_read(comma: str) -> None:
    text = f"\ufeffNumber{comma}First Name\r\n+447700900001{comma}Åse\r\n{comma}\r\n"

    table = read(text.encode())

    assert [(cells.row, dict(cells.values)) for cells in table.rows] == [
        (2, {"number": "+447700900001", "first_name": "Åse"})
    ]
    assert table.problems == []


def test_workbook_is_read_with_its_numbers_and_days() -> None:
    content = xlsx_of(
        [[447700900001, "Amina", "paper", date(2026, 11, 2), True]],
        ("number", "first name", "consent", "said on", "test"),
    )

    (cells,) = read(content).rows

    assert dict(cells.values) == {
        "number": "447700900001",
        "first_name": "Amina",
        "consent": "paper",
        "said_on": "2026-11-02",
        "test": "yes",
    }


@pytest.mark.parametrize("value", ["=HYPERLINK(1)", "@SUM(1)", "+1+1", "-1", "=cmd|' /C calc'!A0"])
def test_cell_that_a_spreadsheet_would_run_is_a_problem(value: str) -> None:
    table = read(csv_of([["+447700900001", "Amina", "ask", "", value]]))

    (problem,) = table.problems
    assert (problem.line, problem.column) == (2, "reference")
    assert "would run as a formula" in problem.reason
    assert problem.value == ""


def test_formula_in_a_workbook_is_never_run() -> None:
    table = read(xlsx_of([["=1+1", "Amina"]]))

    assert [(each.column, each.reason) for each in table.problems] == [
        ("number", "a formula is never run here; paste its value in its place")
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"number\n", "There is nobody in the list"),
        (b"name,phone\nAmina,1\n", "No column is headed"),
        (b"number\n\xff\xfe\n", "not UTF-8 text"),
        (b"PK nothing", "not an .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0 old", "has a password, or is an old .xls"),
        (b"num\0ber", "neither a CSV file nor"),
        (b'number\n"' + b"x" * 200_000, "a quotation mark in it is never closed"),
        (b"n" * (LARGEST_FILE + 1), "larger than 5 MB. Split the list"),
    ],
)
def test_file_that_is_none_says_why(content: bytes, said: str) -> None:
    with pytest.raises(PeopleFileRefused, match=said.replace(".", r"\.")):
        read(content)


def test_too_many_people_are_refused_before_the_end() -> None:
    content = b"number\n" + b"+447700900001\n" * (MOST_ROWS + 1)

    with pytest.raises(PeopleFileRefused, match="more than 10,000 people"):
        read(content)


def test_unknown_and_doubled_columns_are_told_and_notes_are_not_read() -> None:
    table = read(csv_of([["+447700900001", "", "", ""]], ("number", "age", "test", "Test")))
    noted = read(csv_of([["+447700900001", "likes tea"]], ("number", "(note)")))

    assert [each.column for each in table.problems] == ["age", "test"]
    assert noted.problems == []
    assert dict(noted.rows[0].values) == {"number": "+447700900001"}


def test_no_value_of_a_cell_is_repeated() -> None:
    table = read(csv_of([["+447700900001", "x" * 400, "=1"]]))

    assert "x" * 5 not in str(table.problems)
    assert "900001" not in str(table.problems)
