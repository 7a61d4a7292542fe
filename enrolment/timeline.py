"""One person's history on one screen, newest first: what was decided, what the wire did, what came
in, what was agreed to, and who did what. Every silence is explained by a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from campaigns.compiling import compiled
from enrolment.models.enrolment import Enrolment
from enrolment.models.former_number import FormerNumber
from enrolment.timeline_entries import Entry, Telling
from enrolment.timeline_rows import Cursor, Sort, Wanted, rows
from enrolment.two_clocks import TwoClocks
from trust.telling import tell

PAGE = 50


class Show(StrEnum):
    """What the timeline is narrowed to."""

    ALL = "all"
    TEXTS = "texts"
    SILENCES = "silences"
    ANSWERS = "answers"
    CHANGES = "changes"
    NOTES = "notes"


SHOWN: Mapping[Show, str] = {
    Show.ALL: tell("Everything"),
    Show.TEXTS: tell("Texts"),
    Show.SILENCES: tell("Why nothing came"),
    Show.ANSWERS: tell("Answers and readings"),
    Show.CHANGES: tell("Consent and changes"),
    Show.NOTES: tell("Notes"),
}
_SORTS: Mapping[Show, frozenset[Sort]] = {
    Show.ALL: frozenset(Sort),
    Show.TEXTS: frozenset({Sort.MESSAGE, Sort.INBOUND}),
    Show.SILENCES: frozenset({Sort.DECISION, Sort.MESSAGE}),
    Show.ANSWERS: frozenset({Sort.INBOUND, Sort.READING}),
    Show.CHANGES: frozenset(
        {Sort.CONSENT, Sort.AUDIT, Sort.ANCHOR, Sort.WITHDRAWAL, Sort.CASE, Sort.NOTE}
    ),
    Show.NOTES: frozenset({Sort.NOTE}),
}


@dataclass(frozen=True, slots=True)
class Page:
    """`older`: the cursor of the next page, as it stands in an address; empty on the last."""

    entries: Sequence[Entry]
    older: str


def timeline(
    *,
    enrolment: Enrolment,
    with_bodies: bool,
    viewer: ZoneInfo,
    now: datetime,
    show: Show = Show.ALL,
    before: str = "",
    former: Sequence[FormerNumber] | None = None,
    size: int = PAGE,
) -> Page:
    """One query, and one more where `former` is not given. A cursor nobody could have been given
    shows the newest."""
    if former is None:
        former = list(FormerNumber.objects.filter(participant=enrolment.participant_id))
    wanted = Wanted(
        enrolment=enrolment,
        former=former,
        sorts=_SORTS[show],
        with_words=with_bodies,
        silent_only=show is Show.SILENCES,
        answers_only=show is Show.ANSWERS,
    )
    found = rows(wanted=wanted, before=read_cursor(before), limit=size + 1)
    clocks = TwoClocks(viewer, ZoneInfo(enrolment.participant.time_zone))
    caps = compiled(enrolment.version).caps
    telling = Telling(clocks, now, enrolment.version_id, caps)
    older = _written(found[size - 1].cursor) if len(found) > size else ""
    return Page([telling.entry(row) for row in found[:size]], older)


def read_cursor(said: str) -> Cursor | None:
    at, _, rest = said.partition("_")
    sort, _, row = rest.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        found = Cursor(moment, Sort(int(sort)), int(row))
    except ValueError:
        return None
    return found if moment.tzinfo is not None and 0 <= found.row < 1 << 62 else None


def _written(cursor: Cursor) -> str:
    return f"{cursor.at.isoformat()}_{cursor.sort:d}_{cursor.row}"
