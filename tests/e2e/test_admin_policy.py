"""The admin theme works under the content policy that config.pages leaves it."""

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests.e2e.conftest import Site

pytestmark = pytest.mark.e2e

PAGES = ["", "enrolment/enrolment/", "messaging/message/", "trust/user/", "trust/user/add/"]


@pytest.mark.parametrize("path", PAGES)
def test_admin_page_loads_within_its_policy(site: Site, signed_in: Page, path: str) -> None:
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    signed_in.on("console", note)
    signed_in.on("pageerror", lambda error: complaints.append(str(error)))

    signed_in.goto(f"{site.address}/admin/{path}", wait_until="networkidle")

    assert complaints == []
