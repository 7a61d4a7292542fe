"""The empty list that is downloaded, filled in and sent back. Pure."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from campaigns.workbook_style import LONGEST_LIST, Page
from enrolment.people_rows import COLUMNS, Frame, Kind
from trust.telling import tell

_NOTES: Mapping[str, str] = {
    "number": tell("The whole number, with + and its country: +447700900123."),
    "first_name": tell("If it is known. Of somebody who is asked it is kept only if she says yes."),
    "language": tell("Empty: the campaign's own."),
    "how": tell("How the person asked or agreed."),
    "said_on": tell("The day she asked or agreed: 2026-11-30."),
    "reference": tell(
        "Where the consent can be read, such as Form 12, Mpika clinic; or its wording."
    ),
    "test": tell("yes: one of us trying it out, left out of every figure."),
    "consent": tell(
        "ask: she confirms by her own YES. paper: she has signed; then said_on and "
        "reference are needed."
    ),
    "calls": tell("yes: the same paper or words agree to be called afterwards, too."),
    "referrer": tell(
        "Who sent her: a health worker's code or a place. Referrals are counted by it."
    ),
    "enrolled_on": tell("The day she joined the other programme."),
    "quit_date": tell("Her quit date, past or to come, if she has one."),
    "stage": tell("Only if she is on one of the campaign's paths."),
    "stage_since": tell("The day she came onto it; empty: the day of the import."),
    "dose": tell("Empty: the campaign's usual one."),
    "opted_out": tell(
        "yes, or the day: she is never texted. Nothing else of the row is needed then."
    ),
}
_HOW = {
    Kind.ENROL: ("web", "referral", "missed_call", "paper"),
    Kind.IMPORT: ("paper", "web", "referral", "missed_call", "sms", "api", "staff"),
}
_ROWS = 500
_WIDTH = 18


def write_template(frame: Frame, say: Callable[[str], str] = str) -> bytes:
    """A workbook with the list's headings, a note on each and drop-downs; nobody in it. `say` puts
    the notes into the language of whoever fills it in."""
    heads = COLUMNS[frame.kind]
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "People"
    page = Page(sheet, heads)
    page.head([_WIDTH] * len(heads), "A2", "")
    choices = {
        "how": _HOW[frame.kind],
        "language": frame.languages,
        "test": ("yes", "no"),
        "calls": ("yes", "no"),
        "consent": ("ask", "paper"),
        "stage": frame.stages,
        "dose": frame.doses,
    }
    for place, head in enumerate(heads, start=1):
        page.note(place, say(_NOTES[head]))
        if _fits(choices.get(head, ())):
            page.choices(place, _ROWS, list(choices[head]))
    found = io.BytesIO()
    workbook.save(found)
    return found.getvalue()


def _fits(choices: Sequence[str]) -> bool:
    return 0 < len(",".join(choices)) <= LONGEST_LIST
