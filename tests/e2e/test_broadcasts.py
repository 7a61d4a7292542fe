"""A broadcast from the empty form to its report: made, counted, approved by somebody else, sent."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.looks import Look, Sight, complaints_of, keep_picture
from tests.e2e.test_phone import Phone

pytestmark = pytest.mark.e2e

SIGHTS: tuple[Sight, ...] = ((1280, "light"), (390, "dark"))
LOOK = ("serious", "critical")
TEXT = "{{ first_name }}, the Friday group meets at the library this week."
SECOND = ("ann@clinic.example", "correct horse battery staple")
#: A second member of staff, and a campaign that wants her word for any broadcast.
PREPARE = f"""
from campaigns.models import Campaign
from trust.models import User
one = User.objects.order_by("pk")[0]
User.objects.create_user(
    "{SECOND[0]}", "{SECOND[1]}", organisation=one.organisation, organisation_role="reviewer"
)
Campaign.objects.update(broadcast_approval_above=0)
"""


@pytest.fixture
def colleague(site: Site, browser: Browser) -> Iterator[Page]:
    made = site.manage("shell", "-c", PREPARE)
    assert made.returncode == 0, made.stderr
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{site.address}/admin/")
    page.fill("input[name=login]", SECOND[0])
    page.fill("input[name=password]", SECOND[1])
    page.click("button[type=submit]")
    page.wait_for_url(f"{site.address}/admin/")
    yield page
    context.close()


def test_broadcast_is_made_approved_and_comes(
    site: Site, signed_in: Page, colleague: Page, tmp_path: Path
) -> None:
    page = signed_in
    phone = Phone(page, site)
    phone.join()
    handset, campaign = page.url, joined_campaign(page)
    complaints = complaints_of(page, site.address)
    look = Look("broadcast", SIGHTS, LOOK)

    page.goto(f"{site.address}/broadcasts/")
    look.at(page, "empty list")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name=f"For {campaign}").click()
    page.get_by_label("Its name").fill("Group moves")
    page.get_by_text("Only some of them").click()
    page.get_by_label("Only for whom this holds").fill("slips = 0 or")
    page.get_by_label("In en").first.fill(TEXT)
    expect(page.locator(".size").first).to_contain_text("At its longest")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("At column")
    expect(page.get_by_label("Its name")).to_have_value("Group moves")
    expect(page.get_by_label("In en").first).to_have_value(TEXT)
    look.at(page, "wrong")

    page.get_by_label("Only for whom this holds").fill("slips = 0")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_role("heading", name="Whom it would go to")).to_be_visible()
    expect(page.locator(".bubble").first).to_contain_text("A***, the Friday group")
    look.at(page, "draft")
    keep_picture(page, "broadcast")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("not you, who wrote it")).to_be_visible()

    colleague.goto(page.url)
    look.at(colleague, "approval")
    colleague.set_viewport_size({"width": 1280, "height": 900})
    # Others have joined the same campaign on the same site meanwhile.
    colleague.get_by_role("button", name="Approve: it goes to").click()
    expect(colleague.get_by_text("It is on its way.")).to_be_visible()
    broadcast = page.url
    page.goto(handset)
    came = phone.press("+1 day")
    assert any("Amina, the Friday group meets" in text for text in came), came
    page.goto(broadcast)
    expect(page.locator(".badge")).to_have_text("done")
    expect(page.get_by_role("heading", name="Everybody was looked at")).to_be_visible()
    expect(page.locator(".sums")).to_contain_text(re.compile("Sent|Delivered"), timeout=30_000)
    look.at(page, "report")

    by_list(site, page, campaign, tmp_path)
    look.at(page, "list")
    page.get_by_text("Cancel it").click()
    page.get_by_role("button", name="Cancel the broadcast").click()
    expect(page.locator(".badge")).to_have_text("cancelled")
    page.goto(f"{site.address}/broadcasts/")
    expect(page.locator("tbody tr")).to_have_count(2)
    look.at(page, "all")
    # A form that comes back with its mistakes is a 400, which the browser notes as well.
    assert [text for text in complaints if "status of 400" not in text] == []


def test_large_crowd_shows_how_far_it_has_come_and_can_be_stopped(
    site: Site, signed_in: Page
) -> None:
    page = signed_in
    complaints = complaints_of(page, site.address)
    look = Look("simulation", SIGHTS, LOOK)
    page.goto(f"{site.address}/rehearsal/")
    page.get_by_label("People").fill("20000")
    page.get_by_role("button", name="Simulate").click()
    expect(page.locator("progress")).to_be_visible()
    look.at(page, "progress")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("It was stopped.")).to_be_visible()
    page.goto(f"{site.address}/rehearsal/")
    page.get_by_label("People").fill("300")
    page.get_by_role("button", name="Simulate").click()
    expect(page.get_by_role("heading", name="300 people, 182 days each")).to_be_visible(
        timeout=90_000
    )
    look.at(page, "figures")
    page.goto(f"{site.address}/rehearsal/")
    expect(page.get_by_role("heading", name="Large crowds before")).to_be_visible()
    assert complaints == []


def joined_campaign(page: Page) -> str:
    """The name of the campaign the demo's phones join."""
    page.goto(re.sub(r"/phone/.*", "/broadcasts/", page.url))
    name = page.locator(".buttons .button").first.inner_text()
    return name.removeprefix("For ")


def by_list(site: Site, page: Page, campaign: str, folder: Path) -> None:
    """To a list of strangers: nobody of this campaign."""
    people = folder / "people.csv"
    people.write_text("number\n+447700900998\n")
    page.goto(f"{site.address}/broadcasts/")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name=f"For {campaign}").click()
    page.get_by_label("Its name").fill("To a list")
    page.get_by_label("Only those on a list I upload").check()
    page.get_by_label("The list").set_input_files(people)
    page.get_by_label("In en").first.fill(TEXT)
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_text("2 lines, 0 of them people of this campaign")).to_be_visible()
    expect(page.get_by_role("heading", name="Whom it would go to")).to_be_visible()
