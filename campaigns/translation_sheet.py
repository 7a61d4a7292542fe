"""A translator's workbook: source and translation side by side, with room for notes. Pure."""

from typing import Any

from openpyxl import Workbook

from campaigns.pack_marks import Node, Problems
from campaigns.pack_values import Pack
from campaigns.translation import Translation, entries
from campaigns.wording import worst_case
from campaigns.workbook_cells import Book
from campaigns.workbook_counting import COUNTING, write_counting
from campaigns.workbook_guide import write_guide
from campaigns.workbook_sheets import TRANSLATION
from campaigns.workbook_style import Page
from campaigns.workbook_writing import saved
from trust.telling import tell

_GUIDE = (
    "# Texts to translate",
    "The sheet Translation holds each text, and beside it the language you write.",
    "# How to translate",
    "Say it as you would to a friend, kindly and in plain words. A text is read on a telephone.",
    "Placeholders such as {{ first_name }} stay exactly as they are; a name is put in their place.",
    "Stay within one text message: yellow is missing, red is too long; (left) counts as you type.",
    "Lines of default ... stand in for what isn't known, such as a name: friend.",
    "Notes are read by whoever takes the translation over.",
    "# What happens with it",
    "It is checked, and what it would change is read, before anything changes.",
    "It changes your language's texts only.",
)
_NOTE = 40


def write_translation(pack: Pack, language: str) -> bytes:
    """`language`: any but the default, also one the pack does not have yet."""
    workbook = Workbook()
    guide: Any = workbook.active
    write_guide(guide, _GUIDE)
    source = pack.default_language
    heads = ["key", "(where)", source, language, "(segments)", "(left)", "notes"]
    page = Page(
        workbook.create_sheet(TRANSLATION.name),
        heads,
        locked=["key", source],
        asides=["(where)", "(segments)", "(left)"],
    )
    page.head([26, 30, 60, 60, 12, 10, _NOTE], "C2", TRANSLATION.note)
    page.note(5, "how many text messages it was when it was downloaded")
    page.note(6, "signs left of one text message, as you type; below 0: it is too long")
    page.note(7, TRANSLATION.columns[-1].note)
    found = entries(pack, language)
    for number, entry in enumerate(found, start=2):
        said = entry.said or None
        segments = worst_case(entry.said).segments if entry.said else None
        row = (entry.key, entry.where, entry.source, said, segments)
        for place, value in enumerate(row, start=1):
            page.put(number, place, value)
    page.count("(left)", language, len(found) + 1)
    page.missing(4, len(found) + 1, when="LEN($A2)>0")
    page.too_long(4, len(found) + 1, 6)
    write_counting(workbook.create_sheet(COUNTING), list(pack.variables))
    return saved(workbook)


def translation_in(book: Book, problems: Problems) -> Translation:
    """Of a workbook with that sheet."""
    top = Node(TRANSLATION.name, 1, None, "-")
    source, language, *others = (*book.languages, "", "")
    if not language or any(others):
        problems.add(
            top,
            tell(
                "it needs two columns of texts, each with a language's code as its heading: the "
                "one translated from, then the one translated into"
            ),
        )
    said: dict[str, Node] = {}
    sources, notes = {}, {}
    for row in book.rows[TRANSLATION.name]:
        key = row.text("key")
        if not key:
            problems.add(row.cells["key"], tell("key is missing; each text has one"))
        elif key in said:
            problems.add(row.cells["key"], tell("stands here twice; keep one"))
        elif language in row.cells:
            said[key] = row.cells[language]
            sources[key] = row.text(source)
            notes[key] = row.text("notes")
    return Translation(language, said, sources, {key: note for key, note in notes.items() if note})
