"""The start page and a campaign's figures, from an empty house to somebody's first days."""

import csv
import io

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.following import follow
from tests.e2e.looks import Look, Sight, complaints_of, keep_picture
from tests.e2e.test_phone import Phone

pytestmark = pytest.mark.e2e

SIGHTS: tuple[Sight, ...] = ((1280, "light"), (390, "dark"))
SERIOUS = ("serious", "critical")


def test_start_page_and_figures_of_somebodys_first_days(site: Site, signed_in: Page) -> None:
    page = signed_in
    complaints = complaints_of(page, site.address)
    look = Look("figures", SIGHTS, SERIOUS)

    phone = Phone(page, site)
    phone.join("in 2 days")
    for _ in range(4):
        phone.press("+1 day")
    phone.text("CRAVE")

    # The worker does it twice a minute, and later on a machine that is busy.
    assert "counted" in site.manage("count_figures").stdout

    page.goto(f"{site.address}/admin/")
    expect(page.get_by_role("heading", name="What needs me")).to_be_visible()
    card = page.locator(".front-card").filter(has_text="Quit smoking")
    expect(card.locator(".front-health")).to_have_text("Texts leave as planned")
    expect(card.locator(".front-people dd").first).not_to_have_text("0")
    look.at(page, "start")
    keep_picture(page, "start")

    card.get_by_role("link", name="Quit smoking", exact=True).click()
    expect(page.get_by_role("heading", name="Quit smoking: figures")).to_be_visible()
    expect(page.locator("#keywords .answer")).to_contain_text("The busiest hour")
    expect(page.locator("#funnel .answer")).to_contain_text("began")
    expect(page.locator("#dose svg rect").first).to_be_attached()
    look.at(page, "page")
    keep_picture(page, "figures")

    for summary in page.locator("summary").all():
        summary.click()
    look.at(page, "tables")
    with page.expect_download() as download:
        page.locator("#dose").get_by_role("link", name="Download as CSV").first.click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert rows[0][:3] == ["Day", "Planned", "Sent"]
    assert sum(int(row[1]) for row in rows[1:]) > 4

    page.get_by_label("Period").select_option("all")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("Period")).to_have_value("all")

    # Nobody, or a few, are too few to be told apart from the others.
    page.goto(f"{page.url.split('?')[0]}?days=all&of=channel:paper&by=cohort")
    expect(page.get_by_text("no figure of it is shown")).to_be_visible()
    look.at(page, "too few")
    page.goto(f"{page.url.split('?')[0]}?days=all&by=cohort")
    expect(page.locator("#groups h2")).to_have_text("Side by side: week they came")

    follow(page.get_by_role("link", name="Samples for follow-up calls"))
    look.at(page, "samples")
    page.get_by_label("Came due from").fill("2026-01-01")
    page.get_by_label("Came due until").fill("2030-01-01")
    page.get_by_label("So many, drawn at random").fill("10")
    page.get_by_role("button", name="Draw it").click()
    expect(page.get_by_role("alert")).to_contain_text("Nobody is to be called")
    look.at(page, "samples refused")

    page.goto(f"{site.address}/reports/")
    look.at(page, "reports")
    page.get_by_role("button", name="Stop them").click()
    expect(page.get_by_text("You have stopped them.")).to_be_visible()
    page.get_by_role("button", name="Send them to me").click()
    expect(page.get_by_text("You get them.")).to_be_visible()

    page.goto(f"{site.address}/my-settings/")
    page.get_by_label("Language").select_option("nn")
    follow(page.locator("main form button").first)
    page.goto(f"{site.address}/admin/")
    page.locator(".front-card").filter(has_text="Quit smoking").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Quit smoking: tal")).to_be_visible()
    expect(page.locator("#funnel .answer")).to_contain_text("melde seg på")
    look.at(page, "nynorsk")
    page.goto(f"{site.address}/my-settings/")
    page.locator("select[name=language]").select_option("")
    follow(page.locator("main form button").first)
    assert complaints == []
