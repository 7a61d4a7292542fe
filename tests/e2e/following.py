"""From one page to the next."""

from playwright.sync_api import Locator


def follow(lead: Locator) -> None:
    """Presses a link or button, and returns when the page it leads to is loaded, its scripts too.

    A click alone returns while the old page may still stand: what asks at once, and does not wait
    for something of the new page, asks the old one, and a press too early finds no script yet.
    """
    with lead.page.expect_navigation():
        lead.click()
