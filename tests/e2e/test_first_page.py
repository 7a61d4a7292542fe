import pytest
from playwright.sync_api import ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_login_page_loads_within_its_content_policy(page: Page, live_server: LiveServer) -> None:
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", note)

    page.goto(live_server.url)

    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert complaints == []
