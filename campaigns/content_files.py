"""Whatever file a manager or a translator sends, read as the pack it would make. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from campaigns.pack import PackRefused
from campaigns.pack_marks import Problem, Problems
from campaigns.pack_values import Pack
from campaigns.translation import Translation, overtaken, translated
from campaigns.translation_po import LARGEST_PO, read_po_file
from campaigns.translation_sheet import translation_in
from campaigns.workbook import pack_in
from campaigns.workbook_file import Told, read_book, unheard
from campaigns.workbook_safety import WorkbookRefused, inspect
from campaigns.workbook_sheets import TRANSLATION
from trust.telling import tell

_ZIP, _OLD_OFFICE = b"PK", b"\xd0\xcf\x11\xe0"
_NEEDS_A_VERSION = tell(
    "There is no version to translate yet. Upload the campaign's own workbook first."
)


@dataclass(frozen=True, slots=True)
class ContentFile:
    """`language`: of a translator's file, which changes that language only. `notes`: what is to be
    read before it is taken over, by key."""

    pack: Pack
    language: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)


def read_content(content: bytes, base: Pack | None, told: Told = unheard) -> ContentFile:
    """A workbook is the whole campaign; a translation changes `base`, the version it is compared
    with. Raises WorkbookRefused and PackRefused."""
    unread = Problems()
    if not _is_workbook(content):
        return _translated(read_po_file(content, unread), base, unread)
    book = read_book(content, unread, told)
    if TRANSLATION.name in book.rows:
        return _translated(translation_in(book, unread), base, unread)
    return ContentFile(pack_in(book, unread))


def refuse_at_once(content: bytes) -> None:
    """Raises WorkbookRefused for a file that is not to be kept, let alone opened."""
    if not content:
        raise WorkbookRefused(tell("The file is empty."))
    if _is_workbook(content):
        inspect(content)
    elif len(content) > LARGEST_PO:
        raise WorkbookRefused(
            tell("The file is larger than %(value)s MB.", value=LARGEST_PO // 1_000_000)
        )
    elif b"msgid" not in content:
        raise WorkbookRefused(
            tell(
                "This is neither an .xlsx workbook nor a PO file, or it is damaged. Save it anew "
                "as .xlsx in your spreadsheet, and send that."
            )
        )


def _is_workbook(content: bytes) -> bool:
    return content.startswith((_ZIP, _OLD_OFFICE))


def _translated(translation: Translation, base: Pack | None, problems: Problems) -> ContentFile:
    if base is None:
        raise WorkbookRefused(_NEEDS_A_VERSION)
    if translation.language == base.default_language:
        raise WorkbookRefused(
            tell(
                "%(language)s is the language that is translated from. Change its texts "
                "in the campaign's own workbook.",
                language=translation.language,
            )
        )
    pack = translated(base, translation, problems)
    if problems.found:
        raise PackRefused(tuple(sorted({_placed(each, translation) for each in problems.found})))
    notes = dict(translation.notes)
    for key in overtaken(base, translation):
        older = tell("translated from an older wording of its source")
        notes[key] = f"{older}; {notes[key]}" if key in notes else older
    return ContentFile(pack, translation.language, notes)


def _placed(problem: Problem, translation: Translation) -> Problem:
    """A text that the file has no line for."""
    if not problem.file.startswith("texts."):
        return problem
    return replace(problem, file=TRANSLATION.name, line=1, column=translation.language)
