"""Which tables the API reads, and by which row each is paged. Columns are the bundle's, one
definition for both. Pure.

A ledger's rows never change once they are told, so each is given once; where a row of it may still
change, the feed waits at it. Enrolments change as long as people are in: they are read whole.
"""

from dataclasses import dataclass, replace
from types import MappingProxyType

from research.bundle.columns import Column, Kind, Privacy, Table
from research.bundle.marks import ENROLMENT_ID, OF_ENROLMENT, PID, day_column, flag, minute_column
from research.bundle.people_tables import ENROLMENTS
from research.bundle.told_tables import ANSWERS, READINGS
from research.bundle.wire_tables import DECISIONS, MESSAGES_IN, MESSAGES_OUT

CONSENTS = Table(
    "consents",
    "Consents",
    "One row for each yes or no, and to what. What stands is the last of each scope.",
    "FROM enrolment_consent o JOIN bundle_enrolment e ON e.id = o.enrolment_id"
    " JOIN campaigns_campaignversion v ON v.id = o.wording_version_id",
    "e.place, o.id",
    (
        Column("n", Kind.INTEGER, "Its number among the enrolment's, from 1.",
               "row_number() OVER (PARTITION BY e.place ORDER BY o.id)", "ledger of consent"),
        ENROLMENT_ID,
        PID,
        Column("scope", Kind.TEXT, "To what.", "o.scope", "ledger of consent", values={
            "service": "to get the texts", "research": "to take part in research",
            "follow_up_call": "to be called afterwards", "data_sharing": "to have data shared"}),
        flag("given", "o.is_given", "Whether it was a yes.", "ledger of consent"),
        Column("channel", Kind.TEXT, "How it was said.", "o.channel", "ledger of consent"),
        Column("wording_version", Kind.INTEGER, "The version whose wording asked.", "v.number",
               "ledger of consent", privacy=Privacy.PROGRAMME),
        day_column("day", "o.given_at", "When it was said.", "ledger of consent"),
        minute_column("local_minute", "o.given_at", "When it was said.", "ledger of consent"),
    ),
    ("enrolment_id", "n"),
    OF_ENROLMENT,
)  # fmt: skip
LEAVING = Table(
    "withdrawals",
    "Leaving",
    "One row each time somebody left.",
    "FROM enrolment_withdrawal w JOIN bundle_enrolment e ON e.id = w.enrolment_id",
    "e.place, w.id",
    (
        ENROLMENT_ID,
        PID,
        Column("source", Kind.TEXT, "By whom or what.", "w.source", "withdrawal"),
        Column("reason", Kind.TEXT, "Why, by the engine's own name.", "w.reason", "withdrawal",
               empty="untold"),
        day_column("day", "w.withdrawn_at", "When.", "withdrawal"),
        minute_column("local_minute", "w.withdrawn_at", "When.", "withdrawal"),
    ),
    ("enrolment_id", "day", "local_minute"),
    OF_ENROLMENT,
)  # fmt: skip
STARTS = Table(
    "starts",
    "Beginnings",
    "One row each time a programme began: the first, and each new attempt.",
    "FROM enrolment_anchor a JOIN bundle_enrolment e ON e.id = a.enrolment_id",
    "e.place, a.id",
    (
        ENROLMENT_ID,
        PID,
        Column("attempt", Kind.INTEGER, "Which attempt.", "a.attempt", "anchor enrolment"),
        day_column("day", "a.instant", "When.", "anchor enrolment"),
        minute_column("local_minute", "a.instant", "When.", "anchor enrolment"),
    ),
    ("enrolment_id", "attempt"),
    OF_ENROLMENT,
)  # fmt: skip
#: With the step that was planned, for who is told of texts alone.
COMMUNICATIONS = replace(
    MESSAGES_OUT,
    name="communications",
    columns=(
        *MESSAGES_OUT.columns,
        Column("step", Kind.TEXT, "The step it was planned by.",
               "(SELECT d.step_key FROM enrolment_decision d WHERE d.id = m.decision)",
               "the journey", empty="not a planned text", privacy=Privacy.PROGRAMME),
        Column("version", Kind.INTEGER, "The version it was decided by.",
               "(SELECT v.number FROM enrolment_decision d JOIN campaigns_campaignversion v"
               " ON v.id = d.version_id WHERE d.id = m.decision)",
               "the journey", empty="not a planned text", privacy=Privacy.PROGRAMME),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feed:
    """`row`: the id its rows are paged by, in the table's source. `of`: the model they are rows of.
    `where`: of the candidates `t`. `waits`: of `t`, that it may still change. `via`: how a
    candidate leads to its enrolment: its own column, or only the number it was texted with. `only`:
    of the table's rows, which belong to the ledger."""

    table: Table
    of: str
    row: str
    where: str = "true"
    waits: str = "false"
    via: str = "enrolment_id"
    only: str = "true"

    @property
    def name(self) -> str:
        return self.table.name


_OPEN = "t.status IN ('queued', 'sending', 'unknown')"
_FEEDS = (
    Feed(ENROLMENTS, "enrolment.Enrolment", "x.id", via="id"),
    Feed(DECISIONS, "enrolment.Decision", "d.id", waits="t.outcome = 'held'"),
    Feed(MESSAGES_OUT, "messaging.Message", "m.id", waits=_OPEN, via="recipient_id"),
    Feed(MESSAGES_IN, "messaging.InboundMessage", "i.id", waits="t.\"end\" = 'pending'",
         via="recipient_id"),
    # The bundle also tells of planned questions that got no answer; here those are decisions.
    Feed(ANSWERS, "enrolment.Answer", "a.id", only="a.asking = 0"),
    Feed(READINGS, "enrolment.Reading", "r.id"),
    Feed(CONSENTS, "enrolment.Consent", "o.id"),
    Feed(LEAVING, "enrolment.Withdrawal", "w.id"),
    Feed(STARTS, "enrolment.Anchor", "a.id", where="t.kind = 'enrolment'"),
)  # fmt: skip
#: Of FHIR alone.
_OTHERS = (Feed(COMMUNICATIONS, "messaging.Message", "m.id", waits=_OPEN, via="recipient_id"),)
#: Those with a door of their own.
FEEDS = MappingProxyType({feed.name: feed for feed in _FEEDS})
EVERY_FEED = MappingProxyType({feed.name: feed for feed in (*_FEEDS, *_OTHERS)})
