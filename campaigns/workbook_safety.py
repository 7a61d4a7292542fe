"""Whether a file may be unpacked at all. Pure.

A workbook comes by email from strangers. So before anything in it is read its parts are counted,
and a file with programs in it, links to other files, a password, or more inside than it shows is
refused in a sentence.
"""

import io
import zipfile
import zlib

from trust.telling import tell

#: Bytes. A curriculum of two thousand texts in four languages is a tenth of it.
LARGEST_FILE = 10_000_000
_LARGEST_UNPACKED = 60_000_000
#: Times its size in the file. Spreadsheets repeat themselves: a sheet of texts reaches 20.
_LARGEST_RATIO = 150
_SMALL_PART = 1_000_000
_MOST_PARTS = 500
_LONGEST_LIST = 1_000_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"

DAMAGED = tell(
    "The file is damaged and can't be opened. Open it in your spreadsheet program and save it anew."
)


class WorkbookRefused(Exception):
    """The file is not one to be read; says why in a sentence for whoever sent it."""


def inspect(content: bytes) -> None:
    """Raises WorkbookRefused."""
    if len(content) > LARGEST_FILE:
        raise WorkbookRefused(
            tell("The file is larger than %(value)s MB.", value=LARGEST_FILE // 1_000_000)
        )
    if content.startswith(_OLD_OFFICE):
        raise WorkbookRefused(
            tell("The file has a password, or is an old .xls. Save it as .xlsx without a password.")
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            infos = parts.infolist()
            _weigh(infos)
            _look_at_names([info.filename.lower() for info in infos])
            with parts.open("[Content_Types].xml") as types:
                listed = types.read(_LONGEST_LIST).lower()
    except KeyError as error:
        raise WorkbookRefused(tell("This is not an .xlsx workbook.")) from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError, EOFError,
            zlib.error) as error:  # fmt: skip
        raise WorkbookRefused(tell("This is not an .xlsx workbook, or it is damaged.")) from error
    if b"macroenabled" in listed or b"vbaproject" in listed:
        raise WorkbookRefused(_MACROS)


_MACROS = tell("The file holds macros, or is an .xlsm. Save it as .xlsx, without macros.")
_LINKS = (
    "externallinks/", "embeddings/", "activex/", "connections.xml", "querytables/", "customdata/",
)  # fmt: skip


def _weigh(infos: list[zipfile.ZipInfo]) -> None:
    """By what the parts say of themselves: no more than that is ever unpacked of them."""
    swollen = [
        info
        for info in infos
        if info.file_size > _SMALL_PART and info.file_size > _LARGEST_RATIO * info.compress_size
    ]
    total = sum(info.file_size for info in infos)
    if swollen or total > _LARGEST_UNPACKED or len(infos) > _MOST_PARTS:
        raise WorkbookRefused(
            tell(
                "Unpacked, the file is far larger than a workbook of texts can be. Copy the texts "
                "into a newly downloaded workbook."
            )
        )


def _look_at_names(names: list[str]) -> None:
    if any("vbaproject" in name or "macrosheets" in name for name in names):
        raise WorkbookRefused(_MACROS)
    if any(link in name for name in names for link in _LINKS):
        raise WorkbookRefused(
            tell(
                "The file is linked to other files or holds some. Take the links out, or copy the "
                "texts into a newly downloaded workbook."
            )
        )
