"""Which tables the API reads, and by which row each is paged. Columns are the bundle's, one
definition for both. Pure.

A ledger's rows never change once they are told, so each is given once; where a row of it may still
change, the feed waits at it. Enrolments change as long as people are in: they are read whole.
"""

from dataclasses import dataclass
from types import MappingProxyType

from research.bundle.columns import Table
from research.bundle.people_tables import ENROLMENTS
from research.bundle.told_tables import ANSWERS, READINGS
from research.bundle.trial_tables import ALLOCATIONS
from research.bundle.wire_tables import DECISIONS_AS_MADE, MESSAGES_IN, MESSAGES_OUT
from research.feed_tables import (
    COMMUNICATIONS,
    CONSENTS,
    LEAVING,
    STARTS,
    SUBJECTS,
)


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
    #: Where a row means something else than in a bundle.
    instead: str = ""

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def meaning(self) -> str:
        return self.instead or self.table.meaning


_ON_ITS_WAY = "t.status IN ('queued', 'sending', 'unknown')"
_FEEDS = (
    Feed(ENROLMENTS, "enrolment.Enrolment", "x.id", via="id",
         instead="One row each time a person was in the campaign, as it stands now."),
    Feed(ALLOCATIONS, "enrolment.Allocation", "a.id", where="NOT t.is_test",
         instead="One row for each draw of a person into an arm. While a blinded trial runs, what "
         "tells the arm is empty: read again from the start once it has stopped."),
    Feed(DECISIONS_AS_MADE, "enrolment.Decision", "d.id", waits="t.outcome = 'held'"),
    Feed(MESSAGES_OUT, "messaging.Message", "m.id", waits=_ON_ITS_WAY, via="recipient_id"),
    Feed(MESSAGES_IN, "messaging.InboundMessage", "i.id", waits="t.\"end\" = 'pending'",
         via="recipient_id"),
    # The bundle also tells of planned questions that got no answer; here those are decisions.
    Feed(ANSWERS, "enrolment.Answer", "a.id", only="a.asking = 0",
         instead="One row for each answer. Where the value is empty, missing says why."),
    Feed(READINGS, "enrolment.Reading", "r.id"),
    Feed(CONSENTS, "enrolment.Consent", "o.id"),
    Feed(LEAVING, "enrolment.Withdrawal", "w.id"),
    Feed(STARTS, "enrolment.Anchor", "a.id", where="t.kind = 'enrolment'"),
)  # fmt: skip
#: Of FHIR alone.
_OTHERS = (
    Feed(SUBJECTS, "enrolment.Enrolment", "x.id", via="id"),
    Feed(COMMUNICATIONS, "messaging.Message", "m.id", waits=_ON_ITS_WAY, via="recipient_id"),
)
#: Those with a door of their own.
FEEDS = MappingProxyType({feed.name: feed for feed in _FEEDS})
EVERY_FEED = MappingProxyType({feed.name: feed for feed in (*_FEEDS, *_OTHERS)})
