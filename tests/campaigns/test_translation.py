"""What goes to a translator and comes back: one language, as a spreadsheet or a PO file."""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from campaigns.content_files import ContentFile, read_content
from campaigns.diff import diff
from campaigns.pack import PackRefused
from campaigns.pack_marks import Node, Problems
from campaigns.translation import DEFAULT, Translation, entries, translated
from campaigns.translation_po import read_po_file, write_po_file
from campaigns.translation_sheet import write_translation
from campaigns.workbook_counting import left_formula
from campaigns.workbook_safety import WorkbookRefused
from tests.workbooks import bytes_of, opened, row_of, starter

PACK = starter()
#: A text one may write without making it longer than one segment.
words = st.text(st.sampled_from("abcæøå =+-@\"'\\%{}#"), max_size=40).map(str.strip)


def filled(language: str, said: dict[str, str], notes: dict[str, str] | None = None) -> bytes:
    """The translator's workbook with these translations written in."""
    book = opened(write_translation(PACK, language))
    sheet = book["Translation"]
    for key, text in said.items():
        sheet.cell(row_of(sheet, key), 4).value = text
    for key, note in (notes or {}).items():
        sheet.cell(row_of(sheet, key), 7).value = note
    return bytes_of(book)


def into_nynorsk() -> dict[str, str]:
    """All of it, as if Nynorsk were written as Bokmål is."""
    return {entry.key: entry.said for entry in entries(PACK, "nb")}


@pytest.mark.parametrize("write", [write_translation, write_po_file])
def test_untouched_file_changes_nothing(write: object) -> None:
    assert callable(write)
    assert read_content(write(PACK, "nb"), PACK) == ContentFile(PACK, "nb")


def test_sheet_shows_where_a_text_stands_and_what_is_left() -> None:
    sheet = opened(write_translation(PACK, "nb"))["Translation"]
    heads = [cell.value for cell in sheet[1]]
    row = dict(zip(heads, [cell.value for cell in sheet[row_of(sheet, "welcome.1")]], strict=True))

    assert heads == ["key", "(where)", "en", "nb", "(segments)", "(left)", "notes"]
    assert row["(where)"] == "Welcome, 5 minutes after"
    assert row["(segments)"] == 1
    cell = f"$D{row_of(sheet, 'welcome.1')}"
    assert row["(left)"] == left_formula(cell)


def test_translation_changes_its_language_only() -> None:
    file = read_content(filled("nb", {"welcome.1": "Hei og velkommen."}), PACK)

    assert [change.sentence for change in diff(PACK, file.pack)] == [
        f'welcome.1 is reworded (nb): "{PACK.texts["nb"]["welcome.1"]}" becomes "Hei og velkommen."'
    ]


def test_source_that_a_translator_changed_is_not_taken_over() -> None:
    book = opened(filled("nb", {}))
    sheet = book["Translation"]
    sheet.cell(row_of(sheet, "welcome.1"), 3).value = "Something else"

    file = read_content(bytes_of(book), PACK)

    assert file.pack == PACK
    assert file.notes == {"welcome.1": "translated from an older wording of its source"}


def test_new_language_is_added_with_its_defaults() -> None:
    file = read_content(filled("nn", into_nynorsk()), PACK)

    assert file.pack.languages == ("en", "nb", "nn")
    assert file.pack.texts["nn"] == PACK.texts["nb"]
    assert file.pack.defaults["nn"] == {"first_name": "du"}


def test_half_a_new_language_names_each_text_that_is_missing() -> None:
    said = into_nynorsk()
    del said["welcome.1"]

    with pytest.raises(PackRefused) as refused:
        read_content(filled("nn", said), PACK)

    (problem,) = refused.value.problems
    assert (problem.file, problem.column) == ("Translation", "nn")
    assert problem.reason == "text welcome.1 is missing"
    assert problem.line > 1


def test_text_too_long_is_said_where_it_stands() -> None:
    with pytest.raises(PackRefused) as refused:
        read_content(filled("nb", {"welcome.1": "a" * 161}), PACK)

    (problem,) = refused.value.problems
    assert (problem.file, problem.column) == ("Translation", "nb")
    assert "2 segments" in problem.reason


def test_note_of_a_translator_is_read_with_it() -> None:
    content = filled("nb", {"welcome.1": "Velkommen."}, {"welcome.1": "Is it du or De?"})

    assert read_content(content, PACK).notes == {"welcome.1": "Is it du or De?"}


def test_unknown_key_is_named_with_what_was_meant() -> None:
    book = opened(filled("nb", {}))
    sheet = book["Translation"]
    sheet.cell(row_of(sheet, "welcome.1"), 1).value = "welcome.2"

    with pytest.raises(PackRefused) as refused:
        read_content(bytes_of(book), PACK)

    assert "did you mean 'welcome.1'?" in refused.value.problems[0].reason


def test_fuzzy_message_is_told_and_not_taken_over() -> None:
    content = write_po_file(PACK, "nb").replace(
        b'msgctxt "welcome.1"', b'#, fuzzy\nmsgctxt "welcome.1"'
    )

    file = read_content(content, PACK)

    assert file.pack == PACK
    assert file.notes == {"welcome.1": "marked fuzzy, and so not taken over"}


def test_message_without_its_key_is_a_problem() -> None:
    content = write_po_file(PACK, "nb").replace(b'msgctxt "welcome.1"\n', b"")

    with pytest.raises(PackRefused) as refused:
        read_content(content, PACK)

    assert "has no msgctxt" in refused.value.problems[0].reason


def test_default_language_has_no_translator() -> None:
    content = write_po_file(PACK, "nb").replace(b"Language: nb", b"Language: en")

    with pytest.raises(WorkbookRefused, match="translated from"):
        read_content(content, PACK)


def test_translation_of_nothing_is_refused() -> None:
    with pytest.raises(WorkbookRefused, match="no version to translate"):
        read_content(write_translation(PACK, "nb"), None)


@settings(max_examples=settings().max_examples // 4, phases=(Phase.explicit, Phase.generate))
@given(st.dictionaries(st.sampled_from(sorted(PACK.texts["en"])), words, max_size=5))
def test_po_file_gives_back_every_word(said: dict[str, str]) -> None:
    problems = Problems()
    texts = {**PACK.texts, "nb": {**PACK.texts["nb"], **said}}
    pack = type(PACK)(**{
        name: texts if name == "texts" else getattr(PACK, name) for name in PACK.__slots__
    })  # fmt: skip

    read = read_po_file(write_po_file(pack, "nb"), problems)

    assert problems.found == []
    given_back = {key: node.value or "" for key, node in read.said.items()}
    assert given_back == {
        **texts["nb"],
        **{DEFAULT + name: value for name, value in PACK.defaults["nb"].items()},
    }
    assert read.language == "nb"


def test_empty_cell_leaves_what_stands_there() -> None:
    problems = Problems()
    empty = Translation("nb", {"welcome.1": Node("Translation", 2, None, "nb")})

    assert translated(PACK, empty, problems) == PACK
    assert problems.found == []
