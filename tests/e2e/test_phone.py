"""JOIN to day Q+7 to STOP on the phone page, by its buttons, with no waiting."""

import re
from itertools import product
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.looks import keep_picture, shoot

pytestmark = pytest.mark.e2e

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


class Phone:
    """The handset as a person uses it."""

    def __init__(self, page: Page, site: Site | None = None) -> None:
        """Without a site the list of phones is open already, on a campaign that was chosen."""
        self.page = page
        #: When each text that was not a reply came, as the screen shows it.
        self.planned_at: list[str] = []
        if site is not None:
            page.goto(f"{site.address}/phone/")
        page.get_by_role("button", name="New phone").click()
        expect(page.locator(".handset")).to_be_visible()

    @property
    def received(self) -> list[str]:
        return [text.strip() for text in self.page.locator(".bubble.ours p").all_inner_texts()]

    @property
    def clock(self) -> str:
        return self.page.locator("#clock").get_attribute("datetime") or ""

    def text(self, body: str, replies: int = 1) -> list[str]:
        """Texts `body` and returns the replies, of which `replies` must come."""
        before = len(self.received)
        self.page.locator("#body").fill(body)
        self.page.get_by_role("button", name="Send").click()
        expect(self.page.locator(".bubble.ours")).to_have_count(before + replies)
        return self.received[before:]

    def press(self, button: str) -> list[str]:
        """Presses a clock button and returns what came by then."""
        before = len(self.received)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).click()
        self.planned_at += self.page.locator(".bubble.ours time").all_inner_texts()[before:]
        return self.received[before:]

    def join(self, quit_day: str = "in 8 days") -> None:
        told = ("1", "yes", "34", "Amina", "1", "12", "2", "my daughter", quit_day, "1")
        for body in ("JOIN", *told):
            self.text(body)


def test_whole_journey_from_join_to_stop(site: Site, signed_in: Page) -> None:
    phone = Phone(signed_in, site)

    assert "STOP" in phone.text("JOIN")[0]
    assert "do you use any" in phone.text("english")[0]
    assert "How old" in phone.text("Yes")[0]
    assert "call you" in phone.text("34")[0]
    assert "use most" in phone.text("Amina")[0]
    assert "usual day" in phone.text("cigarettes")[0]
    assert "waking" in phone.text("about 12 a day")[0]
    assert "main reason" in phone.text("2")[0]
    assert "Which day" in phone.text("to run with my daughter")[0]
    for unreadable in ("soon", "31/2"):
        assert "for example" in phone.text(unreadable)[0]
    assert "morning" in phone.text("in 8 days")[0]
    assert "Amina" in phone.text("1")[0]

    first = phone.press("Next text")
    assert first
    assert "quit day" in first[0]
    for _ in range(3):
        assert phone.press("Next text")

    tips = [phone.text("CRAVE")[0] for _ in range(20)]
    assert len(set(tips)) == 20
    assert phone.text("CRAVE")[0] in tips
    assert "Breathe Easy" in phone.text("HELP")[0]

    scheduled: list[str] = []
    for _ in range(9):
        scheduled += phone.press("+1 day")
    assert len(scheduled) == len(set(scheduled))
    assert any("Good morning" in text for text in scheduled)

    phone.text("CRAVE")
    assert phone.text("SLIP")[0] not in scheduled
    keep_picture(signed_in, "phone")
    slip_days = phone.press("+1 day") + phone.press("+1 day")
    assert any("slip" in text for text in slip_days)
    for _ in range(6):
        scheduled += phone.press("+1 day")
    # Questions come again; so does the one about the price, once, when it was not answered.
    told = [text for text in scheduled if not re.search("Reply|Send a whole number", text)]
    assert [text for text in told if told.count(text) > 1] == []
    assert any("week ago today" in text for text in scheduled)
    # Which of the bank's five comes first is drawn; some of them say her own reason.
    reasons = [phone.text("WHY")[0] for _ in range(5)]
    assert any("my daughter" in text for text in [*scheduled, *reasons])

    assert "no more texts" in phone.text("STOP")[0]
    phone.text("STOP", replies=0)
    assert "STOP" in phone.text("help")[0]
    assert phone.press("+1 day") == []
    assert len(phone.planned_at) > 40
    assert all("08:00" <= at < "20:30" for at in phone.planned_at)
    audit = site.manage("audit_ledger")
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_unknown_words_are_answered_once_and_kept(site: Site, signed_in: Page) -> None:
    phone = Phone(signed_in, site)
    phone.join()

    assert "person will read it" in phone.text("my dog hid my patches")[0]
    phone.text("really", replies=0)

    signed_in.goto(f"{site.address}/admin/enrolment/case/")
    expect(signed_in.get_by_text("my dog hid my patches")).to_be_visible()


def test_never_user_is_thanked_and_left_in_peace(site: Site, signed_in: Page) -> None:
    phone = Phone(signed_in, site)
    phone.text("JOIN")
    phone.text("1")

    assert "Did you stop" in phone.text("no")[0]
    assert "people who use tobacco" in phone.text("no")[0]
    assert phone.press("+1 day") == []


def test_name_outside_gsm7_is_kept_out_of_the_texts(site: Site, signed_in: Page) -> None:
    phone = Phone(signed_in, site)
    for body in ("JOIN", "1", "yes", "34", "Žofia", "1", "12", "2", "my health", "in 8 days"):
        phone.text(body)

    assert "friend" in phone.text("2")[0]


def test_dose_time_and_pause_are_changed_by_a_word(site: Site, signed_in: Page) -> None:
    phone = Phone(signed_in, site)
    phone.join("in 8 days")

    assert "Fewer texts" in phone.text("less")[0]
    assert "fewest" in phone.text("LESS")[0]
    assert "9-17" in phone.text("TIME 9-17")[0]
    assert "for example" in phone.text("time noonish")[0]
    assert "Paused until" in phone.text("pause 3")[0]
    assert phone.press("+1 day") == []
    assert phone.text("CRAVE")
    assert "start again" in phone.text("RESUME")[0]
    came = phone.press("+1 day") + phone.press("+1 day")
    assert came
    assert all("09:00" <= at < "17:00" for at in phone.planned_at)


def test_smoking_again_leads_to_another_attempt(site: Site, signed_in: Page) -> None:
    phone = Phone(signed_in, site)
    phone.join("today")
    for _ in range(3):
        phone.press("+1 day")

    assert "YES" in phone.text("RELAPSE")[0]
    assert "DATE" in phone.text("yes")[0]
    rest = phone.press("+1 day") + phone.press("+1 day")
    assert rest
    assert not any("quit day" in text.lower() for text in rest[:1])
    assert "new start" in phone.text("DATE in 4 days")[0]
    again = [text for _ in range(5) for text in phone.press("+1 day")]
    assert any("Good morning" in text for text in again)


def test_hour_button_moves_the_clock_an_hour(site: Site, signed_in: Page) -> None:
    phone = Phone(signed_in, site)
    before = phone.clock

    phone.press("+1 hour")

    assert phone.clock > before


def test_timeline_tells_every_text_and_silence(site: Site, signed_in: Page) -> None:
    phone = Phone(signed_in, site)
    phone.join("today")
    phone.text("SLIP")
    phone.press("+1 day")

    signed_in.get_by_role("link", name="Open the timeline").click()

    expect(signed_in.locator(".timeline .received").first).to_be_visible()
    expect(signed_in.locator(".timeline .sent").first).to_be_visible()
    expect(signed_in.locator(".timeline .silent").first).to_contain_text("Not sent")
    keep_picture(signed_in, "timeline")


def test_pages_fit_the_screen(site: Site, signed_in: Page) -> None:
    phone = Phone(signed_in, site)
    phone.join("today")

    for name, path in (("phone", signed_in.url), ("phones", f"{site.address}/phone/")):
        signed_in.goto(path)
        for width, scheme in product((1280, 390), SCHEMES):
            signed_in.emulate_media(color_scheme=scheme)
            signed_in.set_viewport_size({"width": width, "height": 900})
            overflow = signed_in.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert overflow <= 0, (name, width, scheme)
            shoot(signed_in, f"{name}-{width}-{scheme}")


def test_nothing_on_the_page_breaks_the_content_policy(site: Site, signed_in: Page) -> None:
    complaints: list[str] = []
    signed_in.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    phone = Phone(signed_in, site)
    phone.join()
    signed_in.goto(f"{site.address}/admin/enrolment/enrolment/")

    assert [text for text in complaints if not re.search("favicon", text)] == []
