"""The pages around people in the language their reader chose: no English is left."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.following import follow
from tests.e2e.looks import Look, complaints_of
from tests.e2e.test_phone import Phone

pytestmark = pytest.mark.e2e

LOOK = ("serious", "critical")
#: No rule reads it, so a person does; it is no urgent case, of which another test counts its own.
TALK = "my neighbour grows tomatoes on the roof"
#: Words of every English sentence, and of none in Norwegian.
ENGLISH = re.compile(
    r"\b(the|and|with|from|this|these|which|who|what|whose|when|not|been|was|were|they|their|"
    r"them|it|its|nobody|nothing|text|texts|people|waits?|sent|ago|by|of|to|a|an|be|you|your)\b",
    re.IGNORECASE,
)
#: What a campaign says, and what people text; and names that stand in the source.
_SHOWN = """() => {
  const own = '.body, .words, .wording[lang], .bubble, .thread, code, pre, script, style,'
    + ' textarea, bdi[lang]';
  document.body.querySelectorAll(own).forEach((node) => { node.dataset.skip = '1'; });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!node || node.closest('[data-skip]') || !node.checkVisibility()) continue;
    const said = walker.currentNode.textContent.trim();
    if (said) found.push(said);
  }
  return found;
}"""
#: The demo's own words: its campaign, its organisation, the keys of steps, what was texted.
OWN = re.compile(
    rf"Quit smoking|A demonstration of.*|Demo \w+|Breathe Easy|[a-z]+[._][a-z0-9._]+|{TALK}"
    # A Thursday in nynorsk, and what the tests of the same product have named.
    r"|\bto\. (?:\d+\. \w+|\d\d:\d\d)|To a list"
)


@pytest.fixture
def settled(site: Site, signed_in: Page) -> Iterator[Page]:
    """The language is the account's, which other tests use as well."""
    yield signed_in
    prefer(signed_in, site, "", "")


def prefer(page: Page, site: Site, language: str, zone: str) -> None:
    page.goto(f"{site.address}/my-settings/")
    page.locator("[name=language]").select_option(language)
    page.locator("[name=time_zone]").select_option(zone)
    follow(page.locator("form button.primary"))


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("nb", 1280, "light"), ("nn", 390, "dark")]
)
def test_people_are_looked_after_in_norwegian(
    site: Site, settled: Page, language: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page, admin = settled, f"{site.address}/admin"
    complaints = complaints_of(page, site.address)
    look = Look(f"people-{language}", ((width, scheme),), LOOK)
    phone = Phone(page, site)
    phone.join("today")
    phone.text("SLIP")
    phone.text(TALK)
    phone.press("+1 day")
    follow(page.get_by_role("link", name="Open the timeline"))
    person = page.url
    prefer(page, site, language, "Asia/Kolkata")

    left: dict[str, list[str]] = {}
    page.goto(person)
    expect(page.locator(".timeline .silent").first).to_be_visible()
    # The reader's clock, and the person's beside it with its zone named.
    expect(page.locator(".timeline h2")).to_contain_text("Asia/Kolkata")
    expect(page.locator(".timeline h2")).to_contain_text("Europe/London")
    left["person"] = judge(page, look, "person")
    page.goto(f"{admin}/enrolment/case/")
    left["inbox"] = judge(page, look, "inbox")
    page.locator("#result_list th a, #result_list a").first.click()
    expect(page.locator("#answer-text")).to_be_visible()
    left["case"] = judge(page, look, "case")
    for name, address in (
        ("people", "/admin/enrolment/enrolment/"),
        ("operations", "/operations/"),
        ("invite", "/admin/enrolment/invitation/add/"),
        ("signing up", "/people/"),
        ("broadcasts", "/broadcasts/"),
        ("rehearsal", "/rehearsal/"),
        ("canned", "/admin/enrolment/cannedreply/add/"),
        ("campaign", "/campaigns/1/"),
        ("publish", "/versions/1/publish/"),
        ("version", "/versions/1/"),
        ("forecast", "/forecast/1/"),
        ("calls", "/calls/campaigns/1/"),
        ("new broadcast", "/broadcasts/new/1/"),
        ("phones", "/phone/"),
    ):
        page.goto(f"{site.address}{address}")
        left[name] = judge(page, look, name)
    assert {name: found for name, found in left.items() if found} == {}
    assert [text for text in complaints if "status of 4" not in text] == []


def judge(page: Page, look: Look, name: str) -> list[str]:
    """What is left in English on it."""
    look.at(page, name)
    shown: list[str] = page.evaluate(_SHOWN)
    return [said for said in shown if ENGLISH.search(OWN.sub("", said))]
