"""A bundle from the figures page to the file on disk."""

import io
import json
import zipfile

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.looks import Look, Sight, complaints_of
from tests.e2e.test_phone import Phone

pytestmark = pytest.mark.e2e

SIGHTS: tuple[Sight, ...] = ((1280, "light"), (390, "dark"), (360, "light"))
SERIOUS = ("serious", "critical")


def test_bundle_is_asked_for_looked_at_made_and_fetched(site: Site, signed_in: Page) -> None:
    page = signed_in
    complaints = complaints_of(page, site.address)
    look = Look("bundle", SIGHTS, SERIOUS)
    phone = Phone(page, site)
    phone.join("in 2 days")
    phone.text("CRAVE")

    page.goto(f"{site.address}/admin/")
    card = page.locator(".front-card").filter(has_text="Quit smoking")
    card.get_by_role("link", name="Quit smoking", exact=True).click()
    page.get_by_role("link", name="The data for research").click()
    expect(page.get_by_role("heading", name="Bundles of Quit smoking")).to_be_visible()
    look.at(page, "ask")
    page.get_by_role("button", name="Look before it is made").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was made yet.")

    page.get_by_label("What it is for").fill("Trial of the clinic, approved by the board")
    page.get_by_label("Pseudonyms").select_option("new")
    page.get_by_label("Name of the new key").fill("study")
    page.get_by_role("button", name="Look before it is made").click()
    expect(page.get_by_text("The smallest group of people who look alike is of")).to_be_visible()
    look.at(page, "alone")
    page.get_by_label("I have seen that fewer than 5 people look alike.").check()
    page.get_by_role("button", name="Make the bundle").click()

    expect(page.get_by_role("link", name="Download")).to_be_visible(timeout=60_000)
    look.at(page, "made")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as packed:
        assert packed.testzip() is None
        assert json.loads(packed.read("datapackage.json"))["pseudonyms"] == "study"
        assert len(packed.read("data/messages_in.csv").splitlines()) > 2
    page.get_by_role("link", name="All bundles").click()
    expect(page.get_by_role("heading", name="Bundles so far")).to_be_visible()
    look.at(page, "list")
    assert complaints == []
