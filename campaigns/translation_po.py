"""A translator's PO file, for those who work with gettext's tools. Pure.

The key is the context of each message, the source its id: two texts with the same words stay two.
"""

import io

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from campaigns.pack_marks import Node, Problems
from campaigns.pack_values import Pack
from campaigns.translation import Translation, entries
from campaigns.workbook_safety import WorkbookRefused
from trust.telling import tell

LARGEST_PO = 5_000_000
_MOST_MESSAGES = 20_000


def write_po_file(pack: Pack, language: str) -> bytes:
    """`language`: any but the default, also one the pack does not have yet."""
    catalog = Catalog(
        locale=language.replace("-", "_"),
        project=pack.name,
        version="",
        charset="utf-8",
        fuzzy=False,
        header_comment=f"# {pack.name}",
    )
    for entry in entries(pack, language):
        catalog.add(
            entry.source,
            entry.said,
            context=entry.key,
            auto_comments=[entry.where] if entry.where else [],
        )
    found = io.BytesIO()
    write_po(found, catalog, width=0, omit_header=False, include_lineno=False)
    return found.getvalue()


def read_po_file(content: bytes, problems: Problems) -> Translation:
    """Raises WorkbookRefused where it is no PO file. A message marked fuzzy is not taken over."""
    if len(content) > LARGEST_PO:
        raise WorkbookRefused(
            tell("The file is larger than %(value)s MB.", value=LARGEST_PO // 1_000_000)
        )
    try:
        catalog = read_po(io.BytesIO(content), abort_invalid=True, charset="utf-8")
    except (PoFileError, UnicodeDecodeError, ValueError, LookupError, IndexError) as error:
        raise WorkbookRefused(
            tell("This is no PO file that can be read. Save it as UTF-8.")
        ) from error
    messages = [message for message in catalog if message.id]
    if not messages or len(messages) > _MOST_MESSAGES:
        raise WorkbookRefused(tell("The PO file holds no messages, or far too many."))
    language = (catalog.locale_identifier or "").replace("_", "-")
    if not language:
        raise WorkbookRefused(
            tell("The PO file doesn't say its language. Put the Language header back.")
        )
    said: dict[str, Node] = {}
    sources: dict[str, str] = {}
    notes: dict[str, str] = {}
    for message in messages:
        key = message.context or ""
        where = Node("PO", message.lineno or 0, None, key or "-")
        if not key or not isinstance(message.id, str):
            problems.add(
                where, tell("the message has no msgctxt, which is its text's key; put it back")
            )
            continue
        words = str(message.string or "").strip()
        if message.fuzzy:
            notes[key] = tell("marked fuzzy, and so not taken over")
            words = ""
        said[key] = Node("PO", message.lineno or 0, words or None, key)
        sources[key] = message.id
        if message.user_comments:
            notes[key] = " ".join(message.user_comments)
    return Translation(language, said, sources, notes)
