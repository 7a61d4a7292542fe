"""docs/workbook.md walked through by two people, from *Add campaign* to the first text on a phone.
The product's own worker reads the files; every page on the way is looked at by axe."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import workbook_guide
from tests.e2e.conftest import Site
from tests.e2e.looks import Look, Sight, complaints_of
from tests.e2e.people import make_reviewer, sign_in
from tests.e2e.test_phone import Phone
from tests.workbooks import changed, opened, row_of

pytestmark = pytest.mark.e2e

SIGHTS: tuple[Sight, ...] = ((1280, "light"), (390, "dark"))
LOOK = Look("first", SIGHTS)
#: The theme's own pages: its buttons to sort by are too small, which axe calls serious.
ADMIN = Look("first-admin", SIGHTS, ("critical",))
REVIEWER = "reviewer@demo.example"
#: Read by nothing the test has warmed up: the worker's first file takes a moment.
JOB_MS = 60_000


@pytest.fixture
def reviewer(browser: Browser) -> Iterator[Page]:
    """The second person, in a browser of her own."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def test_campaign_goes_from_nothing_to_its_first_text(
    site: Site, signed_in: Page, reviewer: Page, tmp_path: Path
) -> None:
    manager = signed_in
    heard = [complaints_of(page, site.address) for page in (manager, reviewer)]

    make_reviewer(manager, site, REVIEWER, "Rita Reviewer")
    _make_campaign(manager, site)
    review = _make_draft(manager, _files(tmp_path))
    _read_and_rehearse(manager)
    sign_in(reviewer, site, REVIEWER)
    _judge(reviewer, review)
    _publish(manager, review)
    _try_it(manager, review)
    # A form that comes back with its mistakes is a 400, which the browser notes as well.
    assert [text for text in chain(*heard) if "status of 400" not in text] == []


def _make_campaign(page: Page, site: Site) -> None:
    """On a number of its own: two campaigns that are joined by one word can't share one."""
    page.goto(f"{site.address}/admin/")
    # As README.md has it, and without a mouse: the group is closed until somebody opens it.
    page.get_by_role("button", name="Transport").press("Enter")
    page.get_by_role("link", name="Senders").press("Enter")
    _heading(page, "Senders")
    ADMIN.at(page, "senders")
    page.get_by_role("link", name="Add sender").click()
    expect(page.locator("#id_organisation option:checked")).to_have_text("Demo health service")
    ADMIN.at(page, "add a sender")
    for name, value in (
        ("name", "Walks"), ("address", "60088"), ("country", "GB"),
        ("stop_text", "You will get no more texts."),
        ("help_text", "Walk more. Text JOIN to start, STOP to end."),
    ):  # fmt: skip
        page.locator(f"#id_{name}").fill(value)
    page.locator("#id_provider").select_option("fake")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()

    page.goto(f"{site.address}/admin/campaigns/campaign/")
    page.get_by_role("link", name="Add campaign").first.click()
    _heading(page, "Add a campaign")
    LOOK.at(page, "ways")
    page.get_by_role("link", name="Begin with your own").click()
    _heading(page, "A campaign with texts of your own")
    page.get_by_label("Name", exact=True).fill("Walk more")
    page.get_by_label("Sender").select_option("Walks")
    page.get_by_label("Name in the texts").fill("Walk more")
    page.get_by_label("Emergency number").fill("ring us")
    page.get_by_role("button", name="Make the campaign").click()
    expect(page.get_by_role("alert")).to_contain_text("as people dial it")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Walk more")
    LOOK.at(page, "add")
    page.get_by_label("Emergency number").fill("999")
    page.get_by_role("button", name="Make the campaign").click()
    _heading(page, "Workbook of Walk more")


def _make_draft(page: Page, files: dict[str, Path]) -> str:
    """Two uploads and a third, of which the last two are applied; the address of the review."""
    LOOK.at(page, "workbook")
    expect(page.get_by_label("English", exact=True)).to_be_checked()
    page.get_by_label("Norwegian bokmål").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download a new workbook").click()
    assert opened(Path(download.value.path()).read_bytes())["Campaign"]["B3"].value == "Walk more"
    _send(page, files["macros"])
    expect(page.get_by_role("alert")).to_contain_text("or it is damaged")

    _send(page, files["wrong"])
    _heading(page, "This file can't be taken over yet")
    rows = page.locator("table.problems tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator("td").nth(2)).to_have_text("slot")
    expect(rows.nth(0)).to_contain_text("did you mean 'morning'?")
    expect(rows.nth(1)).to_contain_text("text habit.1 is missing")
    LOOK.at(page, "mistakes")

    page.get_by_role("link", name="send it in again").click()
    _send(page, files["mended"])
    _heading(page, "What this file would change")
    expect(page.get_by_text("92 texts in en, nb")).to_be_visible()
    page.get_by_role("button", name="Apply").click()
    _heading(page, "Walk more v1 is a draft now")
    LOOK.at(page, "applied")

    page.get_by_role("link", name="the workbook's page").click()
    _send(page, files["reworded"])
    _heading(page, "What this file would change")
    expect(page.get_by_text("nb: 1 text reworded")).to_be_visible()
    expect(page.locator("del", has_text="Velg en tid")).to_be_visible()
    LOOK.at(page, "changes")
    page.get_by_role("button", name="Apply").click()
    _heading(page, "Walk more v2 is a draft now")
    page.get_by_role("link", name="Review it").click()
    _heading(page, "Walk more v2: review")
    return page.url


def _read_and_rehearse(page: Page) -> None:
    LOOK.at(page, "review")
    _tab(page, "Linter")
    expect(page.get_by_text("0 errors")).to_be_visible()
    expect(page.locator(".is-warning").first).to_be_visible()
    page.get_by_role("button", name="I have seen the warnings").click()
    expect(page.get_by_text("The warnings were seen by")).to_be_visible()
    LOOK.at(page, "lint")
    _tab(page, "Techniques")
    LOOK.at(page, "techniques")
    _tab(page, "Rehearsal")
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_role("heading", name="Somebody who answers everything")).to_be_visible()
    expect(page.get_by_text("Well walked.")).to_be_visible()
    page.get_by_text("Or paste one").click()
    page.get_by_label("A persona as YAML").fill(workbook_guide.persona())
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_text("Something small today")).to_be_visible()
    LOOK.at(page, "rehearsal")
    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_role("button", name="Ask for review").click()
    expect(page.get_by_role("status")).to_contain_text("is in review")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)


def _judge(page: Page, review: str) -> None:
    page.goto(review.replace("/review/", "/text/habit.1/"))
    page.get_by_role("textbox", name="Comment").fill("Warm. I would keep it.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("Warm. I would keep it.", exact=True)).to_be_visible()
    LOOK.at(page, "text")
    page.goto(review)
    page.get_by_role("button", name="Settled").click()
    for language in ("en", "nb"):
        page.get_by_label(f"{language} is my mother tongue").check()
        page.get_by_role("button", name=f"Sign {language}", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text(f"signed {language}")
    page.get_by_text("Record one").click()
    for label, value in (
        ("Who approved it", "Dr Example"), ("For which body", "The board"),
        ("On which day", "2026-11-01"), ("Reference", "2026/17"),
    ):  # fmt: skip
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Record the approval").click()
    expect(page.get_by_text("Dr Example, The board")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_contain_text("is approved")
    LOOK.at(page, "approved")


def _publish(page: Page, review: str) -> None:
    page.goto(review)
    page.get_by_role("link", name="Publish it").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("is published")
    LOOK.at(page, "published")
    _tab(page, "Ethics pack")
    LOOK.at(page, "ethics")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a file").click()
    kept = Path(download.value.path()).read_text(encoding="utf-8")
    assert "habit.1" in kept
    assert "Rita Reviewer" in kept


def _try_it(page: Page, review: str) -> None:
    page.goto(review)
    _tab(page, "Changes and publishing")
    page.get_by_role("link", name="Try it on a phone").click()
    expect(page.get_by_label("Texts to").locator("option:checked")).to_have_text(
        "Walk more (60088)"
    )
    LOOK.at(page, "phones")
    phone = Phone(page)
    expect(page.get_by_text("What to text to Walk more")).to_be_visible()
    assert "What should we call you?" in phone.text("JOIN")[0]
    assert "Kim" in phone.text("Kim")[0]
    phone.text("yes")
    assert re.search("Good to have you with us", " ".join(phone.press("Next text")))
    assert "telephone" in phone.text("TIP")[0] or "bus" in phone.received[-1]
    LOOK.at(page, "phone")


def _files(folder: Path) -> dict[str, Path]:
    right = workbook_guide.example()
    book = opened(right)
    text, step = row_of(book["Texts"], "habit.1"), row_of(book["Steps"], "habit.2", 2)
    contents = {
        "macros": b"PK no workbook",
        "mended": right,
        "wrong": changed(right, {("Texts", f"C{text}"): None, ("Steps", f"D{step}"): "mornin"}),
        "reworded": changed(right, {("Texts", f"C{text}"): "God morgen. Ti minutter ute i dag?"}),
    }
    found = {name: folder / f"{name}.xlsx" for name in contents}
    for name, content in contents.items():
        found[name].write_bytes(content)
    return found


def _send(page: Page, file: Path) -> None:
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Check it").click()


def _heading(page: Page, said: str) -> None:
    """The page reloads itself until its job is done."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(said, timeout=JOB_MS)


def _tab(page: Page, name: str) -> None:
    nav = page.get_by_role("navigation", name="Of this version")
    with page.expect_navigation():
        nav.get_by_role("link", name=name, exact=True).click()
