"""docs/workbook.md is right: its example, typed into a new workbook, is a campaign."""

from campaigns.findings import size_words
from campaigns.workbook import read_workbook
from campaigns.workbook_sheets import BY_NAME
from tests import workbook_guide


def test_example_is_a_campaign_without_mistakes() -> None:
    pack = read_workbook(workbook_guide.example())

    page = workbook_guide.PAGE.read_text(encoding="utf-8")
    assert size_words(pack) == "3 stages, 7 steps, 3 questions, 92 texts in en, nb"
    assert "It holds 3 stages, 7 steps, 3 questions and 92 texts" in page
    assert pack.onboarding == ("first_name", "walks")
    assert pack.questions[2].outcomes["no"].stage == "easier"


def test_page_names_every_sheet_and_column() -> None:
    page = workbook_guide.PAGE.read_text(encoding="utf-8")

    for sheet in BY_NAME.values():
        assert sheet.name in page
        for column in sheet.columns:
            assert column.name in page, f"{sheet.name}: {column.name}"
