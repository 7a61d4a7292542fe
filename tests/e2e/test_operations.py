"""The operations pages of a house at work: the beat is seen, every queue is worked."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.following import follow
from tests.e2e.looks import Look, Sight, complaints_of
from tests.e2e.test_phone import Phone

pytestmark = pytest.mark.e2e

SIGHTS: tuple[Sight, ...] = ((1280, "light"), (390, "dark"))
SERIOUS = ("serious", "critical")
#: Signs of life come every 20 seconds.
SEEN_SECONDS = 60


def test_operator_sees_that_the_house_is_at_work(site: Site, signed_in: Page) -> None:
    page = signed_in
    complaints = complaints_of(page, site.address)
    look = Look("operations", SIGHTS, SERIOUS)
    Phone(page, site).join("in 2 days")
    audited = site.manage("audit_ledger")
    assert audited.returncode == 0, audited.stdout

    page.goto(f"{site.address}/operations/")
    worked = page.locator(".queues li").filter(has_text="Last worked").filter(has_text="ago")
    for _ in range(SEEN_SECONDS // 3):
        if worked.count() == 6 and page.locator(".parts .well").count() == 3:
            break
        page.wait_for_timeout(3000)
        page.reload()
    expect(worked).to_have_count(6)
    # Outgoing texts, the beat and the watch.
    expect(page.locator(".parts .well")).to_have_count(3)
    expect(page.get_by_text("No trouble is known.")).to_be_visible()
    expect(page.get_by_text("In order,")).to_be_visible()
    look.at(page, "page")

    page.get_by_role("link", name="Size of the database").click()
    expect(page.get_by_role("heading", name="Size of the database")).to_be_visible()
    look.at(page, "size")
    for name, title in (("numbers", "Dead numbers"), ("texts", "Texts whose fate is unknown")):
        page.goto(f"{site.address}/operations/{name}/")
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        look.at(page, name)

    page.goto(f"{site.address}/admin/enrolment/operatorcontact/add/")
    page.get_by_label("Name").fill("Night operator")
    page.get_by_label("Email").fill("night@clinic.example")
    look.at(page, "contact")
    follow(page.get_by_role("button", name="Save", exact=True))
    page.goto(f"{site.address}/operations/")
    expect(page.get_by_text("1 contact is told of a trouble once")).to_be_visible()
    assert complaints == []


def test_operator_sees_that_sending_is_held_since_a_restore(site: Site, signed_in: Page) -> None:
    page = signed_in
    complaints = complaints_of(page, site.address)
    look = Look("operations-held", SIGHTS, SERIOUS)
    assert site.manage("after_restore", "--hold").returncode == 0
    try:
        page.goto(f"{site.address}/operations/")
        outgoing = page.locator(".parts li").filter(has_text="Outgoing texts")
        expect(outgoing).to_contain_text("Held")
        expect(page.get_by_text("No trouble is known.")).to_have_count(0)
        look.at(page, "page")

        page.goto(f"{site.address}/admin/")
        expect(page.get_by_text("Sending is held since")).to_be_visible()
        expect(page.get_by_text("Texts leave as planned")).to_have_count(0)
        look.at(page, "first page")
    finally:
        # The command lets go when the provider has had ten minutes to list the last texts.
        words = "from messaging import holding; assert holding.release()"
        assert site.manage("shell", "--command", words).returncode == 0
    page.goto(f"{site.address}/operations/")
    expect(outgoing).not_to_contain_text("Held")
    assert complaints == []
