"""The workbook as a manager sees it: what it shows, and what is said of each mistake."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from campaigns import workbook_file
from campaigns.pack import PackRefused, read_pack
from campaigns.pack_marks import Problem
from campaigns.workbook import read_workbook
from campaigns.workbook_columns import Kind
from campaigns.workbook_counting import COUNTING, left_formula
from campaigns.workbook_sheets import GUIDE, SHEETS
from campaigns.workbook_style import LONGEST_LIST
from campaigns.workbook_writing import write_workbook
from tests import workbook_guide
from tests.workbooks import STARTER, bytes_of, changed, opened, row_of, starter, workbook


def problems(content: bytes) -> list[Problem]:
    with pytest.raises(PackRefused) as refused:
        read_workbook(content)
    return list(refused.value.problems)


@pytest.mark.parametrize("folder", ["starter", "mcessation"])
def test_shipped_pack_comes_back_from_its_workbook(folder: str) -> None:
    pack = read_pack(STARTER.parent / folder)

    assert read_workbook(write_workbook(pack)) == pack


def test_progress_is_told_up_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_file, "_OFTEN", 1)
    told: list[tuple[int, int]] = []

    read_workbook(workbook(), lambda done, total: told.append((done, total)))

    assert told == sorted(told)
    assert {total for _, total in told} == {told[0][1]}
    assert told[0][0] == 1
    assert told[-1][1] - len(SHEETS) <= told[-1][0] <= told[-1][1]


def test_first_sheet_explains_and_every_other_helps() -> None:
    book = opened(workbook())

    assert book.sheetnames == [GUIDE, *(sheet.name for sheet in SHEETS), COUNTING]
    for sheet in SHEETS:
        page = book[sheet.name]
        assert page.freeze_panes in ("A2", "B2")
        assert page.protection.sheet
        assert page["A1"].comment is not None
        lists = [
            column for column in sheet.columns if column.choices and column.kind is not Kind.WORDS
        ]
        assert page.data_validations.count >= len(lists)


def test_signs_left_are_counted_beside_each_language_also_in_rows_to_come() -> None:
    texts = opened(workbook())["Texts"]
    heads = [cell.value for cell in texts[1]]
    last = texts.max_row

    assert heads == ["key", "en", "nb", "(left en)", "(left nb)"]
    assert texts["D2"].value == left_formula("$B2")
    assert texts["E2"].value == left_formula("$C2")
    assert texts["A300"].value is None
    assert texts[f"D{last}"].value == left_formula(f"$B{last}")


def test_formulas_stand_only_where_nothing_is_read() -> None:
    book = opened(workbook())

    for sheet in SHEETS:
        for column in book[sheet.name].iter_cols():
            if not str(column[0].value).startswith("("):
                assert "f" not in {cell.data_type for cell in column}, column[0].value
    assert {cell.data_type for cell in book[COUNTING]["B"][1:10]} == {"f"}
    assert book[COUNTING].sheet_state == "hidden"


def test_whatever_was_done_to_the_counting_changes_nothing() -> None:
    spoilt = {(COUNTING, "A2"): "=1/0", (COUNTING, "B3"): "x", ("Texts", "D2"): "=NOW()"}

    assert read_workbook(workbook(spoilt)) == starter()


def test_truth_value_is_a_word_and_read_as_libreoffice_saves_it() -> None:
    pack = read_pack(STARTER.parent / "mdiabetes")
    content = write_workbook(pack)
    bands = opened(content)["Bands"]
    alarm = next(cell for cell in bands[1] if cell.value == "alarm").column_letter
    cell = next(cell for cell in bands[alarm] if cell.value == "TRUE")

    assert read_workbook(changed(content, {("Bands", cell.coordinate): "=TRUE()"})) == pack


def test_row_is_as_high_as_its_longest_text_and_may_grow() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook())) as parts:
        texts = parts.read(f"xl/worksheets/sheet{len(SHEETS) + 1}.xml").decode()

    assert '<row r="2" ht="30">' in texts
    assert 'customHeight="1"' not in texts


def test_every_font_has_a_name() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook())) as parts:
        styles = parts.read("xl/styles.xml").decode()

    fonts = re.findall("<font>.*?</font>", styles)
    assert fonts
    assert [font for font in fonts if "<name " not in font] == []


def test_key_that_exists_is_locked_and_its_words_are_not() -> None:
    texts = opened(workbook())["Texts"]

    assert texts["A2"].protection.locked
    assert not texts["B2"].protection.locked
    assert not texts.column_dimensions["A"].protection.locked


def test_missing_translation_and_long_text_are_coloured() -> None:
    texts = opened(workbook())["Texts"]

    rules = {
        str(place.sqref): {rule.formula[0] for rule in rules}
        for place, rules in texts.conditional_formatting._cf_rules.items()
    }
    of_norwegian = next(found for cells, found in rules.items() if cells.startswith("C2:C"))

    assert of_norwegian == {"AND(LEN($C2)=0,LEN($A2)>0)", "AND(LEN($E2)>0,$E2<0)"}


def test_closed_lists_fit_what_a_spreadsheet_takes() -> None:
    for sheet in SHEETS:
        for column in sheet.columns:
            assert len(",".join(column.choices)) <= LONGEST_LIST, column.name


@pytest.mark.parametrize("text", ["=1+1", "+4477", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_text_that_begins_like_a_formula_is_written_as_text(text: str) -> None:
    pack = starter()
    texts = {**pack.texts, "en": {**pack.texts["en"], "welcome.1": text}}
    content = write_workbook(_with(texts=texts))

    sheet = opened(content)["Texts"]
    cell = sheet.cell(row_of(sheet, "welcome.1"), 2)

    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    assert cell.quotePrefix
    assert read_workbook(content).texts["en"]["welcome.1"] == text


def test_formula_is_no_text() -> None:
    found = problems(workbook({("Texts", "B2"): '=HYPERLINK("http://example.org")'}))

    assert [(each.file, each.line, each.column) for each in found][:1] == [("Texts", 2, "en")]
    assert "paste its value" in str(found[0])


def test_every_mistake_is_named_at_once_with_its_place() -> None:
    book = opened(workbook())
    sheet = book["Texts"]
    missing = row_of(sheet, "system.help")
    sheet.cell(missing, 3).value = None
    book["Steps"]["D2"] = "mornin"
    book["Steps"]["C2"] = "soon"
    book["Stages"]["D2"] = "cor"

    found = {(each.file, each.line, each.column, each.value) for each in problems(bytes_of(book))}

    assert ("Stages", 2, "track", "cor") in found
    assert ("Steps", 2, "day", "soon") in found
    assert ("Texts", missing, "nb", "") in found


def test_missing_translation_is_named_in_its_cell() -> None:
    book = opened(workbook())
    sheet = book["Texts"]
    number = row_of(sheet, "system.help")
    sheet.cell(number, 3).value = None

    assert problems(bytes_of(book)) == [
        Problem("Texts", number, "text system.help is missing", "nb", "")
    ]


@pytest.mark.parametrize(
    ("sheet", "cell", "column", "value"),
    [
        ("Steps", "D4", "slot", "mornin"),
        ("Steps", "F4", "question", "walkt"),
        ("Steps", "Q4", "tags", "2.3, 99.1"),
        ("Variants", "C2", "when", "answer.walk = true"),
        ("Outcomes", "E3", "stage", "easy"),
        ("Outcomes", "F2", "next", "walkt"),
        ("Stages", "C3", "anchor", "enrollment"),
        ("Keywords", "B11", "bank", "tips"),
        ("Keywords", "G11", "en", "STOPP"),
    ],
)
def test_value_that_fits_nowhere_is_named_in_its_cell(
    sheet: str, cell: str, column: str, value: str
) -> None:
    content = changed(workbook_guide.example(), {(sheet, cell): value})

    found = {(each.file, each.line, each.column, each.value) for each in problems(content)}

    assert (sheet, int(cell[1:]), column, value) in found


def test_text_without_a_row_is_named_with_what_to_do() -> None:
    book = opened(workbook())
    book["Texts"].delete_rows(row_of(book["Texts"], "system.help"))

    assert problems(bytes_of(book)) == [
        Problem("Texts", 1, "text system.help is missing; write it in a new row", language, "")
        for language in ("en", "nb")
    ]


def test_reasons_speak_of_sheets_and_not_of_files() -> None:
    book = opened(workbook())
    book["Keywords"]["A2"] = "less"

    said = [problem.reason for problem in problems(bytes_of(book))]

    assert said
    assert not [reason for reason in said if ".yaml" in reason]


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (lambda book: book.remove(book["Steps"]), ("Steps", 1), "the sheet is missing"),
        (
            lambda book: setattr(book["Steps"], "title", "Step"),
            ("Step", 1),
            "no sheet has this name; did you mean 'Steps'?",
        ),
        (
            lambda book: book["Steps"].__setitem__("D1", "slott"),
            ("Steps", 1),
            "no column has this name; did you mean 'slot'?",
        ),
        (
            lambda book: book["Texts"].__setitem__("C1", "en"),
            ("Texts", 1),
            "the column is there twice",
        ),
        (
            lambda book: book["Texts"].__setitem__("C1", "nn"),
            ("Texts", 1),
            "there is no column nb",
        ),
        (
            lambda book: book["Texts"].__setitem__("F1", "nn"),
            ("Texts", 1),
            "nn is not among the languages on the sheet Campaign",
        ),
        (
            lambda book: book["Campaign"].__setitem__("A3", "nam"),
            ("Campaign", 3),
            "no setting has this name; did you mean 'name'?",
        ),
        (
            lambda book: book["Steps"].__setitem__("A2", "welcom"),
            ("Steps", 2),
            "must be one of the sheet Stages; did you mean 'welcome'?",
        ),
        (
            lambda book: book["Slots"].__setitem__("B2", "9 am"),
            ("Slots", 2),
            'must be a time such as "08:30"',
        ),
    ],
)  # fmt: skip
def test_wrong_shape_is_said_in_words(
    change: Callable[[Any], object], place: tuple[str, int], said: str
) -> None:
    book = opened(workbook())
    change(book)

    found = problems(bytes_of(book))

    assert [each for each in found if (each.file, each.line) == place and said in each.reason], (
        found
    )


def test_notes_in_brackets_are_kept_out() -> None:
    book = opened(workbook())
    book["Texts"]["Z1"], book["Texts"]["Z2"] = "(mine)", "=NOW()"
    book.create_sheet("(scratch)")["A1"] = "=1+1"

    assert read_workbook(bytes_of(book)) == starter()


def _with(**sides: Any) -> Any:
    pack = starter()
    return type(pack)(**{name: sides.get(name, getattr(pack, name)) for name in pack.__slots__})
