"""The first sheet of every workbook: what it is, and how to fill it in. Pure."""

from typing import Any

from openpyxl.styles import Alignment, Font, PatternFill

from campaigns.workbook_sheets import GUIDE
from campaigns.workbook_style import FONT

_LINES = (
    "# A campaign in a spreadsheet",
    "Each sheet holds one sort of thing; one row is one of them. Point at a heading to read what",
    "belongs below it. The whole story is in docs/workbook.md.",
    "# What goes where",
    "Campaign: its name, languages, allowed hours. Slots: the stretches of the day.",
    "Stages and Steps: what comes when. Variants: other words for some people.",
    "Questions, Choices, Outcomes: what is asked, and what each answer sets off.",
    "Banks, Bank texts, Keywords: what people can text, and the tips that answer.",
    "Texts: every wording under its key, each language beside the other.",
    "# How to fill it in",
    "Write new rows below the last one. The order of rows is the order of the campaign.",
    "Several words in one cell have commas between them.",
    "Keys that exist are locked: a text with another key is another text. To delete a row or",
    "rename a key, choose Unprotect sheet; there is no password.",
    "Write values, not formulas. A formula is never run here, and a file with one is not taken.",
    "Columns and sheets whose name stands in brackets are not read. Keep notes there.",
    "# Colours",
    "Yellow: something is missing, such as a translation.",
    "Red: longer than one text message once every placeholder has its longest value. The figures",
    "under (left ...) count the signs left while you type; the check counts anew.",
    "# What happens when you upload it",
    "First it is only checked. Everything wrong is listed with its sheet, row and column.",
    "When nothing is, you read what would change. Only the button Apply makes a new draft version.",
    "People get nothing from a draft: it is reviewed, approved and published after that.",
)
_HEADING = Font(name=FONT, bold=True, size=14, color="0F766E")
_TITLE = PatternFill("solid", fgColor="F0FDFA")


def write_guide(worksheet: Any, lines: tuple[str, ...] = _LINES) -> None:
    worksheet.title = GUIDE
    worksheet.column_dimensions["A"].width = 100
    worksheet.sheet_view.showGridLines = False
    for number, line in enumerate(lines, start=1):
        cell = worksheet.cell(number, 1, line.removeprefix("# "))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if line.startswith("# "):
            cell.font, cell.fill = _HEADING, _TITLE
    worksheet.protection.sheet = True
