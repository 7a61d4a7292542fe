import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

pytestmark = pytest.mark.e2e


def test_login_page_loads_within_its_content_policy(page: Page) -> None:
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", note)

    page.goto("/admin/login/")

    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert complaints == []
