"""MYDATA, WEB and DELETE on the handset, and the person's own page: wide, small, light, dark, and
without scripts. Every page is looked at by axe."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.following import follow
from tests.e2e.looks import Look
from tests.e2e.test_phone import Phone

pytestmark = pytest.mark.e2e

WIDTHS = (1280, 360)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass
class Visitor:
    """Somebody with a link, in a browser of her own."""

    page: Page
    site: Site

    def open(self, said: str) -> "Visitor":
        found = re.search(r"/me/\w{22}/", said)
        assert found, said
        self.page.goto(self.site.address + found[0])
        self.page.get_by_role("button", name="Open my page").click()
        expect(self.page).to_have_url(f"{self.site.address}/me/")
        return self

    def follow(self, link: str) -> None:
        follow(self.page.get_by_role("link", name=link).first)

    def save(self, label: str, value: str, button: str = "Save") -> None:
        self.page.get_by_label(label).fill(value)
        self.page.get_by_role("button", name=button).click()

    def told(self, words: str) -> None:
        expect(self.page.get_by_role("status")).to_contain_text(words)

    def row(self, name: str) -> str:
        row = self.page.locator(".row", has=self.page.get_by_text(name, exact=True))
        return row.locator("dd").first.inner_text()


Visit = Callable[..., Visitor]


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Visit]:
    contexts = []

    def make(*, scripts: bool = True) -> Visitor:
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        return Visitor(page, site)

    yield make
    for context in contexts:
        context.close()


def test_everything_is_changed_without_scripts(site: Site, signed_in: Page, visitor: Visit) -> None:
    phone = Phone(signed_in, site)
    phone.join("in 8 days")
    assert "WEB" in phone.text("mydata")[0]
    own = visitor(scripts=False).open(phone.text("WEB")[0])
    before = len(phone.received)

    own.follow("Change First name")
    own.save("First name", "R2D2")
    expect(own.page).to_have_title("Error: Your name")
    expect(own.page.get_by_label("First name")).to_have_value("R2D2")
    own.save("First name", "Nora")
    own.told("Your name is saved.")
    own.follow("Change Own hours")
    own.save("From when to when", "9 til 17")
    own.told("Your hours are saved.")
    assert own.row("Own hours") == "9-17"
    own.follow("Change Quit day")
    own.save("Which day?", "soon")
    own.save("Which day?", "in 4 days")
    own.told("Your quit day is saved.")
    own.follow("Change How many texts")
    own.page.get_by_label("Fewer than now").check()
    own.page.get_by_role("button", name="Save").click()
    own.told("The number of texts is changed.")
    assert own.row("How many texts") == "The fewest"
    own.follow("Change Time of day")
    own.page.get_by_role("radio").nth(1).check()
    own.page.get_by_role("button", name="Save").click()
    own.told("The time of day is saved.")
    own.follow("Take a break")
    own.save("For how many days?", "3", "Start the break")
    own.told("The break has begun.")
    assert phone.press("+1 day") == []
    own.open(phone.text("web")[0])
    own.follow("End the break")
    own.page.get_by_role("button", name="End the break").click()
    own.told("The break is over.")

    own.follow("Your answers")
    expect(own.page.get_by_text("my daughter")).to_be_visible()
    own.follow("Back")
    own.page.get_by_role("link", name=re.compile("texts, yours and ours")).click()
    expect(own.page.get_by_text("[link]").first).to_be_visible()
    assert len(phone.received) == before + 1
    own.page.get_by_role("button", name="Close").click()
    expect(own.page.get_by_role("heading", name="Your page is closed")).to_be_visible()
    own.page.goto(f"{site.address}/me/")
    expect(own.page.get_by_role("heading", name="Ask for a link")).to_be_visible()


def test_download_is_everything_in_json(site: Site, signed_in: Page, visitor: Visit) -> None:
    phone = Phone(signed_in, site)
    phone.join()
    own = visitor().open(phone.text("WEB")[0])

    with own.page.expect_download() as download:
        own.page.get_by_role("link", name="Download everything").click()

    data = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert download.value.suggested_filename == "my-data.json"
    assert data["person"]["first_name"] == "Amina"
    assert "my daughter" in [told["said"] for told in data["answers"]]


def test_leaving_on_the_page_is_told_by_one_text(
    site: Site, signed_in: Page, visitor: Visit
) -> None:
    phone = Phone(signed_in, site)
    phone.join()
    own = visitor(scripts=False).open(phone.text("WEB")[0])

    own.follow("Leave: no more texts")
    own.page.get_by_role("button", name="Leave now").click()

    own.told("You have left.")
    phone.press("+1 hour")
    assert "You have left" in phone.received[-1]
    assert phone.press("+1 day") == []
    assert "WEB" in phone.text("MYDATA")[0]


@pytest.mark.parametrize("way", ["page", "text"])
def test_erasing_leaves_nothing_behind(
    site: Site, signed_in: Page, visitor: Visit, way: str
) -> None:
    phone = Phone(signed_in, site)
    phone.join()
    number = signed_in.locator(".status span").inner_text().split(" ")[0]
    if way == "page":
        own = visitor(scripts=False).open(phone.text("WEB")[0])
        own.follow("Erase everything about me")
        own.save("Type the word to confirm", "no", "Erase everything now")
        own.save("Type the word to confirm", "erase", "Erase everything now")
        expect(own.page.get_by_role("heading", name="Everything is erased")).to_be_visible()
    else:
        code = re.search(r"DELETE (\d{4})", phone.text("DELETE")[0])
        assert code
        signed_in.locator("#body").fill(code[0])
        with signed_in.expect_navigation():
            signed_in.get_by_role("button", name="Send").click()

    # Not read on the telephone: the task of every half minute may have emptied that by now.
    finished = site.manage("shell", "-c", FINISH)
    assert "left 0, last texts True" in finished.stdout, finished.stdout + finished.stderr
    signed_in.goto(f"{site.address}/phone/")
    expect(signed_in.get_by_role("link", name=number)).to_have_count(0)
    audit = site.manage("audit_ledger")
    assert audit.returncode == 0, audit.stdout + audit.stderr


#: What the task does every half minute, until no erasure waits for its last text to leave.
FINISH = """
import time
from enrolment import finishing
from enrolment.models import Erasure
from messaging import clock
confirmed = Erasure.objects.filter(confirmed_at__isnull=False)
for _ in range(40):
    finishing.finish(now=clock.calendar_now())
    if not confirmed.filter(finished_at=None).exists():
        break
    time.sleep(0.25)
last = set(confirmed.values_list("last_message__status", flat=True))
left = confirmed.filter(finished_at=None).count()
print(f"left {left}, last texts {bool(last) and last <= {'accepted', 'sent', 'delivered'}}")
"""


def test_used_and_wrong_links_open_nothing(site: Site, signed_in: Page, visitor: Visit) -> None:
    phone = Phone(signed_in, site)
    phone.join()
    said = phone.text("WEB")[0]
    visitor().open(said)
    used = re.search(r"/me/\w{22}/", said)
    assert used

    for path in (used[0], "/me/0123456789012345678901/"):
        other = visitor().page
        answer = other.goto(site.address + path)
        assert answer is not None
        assert answer.status == 404
        expect(other.get_by_role("heading", name="This link opens nothing")).to_be_visible()


def test_pages_are_accessible_and_fit_the_screen(
    site: Site, signed_in: Page, visitor: Visit
) -> None:
    phone = Phone(signed_in, site)
    phone.join("in 8 days")
    phone.text("CRAVE")
    said = phone.text("WEB")[0]
    guest = visitor()
    link = re.search(r"/me/\w{22}/", said)
    assert link
    look = Look("me", tuple(product(WIDTHS, SCHEMES)))
    for name, path in (("ask", "/me/"), ("link", link[0]), ("closed", "/me/nothing/")):
        guest.page.goto(site.address + path)
        look.at(guest.page, name)

    own = guest.open(said)
    look.at(own.page, "home")
    for name in (
        "First name", "Own hours", "Quit day", "How many texts", "Time of day", "Discreet texts",
        "Telephone number",
    ):  # fmt: skip
        own.follow(f"Change {name}")
        look.at(own.page, name)
        own.page.locator("input[type=text]").fill("") if name in _TYPED else None
        follow(own.page.locator("button.primary")) if name in _TYPED else None
        look.at(own.page, f"{name} wrong")
        own.page.goto(f"{site.address}/me/")
    for name in ("Take a break", "texts, yours and ours", "Your answers", "Leave", "Erase"):
        follow(own.page.get_by_role("link", name=re.compile(name)).first)
        look.at(own.page, name)
        own.page.goto(f"{site.address}/me/")
    own.page.goto(f"{site.address}/me/?saved=name")
    look.at(own.page, "saved")


_TYPED = ("First name", "Own hours", "Quit day", "Telephone number")


@pytest.mark.parametrize(
    ("language", "direction", "back"), [("ar", "rtl", "رجوع"), ("hi", "ltr", "वापस")]
)
def test_page_in_another_script(
    site: Site, signed_in: Page, visitor: Visit, language: str, direction: str, back: str
) -> None:
    """The curriculum is English yet, so the language is set as an administrator would."""
    phone = Phone(signed_in, site)
    phone.text("JOIN")
    own = visitor().open(phone.text("WEB")[0])
    told = site.manage("shell", "-c", LATEST.format(language))
    assert told.returncode == 0, told.stderr
    look = Look(f"me-{language}", ((360, "light"),))

    for path in ("", "leave/", "erase/", "texts/"):
        own.page.goto(f"{site.address}/me/{path}")
        expect(own.page.locator("html")).to_have_attribute("dir", direction)
        look.at(own.page, path or "home")
    expect(own.page.get_by_role("link", name=back)).to_be_visible()


LATEST = """
from enrolment.models import Participant
Participant.objects.filter(pk=Participant.objects.latest("pk").pk).update(language="{}")
"""
