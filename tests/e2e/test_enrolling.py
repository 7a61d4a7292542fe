"""People signed up by hand, by a list and from another programme, and one of them called."""

from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.following import follow
from tests.e2e.looks import Look, Sight, complaints_of, keep_picture
from tests.enrolment.people_lists import csv_of, xlsx_of

pytestmark = pytest.mark.e2e

SIGHTS: tuple[Sight, ...] = ((1280, "light"), (390, "dark"))
LOOK = ("serious", "critical")
#: Ofcom's numbers for drama, away from those the handsets take.
ONE, TWO, THREE = "+447700900801", "+447700900802", "+447700900803"
HEADS = ("number", "first_name", "consent", "said_on", "reference", "test")


def today() -> date:
    return datetime.now(UTC).date()


def test_people_are_signed_up_and_called(site: Site, signed_in: Page) -> None:
    page = signed_in
    complaints = complaints_of(page, site.address)
    look = Look("enrolling", SIGHTS, LOOK)

    page.goto(f"{site.address}/admin/")
    page.get_by_role("link", name="Sign people up").first.click()
    expect(page.get_by_role("heading", name="Sign people up")).to_be_visible()

    by_form(page, look)
    by_list(page, site, look)
    by_import(page, site, look)
    exported(page, site, look)
    by_telephone(page, site, look)
    assert complaints == []


def by_form(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Sign somebody up").click()
    page.locator("#id_number").fill("my sister")
    page.locator("#id_first_name").fill("Amina")
    page.get_by_label("It is on paper already").check()
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("Nobody was signed up yet.")).to_be_visible()
    expect(page.locator("#id_number")).to_have_value("my sister")
    expect(page.get_by_label("It is on paper already")).to_be_checked()
    look.at(page, "form wrong")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("#id_number").fill(ONE)
    page.get_by_label("Referral").check()
    page.locator("#id_asked_on").fill(today().isoformat())
    page.locator("#id_referrer").fill("HW-014, Mpika clinic")
    page.get_by_label("They confirm by their own YES").check()
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("The question is on its way.")).to_be_visible()
    expect(page.get_by_text("HW-014, Mpika clinic").first).to_be_visible()


def by_list(page: Page, site: Site, look: Look) -> None:
    page.goto(f"{site.address}/people/")
    look.at(page, "signing up")
    keep_picture(page, "signing-up")
    follow(page.get_by_role("link", name="Send in a list").first)
    look.at(page, "send")
    send(page, csv_of([["my brother"], [TWO, "R2D2"], [THREE, "", "paper"]], HEADS), "list.csv")
    expect(page.get_by_role("heading", name="4 things to put right")).to_be_visible()
    look.at(page, "list wrong")
    follow(page.get_by_role("link", name="send it in again"))
    rows = [
        [ONE],
        [TWO, "Sam"],
        [TWO],
        ["+12025550123"],
        [THREE, "Bo", "paper", today(), "Form 12"],
    ]
    send(page, xlsx_of([[*row, *[None] * (6 - len(row))] for row in rows], HEADS), "list.xlsx")
    expect(page.get_by_role("heading", name="What this list would do")).to_be_visible()
    expect(page.get_by_text("already in the campaign, or asked just now").first).to_be_visible()
    expect(page.get_by_text(TWO)).to_have_count(0)
    look.at(page, "list ready")
    keep_picture(page, "list")
    page.get_by_role("button", name="Sign up 2 people").click()
    expect(page.get_by_role("heading", name="The list is carried out")).to_be_visible()
    look.at(page, "list done")


def by_import(page: Page, site: Site, look: Look) -> None:
    page.goto(f"{site.address}/people/")
    follow(page.get_by_role("link", name="Take over another programme's people").first)
    look.at(page, "send import")
    heads = ("number", "how", "said_on", "reference", "enrolled_on", "quit_date", "calls",
             "opted_out")  # fmt: skip
    joined, quit_day = str(today() - timedelta(days=80)), str(today() - timedelta(days=60))
    rows = [
        [f"+4477009008{place}", "sms", joined, "JOIN to 2250", joined, quit_day, "yes", ""]
        for place in range(10, 14)
    ]
    rows.append(["+447700900820", "", "", "", "", "", "", "yes"])
    send(page, csv_of(rows, heads), "people.csv")
    expect(page.get_by_role("heading", name="What this list would do")).to_be_visible()
    expect(page.get_by_text("The first text would leave")).to_be_visible()
    look.at(page, "import ready")
    page.get_by_role("button", name="Take over 5 people").click()
    expect(page.get_by_role("heading", name="The list is carried out")).to_be_visible()
    look.at(page, "import done")


def exported(page: Page, site: Site, look: Look) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site.address}/admin/enrolment/enrolment/?state=all")
    if page.get_by_text("To export a list, choose its campaign first.").count():
        page.get_by_label("Campaign").select_option("Quit smoking")
        follow(page.get_by_role("button", name="Show", exact=True))
    look.at(page, "people")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Export this list").click()
    expect(page.get_by_label("Who")).to_have_value("all")
    page.get_by_label("With telephone numbers").check()
    look.at(page, "export")
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_role("button", name="Download with numbers")).to_be_visible()
    expect(page.get_by_text("+4477")).to_have_count(0)
    look.at(page, "exported")
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Download with numbers").click()
    text = fetched.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("person,state,test,joined,quit_day,next_look,last_heard_of,number")
    assert f"'{ONE}" in text
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text("The file is not kept any more.")).to_be_visible()
    follow(page.get_by_role("link", name="Export another"))
    look.at(page, "exports")


def by_telephone(page: Page, site: Site, look: Look) -> None:
    page.goto(f"{site.address}/people/")
    page.get_by_role("link", name="Call people for a survey").first.click()
    page.get_by_label("Survey").select_option("outcome.d30")
    page.get_by_label("Came due from").fill("soon")
    page.get_by_label("Came due until").fill(str(today() - timedelta(days=20)))
    page.get_by_role("button", name="Make the list").click()
    expect(page.get_by_text("No list was made yet.")).to_be_visible()
    expect(page.get_by_label("Came due from")).to_have_value("soon")
    look.at(page, "calls wrong")
    page.get_by_label("Came due from").fill(str(today() - timedelta(days=40)))
    page.get_by_label("So many, drawn at random").fill("3")
    page.get_by_role("button", name="Make the list").click()
    expect(page.get_by_role("heading", name="3 people, drawn from 4")).to_be_visible()
    look.at(page, "call list")
    page.get_by_role("button", name="Take the next call").click()
    expect(page.get_by_role("button", name="Show the number")).to_be_visible()
    expect(page.get_by_text("+44770090081")).to_have_count(0)
    look.at(page, "call")
    page.get_by_role("button", name="Show the number").click()
    expect(page.get_by_text("+44770090081")).to_be_visible()
    look.at(page, "call revealed")
    page.get_by_label("Reached, and answered").check()
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("Nothing is written down yet.")).to_be_visible()
    expect(page.get_by_label("Reached, and answered")).to_be_checked()
    look.at(page, "call wrong")
    page.locator("#id_answer-use7").select_option(index=1)
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("The call is written down.")).to_be_visible()
    expect(page.get_by_role("cell", name="Reached")).to_be_visible()
    look.at(page, "call list after")
    page.goto(f"{site.address}/calls/campaigns/{campaign_of(page)}/")
    look.at(page, "call lists")


def campaign_of(page: Page) -> str:
    address = page.get_by_role("link", name="All call lists").get_attribute("href") or ""
    return address.rstrip("/").rpartition("/")[2]


def send(page: Page, content: bytes, name: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("The list").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content}]
    )
    page.get_by_role("button", name="Check it").click()
