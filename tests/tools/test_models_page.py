"""The reference of models says what the models say."""

from campaigns.models import CampaignVersion
from tests.tools.models_page import first_sentence, page
from tests.tools.wording import ROOT
from trust.models import RetentionSettings


def test_page_of_the_docs_is_fresh() -> None:
    kept = (ROOT / "docs" / "reference" / "models.md").read_text(encoding="utf-8")

    assert kept == page(), "DEMO=1 python -m tests.tools.models_page > docs/reference/models.md"


def test_a_models_first_sentence_is_all_that_is_told_of_it() -> None:
    assert first_sentence(RetentionSettings) == "How long an organisation keeps what."


def test_a_sealed_column_is_told_as_one() -> None:
    section = page().partition("\n### Participant\n")[2].partition("\n### ")[0]

    assert "| `first_name` | (sealed text) |" in section


def test_columns_tell_their_help_and_what_they_may_hold() -> None:
    section = page().partition(f"\n### {CampaignVersion.__name__}\n")[2].partition("\n### ")[0]

    assert "`in_review`, `approved`, `published`, `retired`" in section
