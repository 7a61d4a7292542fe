"""Files that nobody should open: each is refused in a sentence."""

import io
import zipfile

import pytest

from campaigns import workbook_file, workbook_safety
from campaigns.content_files import read_content, refuse_at_once
from campaigns.workbook import read_workbook
from campaigns.workbook_safety import WorkbookRefused
from tests.workbooks import opened, with_part, workbook


def refusal(content: bytes) -> str:
    try:
        refuse_at_once(content)
        read_content(content, None)
    except WorkbookRefused as refused:
        return str(refused)
    raise AssertionError("it was taken")


def zipped(**parts: bytes) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return found.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"hello", "neither an .xlsx workbook nor a PO file"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "has a password, or is an old .xls"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (zipped(readme=b"no workbook"), "not an .xlsx workbook"),
        (b"x" * 10_000_001, "larger than"),
        (b"PK" + b"x" * 10_000_001, "larger than 10 MB"),
        (b'msgid "x"\nmsgstr "unended', "doesn't say its language"),
        (b'msgid "x"\nmsgstr \xff\xfe', "no PO file"),
    ],
)
def test_file_of_another_sort_is_refused(content: bytes, said: str) -> None:
    assert said in refusal(content)


def test_half_a_workbook_is_refused() -> None:
    whole = workbook()

    assert "damaged" in refusal(whole[: len(whole) // 2])


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/styles.xml"])
def test_workbook_with_a_broken_part_is_refused(part: str) -> None:
    assert "damaged" in refusal(with_part(workbook(), part, b"<broken"))


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/externalLinks/externalLink1.xml", "linked to other files"),
        ("xl/embeddings/oleObject1.bin", "linked to other files"),
        ("xl/connections.xml", "linked to other files"),
    ],
)
def test_macros_and_links_are_refused(part: str, said: str) -> None:
    assert said in refusal(with_part(workbook(), part, b"x"))


def test_workbook_that_says_it_has_macros_is_refused() -> None:
    types = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override'
        b' PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled'
        b'.main+xml"/></Types>'
    )

    assert "macros" in refusal(with_part(workbook(), "[Content_Types].xml", types))


def test_part_that_swells_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(workbook(), "xl/media/image1.png", bytes(50_000_000))

    assert len(bomb) < 200_000
    assert "far larger" in refusal(bomb)


def test_many_parts_are_refused() -> None:
    assert "far larger" in refusal(zipped(**{f"part{number}": b"" for number in range(600)}))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet4.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_entities_are_not_unfolded(part: str) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    whole = zipfile.ZipFile(io.BytesIO(workbook())).read(part)
    head = whole.index(b"?>") + 2 if whole.startswith(b"<?xml") else 0

    assert "damaged" in refusal(with_part(workbook(), part, whole[:head] + laughs + whole[head:]))


def test_workbook_of_something_else_is_refused() -> None:
    book = opened(workbook())
    for sheet in book.worksheets[1:]:
        book.remove(sheet)
    book.worksheets[0].title = "Budget"
    found = io.BytesIO()
    book.save(found)

    assert "no workbook of a campaign" in refusal(found.getvalue())


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_file, "_MOST_ROWS", 10)

    with pytest.raises(WorkbookRefused, match="more than 10 rows"):
        read_workbook(workbook())


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_file, "_MOST_CELLS", 50)

    with pytest.raises(WorkbookRefused, match="more than 50 filled cells"):
        read_workbook(workbook())


def test_limits_leave_room_for_a_large_campaign() -> None:
    assert 20 * len(workbook()) <= workbook_safety.LARGEST_FILE
