"""Every table of the bundle, in the order it is written. Pure."""

from research.bundle.columns import Column, Kind, Link, Privacy, Table
from research.bundle.course_tables import CONTENT, STATES
from research.bundle.marks import ENROLMENT_ID, OF_ENROLMENT, PID
from research.bundle.people_tables import ENROLMENTS, PARTICIPANTS
from research.bundle.summary_tables import AGGREGATES, FLOW
from research.bundle.told_tables import ANSWERS, OUTCOMES_DERIVED, READINGS
from research.bundle.trial_tables import ALLOCATIONS, ARMS, ASSESSED, STEPS_DRAWN
from research.bundle.wire_tables import DECISIONS, MESSAGES_IN, MESSAGES_OUT

#: Streamed out of the database.
LONG = (
    PARTICIPANTS, ENROLMENTS, ASSESSED, ALLOCATIONS, DECISIONS, MESSAGES_IN, MESSAGES_OUT, ANSWERS,
    READINGS, STATES, OUTCOMES_DERIVED, ARMS, STEPS_DRAWN, CONTENT,
)  # fmt: skip
#: Counted.
SHORT = (FLOW, AGGREGATES)
#: Only where role and reason allow it.
TEXTS_IN = Table(
    "texts_in",
    "Words of texts in",
    "What people texted, with numbers, addresses, links and known names taken out. Only in a "
    "bundle made by somebody who may read texts, for a reason that was written down.",
    "",
    "",
    (
        Column("in_id", Kind.TEXT, "The text.", "", "keyed hash of the row",
               privacy=Privacy.PSEUDONYM, is_own=True),
        ENROLMENT_ID,
        PID,
        Column("text", Kind.TEXT, "The words, scrubbed.", "", "texts in"),
    ),
    ("in_id",),
    (*OF_ENROLMENT, Link("in_id", "messages_in", "in_id")),
)  # fmt: skip
#: Of the codebook itself, which is a table of the package like the others.
CODEBOOK_COLUMNS = (
    "table", "column", "type", "meaning", "unit", "values", "empty_means", "origin", "privacy",
    "key",
)  # fmt: skip


def tables(*, texts: bool) -> tuple[Table, ...]:
    return (*LONG, *((TEXTS_IN,) if texts else ()), *SHORT)
