"""The staff's pages in bokmål and nynorsk, and turned round as a language from right to left would
have them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.following import follow
from tests.e2e.looks import Look, complaints_of

pytestmark = pytest.mark.e2e

SERIOUS = ("serious", "critical")
#: No catalogue is written for one yet: what is asked is whether the pages hold together.
_TURN = "document.documentElement.dir = 'rtl'"


def choose(page: Page, site: Site, language: str) -> None:
    page.goto(f"{site.address}/my-settings/")
    page.locator("#id_language").select_option(language)
    follow(page.locator("form button.primary").last)


@pytest.fixture
def page(site: Site, signed_in: Page) -> Iterator[Page]:
    """The other tests of this run read the same person's pages in English."""
    yield signed_in
    choose(signed_in, site, "")


def pages_of_a_campaign(page: Page, site: Site) -> Iterator[tuple[str, str]]:
    page.goto(f"{site.address}/admin/campaigns/campaignversion/")
    link = page.locator("#result_list a[href*='/change/']").first.get_attribute("href") or ""
    version = link.split("/change/")[0].rsplit("/", 1)[1]
    yield "start", "/admin/"
    yield "texts", f"/versions/{version}/texts/"
    yield "linter", f"/versions/{version}/lint/"
    yield "calendar", f"/versions/{version}/journey/"
    yield "review", f"/versions/{version}/review/"


def test_pages_are_norwegian_and_can_be_turned_round(site: Site, page: Page) -> None:
    complaints = complaints_of(page, site.address)
    addresses = list(pages_of_a_campaign(page, site))

    choose(page, site, "nb")
    expect(page.locator("html")).to_have_attribute("lang", "nb")
    expect(page.get_by_text("Innstillingene dine er lagret.")).to_be_visible()
    wide = Look("language-nb", [(1280, "light")], SERIOUS)
    for name, address in addresses:
        page.goto(site.address + address)
        expect(page.locator("html")).to_have_attribute("dir", "ltr")
        wide.at(page, name)
    page.goto(f"{site.address}/admin/")
    expect(page.get_by_role("heading", name="Dette venter på deg")).to_be_visible()

    choose(page, site, "nn")
    narrow = Look("language-nn", [(390, "dark")], SERIOUS)
    for name, address in addresses:
        page.goto(site.address + address)
        narrow.at(page, name)
    page.goto(f"{site.address}/admin/")
    expect(page.get_by_role("heading", name="Dette ventar på deg")).to_be_visible()

    turned = Look("language-rtl", [(1280, "light"), (390, "dark")], SERIOUS)
    for name, address in addresses:
        page.goto(site.address + address)
        page.evaluate(_TURN)
        turned.at(page, name)

    assert complaints == []
