"""A cry for help at two in the night, from the handset to the counsellor's answer and back."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.looks import Look, Sight, complaints_of, keep_picture
from tests.e2e.test_phone import Phone
from tests.enrolment.pagers import Pager, pager

pytestmark = pytest.mark.e2e

SIGHTS: tuple[Sight, ...] = ((1280, "light"), (390, "dark"), (360, "light"))
LOOK = ("serious", "critical")
NEED = "i cant do this any more, i want to die"
ANSWER = "Amina, I'm glad you wrote. Can I ring you now? Cora, a counsellor"
#: Of the machine's time; a page is looked for every five seconds.
PAGED_SECONDS = 20


@pytest.fixture
def receiver() -> Iterator[Pager]:
    with pager() as found:
        yield found


def test_words_of_need_at_night_are_answered_paged_and_taken_up(
    site: Site, signed_in: Page, receiver: Pager
) -> None:
    page, admin = signed_in, f"{site.address}/admin"
    complaints = complaints_of(page, site.address)
    look = Look("inbox", SIGHTS, LOOK)
    prepare(page, admin, receiver)

    phone = Phone(page, site)
    phone.join()
    while "T02" not in phone.clock:
        phone.press("+1 hour")
    phone.text("my cat ate my patches")
    handset = page.url
    assert "999" in phone.text(NEED)[0]
    until = time.monotonic() + PAGED_SECONDS
    while not receiver.told and time.monotonic() < until:
        page.wait_for_timeout(200)
    assert [told["kind"] for told in receiver.told] == ["self_harm"]

    page.goto(f"{admin}/")
    expect(page.get_by_text("1 urgent case waits for a person.")).to_be_visible()
    look.at(page, "first page")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Look at the inbox").click()
    first = page.locator("#result_list tbody tr, table tbody tr").first
    expect(first).to_contain_text("words of need")
    expect(first).to_contain_text(NEED)
    look.at(page, "list")
    keep_picture(page, "inbox")

    # As whoever was paged comes: by the link of the page.
    page.goto(receiver.told[0]["link"])
    expect(page.locator(".line.it")).to_contain_text(NEED)
    look.at(page, "case")
    keep_picture(page, "case")
    page.get_by_role("button", name="Assign to me").click()
    expect(page.get_by_text("This case is yours.")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#answer-text:invalid")).to_be_visible()
    page.get_by_role("link", name="Glad you wrote").click()
    expect(page.locator("#answer-text")).to_have_value(ANSWER)
    expect(page.locator("#answer-size")).to_have_text(f"{len(ANSWER)} signs, 1 text")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The answer is on its way.")).to_be_visible()
    look.at(page, "answered")
    page.get_by_role("button", name="Show the number").click()
    expect(page.get_by_text("The number: +44")).to_be_visible()
    page.get_by_label("How it ended").select_option("spoken")
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("The case is resolved.")).to_be_visible()
    look.at(page, "resolved")

    page.goto(handset)
    expect(page.locator(".bubble.ours").filter(has_text=ANSWER)).to_be_visible()
    page.goto(f"{admin}/enrolment/case/")
    expect(page.get_by_text(NEED)).to_have_count(0)
    expect(page.get_by_text("my cat ate my patches")).to_be_visible()
    assert complaints == []


def prepare(page: Page, admin: str, receiver: Pager) -> None:
    """As a manager does: who is paged, and a reply that is ready."""
    page.goto(f"{admin}/enrolment/pagercontact/add/")
    page.locator("#id_name").fill("Nurse on duty")
    page.locator("#id_webhook").fill(receiver.address)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    page.goto(f"{admin}/enrolment/cannedreply/add/")
    page.locator("#id_campaign").select_option(index=1)
    page.locator("#id_title").fill("Glad you wrote")
    page.locator("#id_language").fill("en")
    page.locator("#id_text").fill(ANSWER.replace("Amina", "{{ first_name }}"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
