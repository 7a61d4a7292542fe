"""Signs left, counted by the spreadsheet while somebody types. Pure.

Formulas stand only in columns and on a sheet whose names are in brackets, which are never read. The
check counts anew, and by `worst_case`.
"""

from collections.abc import Sequence
from typing import Any

from campaigns.wording import LONGEST_OWN, LONGEST_VALUE
from messaging.segments import ALONE, BASIC, EXTENSION

#: What a placeholder, or a sign of two septets, adds to the length of the text it stands in.
COUNTING = "(counting)"
#: Variables that somebody may yet add on their sheet.
_MORE_VARIABLES = 20
#: Rows of the table at most; an empty one counts nothing.
_LAST = 150
#: Beyond it a text is too long whatever its signs.
_SIGNS = 320
#: Not in a file of XML, and no key types them.
_UNTYPED = "\f\r"


def write_counting(worksheet: Any, variables: Sequence[str], *, sheet: str = "") -> None:
    """`sheet`: that names the variables from its second row on, so that those to come count too."""
    rows = [(_token(name), most) for name, most in LONGEST_OWN.items()]
    if sheet:
        # By its number: a row that is deleted there leaves no hole here.
        places = range(2, len(variables) + _MORE_VARIABLES + 2)
        names = [f"INDEX('{sheet}'!$A:$A,{place})" for place in places]
        rows += [(f'="{{{{ "&{name}&" }}}}"', LONGEST_VALUE) for name in names]
    else:
        rows += [(_token(name), LONGEST_VALUE) for name in variables]
    for place, head in enumerate(("what", "adds a sign", "adds in UCS-2", "GSM-7"), start=1):
        worksheet.cell(1, place, head)
    for number, (what, most) in enumerate(rows, start=2):
        worksheet.cell(number, 1, what)
        # Its four braces are counted twice below, as such signs are.
        worksheet.cell(number, 2, f"=({most - 4}-LEN(A{number}))/LEN(A{number})")
        worksheet.cell(number, 3, f"=({most}-LEN(A{number}))/LEN(A{number})")
    for number, sign in enumerate(sorted(EXTENSION - set(_UNTYPED)), start=len(rows) + 2):
        for place, value in enumerate((sign, 1, 0), start=1):
            worksheet.cell(number, place, value)
    plain = worksheet.cell(2, 4)
    plain.value = "".join(sorted((BASIC | EXTENSION) - set(_UNTYPED)))
    plain.data_type, plain.quotePrefix = "s", True
    worksheet.sheet_state = "hidden"
    worksheet.protection.sheet = True


def left_formula(cell: str) -> str:
    """What is left of one text message in that cell; below 0: it is too long."""

    def table(column: str) -> str:
        return f"'{COUNTING}'!${column}$2:${column}${_LAST}"

    def added(column: str) -> str:
        taken = f'LEN({cell})-LEN(SUBSTITUTE({cell},{table("A")},""))'
        return f"ROUND(SUMPRODUCT(({taken})*{table(column)}),0)"

    signs = f"MID({cell},ROW($1:${_SIGNS}),1)"
    there = f"(ROW($1:${_SIGNS})<=LEN({cell}))"
    strange = f"SUMPRODUCT({there}*ISERROR(FIND({signs},'{COUNTING}'!$D$2)))"
    gsm7 = f"{ALONE['gsm7']}-LEN({cell})-{added('B')}"
    ucs2 = f"{ALONE['ucs2']}-LEN({cell})-{added('C')}"
    return f'=IF(LEN({cell})=0,"",IF({strange}>0,{ucs2},{gsm7}))'


def _token(name: str) -> str:
    return f"{{{{ {name} }}}}"
