"""A manager's day with the demo campaign: she looks at its calendar, writes a text anew, sends it
to a phone, and takes the next version to its people step by step. A colleague reads and approves.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.e2e.conftest import Site
from tests.e2e.following import follow
from tests.e2e.looks import Look, Sight, complaints_of, keep_picture
from tests.e2e.people import make_reviewer, sign_in

pytestmark = pytest.mark.e2e

SIGHTS: tuple[Sight, ...] = ((1280, "light"), (390, "dark"))
LOOK = Look("campaign", SIGHTS, ("serious", "critical"))
REVIEWER = "reader@demo.example"
NUMBER = "+447700900777"
KEY = "late.03"
#: Fourteen invented people live half a year each.
REHEARSAL_MS = 120_000
#: Two thousand texts are looked through.
CHECKS_MS = 30_000


@pytest.fixture
def reviewer(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


@pytest.fixture
def colleague(browser: Browser, signed_in_state: StorageState) -> Iterator[Page]:
    """The same text open in another window."""
    context = browser.new_context(storage_state=signed_in_state)
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def test_calendar_shows_the_words_by_mouse_keyboard_and_touch(site: Site, signed_in: Page) -> None:
    page, heard = signed_in, complaints_of(signed_in, site.address)
    page.goto(f"{site.address}/admin/campaigns/campaign/1/change/")
    page.get_by_role("link", name="Overview").first.click()
    expect(page.get_by_role("heading", name="Live now")).to_be_visible()
    follow(page.locator(".doors").get_by_role("link", name="Calendar"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("calendar of the journey")
    for dose in ("every", "standard"):
        page.get_by_label("Dose").select_option(dose)
        page.wait_for_url(re.compile(f"dose={dose}"))

    page.set_viewport_size({"width": 1280, "height": 900})
    told = page.locator("#told")
    tile = page.locator(f".tile[data-key='{KEY}']").first
    tile.hover()
    expect(told).to_contain_text("Prepare late")
    expect(told.locator(".said")).to_contain_text("half asleep")
    told.get_by_role("button", name="Norwegian Bokmål").click()
    expect(told.locator(".said")).to_contain_text("halvsovende")
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()

    page.locator("#from-quit_date .tile").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tile:focus")).to_have_attribute("data-key", "early.02")
    expect(told).to_contain_text("Prepare early")
    page.keyboard.press("Enter")
    expect(told.get_by_role("button", name="Close")).to_be_focused()
    LOOK.at(page, "words")
    keep_picture(page, "calendar")
    page.keyboard.press("Escape")
    expect(page.locator(".tile:focus")).to_have_attribute("data-key", "early.02")

    page.set_viewport_size({"width": 390, "height": 844})
    tile.click()
    expect(told).to_contain_text("At dose light, standard, high")
    told.get_by_role("link", name="Open this text").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(KEY)
    assert heard == []


def test_text_is_written_anew_and_taken_to_its_people(
    site: Site, signed_in: Page, reviewer: Page, colleague: Page
) -> None:
    manager = signed_in
    heard = [complaints_of(page, site.address) for page in (manager, reviewer, colleague)]
    make_reviewer(manager, site, REVIEWER, "Rita Reader")

    _begin(manager, site)
    _write(manager, colleague)
    _send_to_phone(manager)
    _ask(manager)
    sign_in(reviewer, site, REVIEWER)
    _judge(reviewer, manager.url)
    _publish(manager)
    # What is refused comes back as 400 or 409, which the browser notes as well.
    noted = re.compile(r"status of 4(00|09)")
    assert [text for text in chain(*heard) if not noted.search(text)] == []


def _begin(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/campaigns/1/")
    LOOK.at(page, "overview")
    keep_picture(page, "campaign")
    page.get_by_role("button", name="Write the next version").click()
    expect(page.get_by_role("status")).to_contain_text("is a draft")
    page.get_by_label("Find").fill("half asleep")
    follow(page.get_by_role("button", name="Find"))
    LOOK.at(page, "texts")
    keep_picture(page, "texts")
    page.get_by_role("link", name=KEY, exact=True).click()


def _write(page: Page, colleague: Page) -> None:
    colleague.goto(page.url)
    box, size = page.get_by_role("textbox", name="English"), page.locator("#size_en")
    expect(size).to_have_text("1 segment, 138 of 160 at its longest")
    old = box.input_value()
    box.fill(f"{old} Don’t wait, {{{{ first_name }}}}.")
    expect(size).to_contain_text("3 segments")
    expect(page.locator("#foreign_en")).to_contain_text("write '")
    expect(page.locator(".longest").first).to_contain_text("Alexandra-Marguerite")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Your words are kept")
    expect(box).to_have_value(re.compile("Don’t wait"))
    LOOK.at(page, "mistake")
    box.fill("Try this, {{ first_name }}: 'If I want one after food, I will ...' Wash up?")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("en: 1 text reworded")
    LOOK.at(page, "editor")
    keep_picture(page, "editor")

    colleague.get_by_role("textbox", name="English").fill("Another thought altogether.")
    colleague.get_by_role("button", name="Save", exact=True).click()
    expect(colleague.get_by_role("status")).to_contain_text("has saved this text since")
    expect(colleague.get_by_role("textbox", name="English")).to_have_value(
        "Another thought altogether."
    )
    expect(colleague.locator(".theirs")).to_contain_text("Try this")
    LOOK.at(colleague, "meanwhile")


def _send_to_phone(page: Page) -> None:
    page.get_by_label("to", exact=True).fill(NUMBER)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("On its way")
    editor = page.url
    page.get_by_role("link", name="phone page").click()
    page.get_by_role("link", name=re.compile(NUMBER.replace("+", r"\+"))).click()
    expect(page.locator(".bubble")).to_contain_text("Try this, Sam", timeout=20_000)
    page.goto(editor)


def _ask(page: Page) -> None:
    page.get_by_role("navigation", name="Of this version").get_by_role(
        "link", name="Publish", exact=True
    ).click()
    expect(page.locator("#checks")).to_contain_text("warning", timeout=CHECKS_MS)
    expect(page.get_by_text("1 text differs from the live version")).to_be_visible()
    LOOK.at(page, "path of a draft")
    page.locator("#checks").get_by_role("link", name="Read").click()
    page.get_by_role("button", name="I have seen the warnings").click()
    page.get_by_role("navigation", name="Of this version").get_by_role(
        "link", name="Publish", exact=True
    ).click()
    expect(page.locator("#checks")).to_contain_text("Nothing stops publishing", timeout=CHECKS_MS)
    page.get_by_role("button", name="Ask for review").click()
    expect(page.get_by_role("status")).to_contain_text("is in review")


def _judge(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_role("link", name="Rehearse", exact=True).click()
    page.get_by_role("button", name="Accept all that fare as before").click(timeout=REHEARSAL_MS)
    expect(page.get_by_role("status")).to_contain_text("are accepted", timeout=REHEARSAL_MS)
    page.goto(path)
    page.get_by_role("link", name="To the review page").first.click()
    for language in ("en", "nb", "nn"):
        follow(page.get_by_role("button", name=f"Sign {language}", exact=True))
    page.goto(path)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_contain_text("is approved")


def _publish(page: Page) -> None:
    page.reload()
    expect(page.locator("#checks")).to_contain_text("Nothing stops publishing", timeout=CHECKS_MS)
    LOOK.at(page, "path approved")
    keep_picture(page, "publishing")
    _set_an_hour(page)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("is published")
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_text("Version 2", exact=True)).to_be_visible()


def _set_an_hour(page: Page) -> None:
    """And taken back again."""
    page.get_by_label("At this day and hour").check()
    page.get_by_label("Hour", exact=True).fill("08:00")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a day.")
    expect(page.get_by_label("Hour", exact=True)).to_have_value("08:00")
    LOOK.at(page, "hour without its day")
    far = datetime.now(UTC).date() + timedelta(days=400)
    page.get_by_label("Day", exact=True).fill(far.isoformat())
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("will be published at the hour")
    LOOK.at(page, "hour is set")
    page.get_by_role("button", name="Take the hour back").scroll_into_view_if_needed()
    keep_picture(page, "publishing-hour")
    page.get_by_role("button", name="Take the hour back").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back")
