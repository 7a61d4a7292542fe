"""A person's page as a manager and a counsellor use it: why did she get nothing, and what then."""

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.looks import Look, Sight, complaints_of, keep_picture
from tests.e2e.test_phone import Phone

pytestmark = pytest.mark.e2e

SIGHTS: tuple[Sight, ...] = ((1280, "light"), (390, "dark"))
LOOK = ("serious", "critical")


@pytest.fixture
def complaints(site: Site, signed_in: Page) -> list[str]:
    return complaints_of(signed_in, site.address)


def test_person_is_found_understood_and_helped(
    site: Site, signed_in: Page, complaints: Sequence[str]
) -> None:
    page, look = signed_in, Look("person", SIGHTS, LOOK)
    phone = Phone(page, site)
    phone.join("today")
    phone.text("SLIP")
    phone.press("+1 day")
    handset = page.url
    page.get_by_role("link", name="Open the timeline").click()

    silent = page.locator(".timeline .silent").first
    expect(silent).to_contain_text("Not sent on")
    expect(page.locator(".timeline .received").first).to_be_visible()
    expect(page.get_by_text("Next text")).to_be_visible()
    look.at(page, "page")
    keep_picture(page, "person")
    wide(page)
    for tab in ("Why nothing came", "Answers and readings", "Consent and changes", "Texts"):
        page.locator(".tabs").get_by_role("link", name=tab, exact=True).click()
        expect(page.locator(".timeline .entry").first).to_be_visible()
    page.get_by_role("button", name="Show the number").click()
    expect(page.locator(".identity")).to_contain_text(re.compile(r"\+44\d{10}"))
    number = (page.locator(".identity strong").text_content() or "").strip()
    expect(page.locator(".person-head")).not_to_contain_text("Amina")
    page.locator(".tabs").get_by_role("link", name="Everything").click()
    expect(page.get_by_text("The number was shown").first).to_be_visible()
    expect(page.get_by_text(number)).to_have_count(0)
    page.get_by_role("button", name="Show the name").click()
    expect(page.locator(".who")).to_contain_text("Amina")

    steer(page, look)
    find(page, site, look, number)

    page.goto(handset)
    expect(page.locator(".status")).to_contain_text("Withdrawn")
    # A form that comes back with its mistakes is a 400, which the browser notes as well.
    assert [text for text in complaints if "status of 400" not in text] == []


def steer(page: Page, look: Look) -> None:
    """Each button: wrong input first where there is any, then what will happen, then done."""
    page.get_by_role("link", name="Pause", exact=True).click()
    page.get_by_label("For how many days?").fill("90")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("30 days is the most")
    expect(page.get_by_label("For how many days?")).to_have_value("90")
    look.at(page, "wrong")
    wide(page)
    page.get_by_label("For how many days?").fill("3")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Nothing planned comes until")).to_be_visible()
    look.at(page, "foreseen")
    wide(page)
    page.get_by_role("button", name="Yes, do it").click()
    expect(page.get_by_text("The texts are paused.")).to_be_visible()
    expect(page.locator(".state.paused")).to_be_visible()
    do(page, "Resume")

    page.get_by_role("link", name="Time zone and hours").click()
    page.get_by_label("Time zone").fill("asia/kolkata")
    page.get_by_label("Own hours").fill("10-18")
    look.at(page, "when")
    wide(page)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Yes, do it").click()
    expect(page.locator(".timeline")).to_contain_text("theirs")
    expect(page.get_by_text("Asia/Kolkata", exact=True)).to_be_visible()

    page.get_by_role("link", name="Language", exact=True).click()
    page.get_by_label("Language of the texts").select_option("nb")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Yes, do it").click()
    expect(page.get_by_text("Norwegian", exact=False).first).to_be_visible()

    page.get_by_role("link", name="Add a note").click()
    page.get_by_label("Note", exact=True).fill("Rang at noon, will ring again on Friday.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator(".timeline .note .body")).to_contain_text("Rang at noon")
    look.at(page, "helped")
    wide(page)


def find(page: Page, site: Site, look: Look, number: str) -> None:
    """By the list, by a wrong number, by the right one; then out."""
    page.goto(f"{site.address}/admin/enrolment/enrolment/")
    look.at(page, "people")
    keep_picture(page, "people")
    wide(page)
    page.get_by_label("Handle or exact number").fill("+447700900999")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("alert")).to_contain_text("Nobody you may see")
    look.at(page, "nobody")
    wide(page)
    page.get_by_label("Handle or exact number").fill(number)
    page.get_by_role("button", name="Find").click()
    expect(page.locator(".handle")).to_be_visible()
    assert number.strip("+") not in page.url
    do(page, "Take out", grave=True)
    expect(page.locator(".state.withdrawn")).to_be_visible()


def do(page: Page, button: str, grave: bool = False) -> None:
    page.get_by_role("link", name=button, exact=True).click()
    if grave:
        page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Yes, do it").click()


def wide(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
