"""One definition makes SQL, schema, codebook and docs; what it says of values is what there is."""

from pathlib import Path

import pytest

from campaigns.models import Factor, Trial
from campaigns.rules import QuestionKind
from enrolment.models import Answer, Decision, Enrolment, Reading, Withdrawal
from messaging.models import InboundMessage, Message
from research.bundle.codebook_page import page
from research.bundle.columns import Privacy
from research.bundle.dictionary import tables
from research.bundle.people_tables import ENROLMENTS, PARTICIPANTS, QUASI
from research.bundle.told_tables import ANSWERS, READINGS
from research.bundle.trial_tables import ALLOCATIONS, ARMS
from research.bundle.wire_tables import DECISIONS, MESSAGES_IN, MESSAGES_OUT

ROOT = Path(__file__).resolve().parents[3]
TABLES = tables(texts=True)


def test_page_of_the_docs_is_fresh() -> None:
    assert (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8") == page(), (
        "python -m research.bundle.codebook_page > docs/codebook.md"
    )


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_keys_and_links_lead_to_columns_that_are_there(table: object) -> None:
    by_name = {each.name: each for each in TABLES}
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert set(table.key) <= set(names)
    for link in table.links:
        assert link.column in names
        assert by_name[link.table].key == (link.to,)
    for column in table.columns:
        assert column.meaning.endswith("."), column.name
        assert column.origin, column.name


def test_values_are_those_of_the_models() -> None:
    for table, column, choices in (
        (ENROLMENTS, "state", Enrolment.Status),
        (ENROLMENTS, "exit_told", Withdrawal.Told),
        (DECISIONS, "outcome", Decision.Outcome),
        (MESSAGES_OUT, "status", Message.Status),
        (MESSAGES_OUT, "kind", Message.Kind),
        (MESSAGES_OUT, "encoding", Message.Encoding),
        (MESSAGES_IN, "ended", InboundMessage.End),
        (ANSWERS, "mode", Answer.Source),
        (READINGS, "source", Reading.Source),
        (ALLOCATIONS, "method", Trial.Method),
        (ARMS, "stage", Factor.Stage),
    ):
        assert set(table.column(column).values) == set(choices.values), column
    assert set(ANSWERS.column("kind").values) == set(QuestionKind)


def test_quasi_identifiers_are_those_the_report_counts() -> None:
    found = [c.name for c in PARTICIPANTS.columns if c.privacy is Privacy.QUASI]

    assert tuple(found) == QUASI
