"""A draft is linted, reviewed, approved by another person and published, each in their own browser
by plain buttons; the pages are looked at by axe, wide and small, light and dark."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import ROOT, Site
from tests.e2e.looks import AXE
from tests.e2e.test_self_service import SCHEMES
from tests.peers.npm import package

pytestmark = pytest.mark.e2e

PEOPLE = """
from campaigns.models import Campaign, Membership
from trust.models import Organisation, User
demo = Organisation.objects.get(slug="demo")
ROLES = {"author": "author", "reviewer": "reviewer", "manager2": "programme_manager"}
for name, role in ROLES.items():
    user = User(email=f"{name}@demo.example", name=name.title(), organisation=demo, is_staff=True)
    user.set_password("a pass phrase for a test")
    user.save()
    campaign = Campaign.objects.get(organisation=demo, key="mcessation")
    Membership.objects.create(user=user, campaign=campaign, role=role)
"""
PAGES = ("review", "lint", "techniques", "text/quit.01", "ethics")
Sign = Callable[[str], Page]


@pytest.fixture
def signed(site: Site, browser: Browser) -> Iterator[Sign]:
    """A browser of their own for each of the people."""
    contexts = []

    def sign(name: str) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{site.address}/admin/")
        page.fill("input[name=username]", f"{name}@demo.example")
        page.fill("input[name=password]", "a pass phrase for a test")
        page.click("button[type=submit]")
        page.wait_for_url(f"{site.address}/admin/")
        return page

    yield sign
    for context in contexts:
        context.close()


def test_version_goes_from_draft_to_published_by_several_hands(site: Site, signed: Sign) -> None:
    made = site.manage("shell", "-c", PEOPLE)
    assert made.returncode == 0, made.stderr
    loaded = site.manage(
        "load_pack", "curricula/mcessation", "--campaign", "mcessation",
        "--author", "author@demo.example",
    )  # fmt: skip
    assert loaded.returncode == 0, loaded.stderr
    author, reviewer, manager = (signed(name) for name in ("author", "reviewer", "manager2"))
    root = _open_newest(author, site)

    author.get_by_role("link", name="Linter").first.click()
    expect(author.get_by_role("heading", name="what the linter says")).to_be_visible()
    expect(author.get_by_text("0 errors")).to_be_visible()
    author.get_by_role("link", name="Review", exact=True).click()
    author.get_by_role("button", name="Ask for review").click()
    expect(author.get_by_role("status")).to_contain_text("is in review")
    expect(author.get_by_role("button", name="Approve")).to_have_count(0)

    reviewer.goto(f"{root}/text/quit.01/")
    reviewer.get_by_role("textbox", name="Comment").fill("Warm. I would keep it.")
    reviewer.get_by_role("button", name="Comment", exact=True).click()
    expect(reviewer.get_by_text("Warm. I would keep it.", exact=True)).to_be_visible()
    reviewer.goto(f"{root}/review/")
    reviewer.get_by_role("button", name="Settled").click()
    for language in ("en", "nb", "nn"):
        reviewer.get_by_role("button", name=f"Sign {language}", exact=True).click()
        expect(reviewer.get_by_role("status")).to_contain_text(f"signed {language}")
    reviewer.get_by_role("button", name="Approve").click()
    expect(reviewer.get_by_role("status")).to_contain_text("is approved")
    reviewer.get_by_role("link", name="Rehearsal").last.click()
    reviewer.get_by_role("button", name="Accept all that fare as before").click()
    expect(reviewer.get_by_text("fare as before and are accepted")).to_be_visible()

    manager.goto(f"{root}/lint/")
    manager.get_by_role("button", name="I have seen the warnings").click()
    expect(manager.get_by_text("The warnings were seen by")).to_be_visible()
    manager.get_by_role("link", name="Changes and publishing").click()
    manager.get_by_role("button", name="Publish").click()
    expect(manager.get_by_role("status")).to_contain_text("is published")

    _look_at(manager, root, package("axe-core") / "axe.min.js")
    with manager.expect_download() as download:
        manager.get_by_role("link", name="Download as a file").click()
    assert "quit.01" in Path(download.value.path()).read_text(encoding="utf-8")


def _open_newest(page: Page, site: Site) -> str:
    """The newest version, by way of the admin's list; the address its pages hang under."""
    page.goto(f"{site.address}/admin/campaigns/campaignversion/?status__exact=draft")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("link", name="Review").last.click()
    expect(page.get_by_role("heading", name="review")).to_be_visible()
    return page.url.removesuffix("/review/")


def _look_at(page: Page, root: str, axe: Path) -> None:
    """No page has a fault that axe sees, or is wider than a telephone. Pictures go to var/."""
    pictures = ROOT / "var" / "test" / "governance"
    pictures.mkdir(parents=True, exist_ok=True)
    for width, scheme in ((1280, SCHEMES[0]), (390, SCHEMES[1])):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        for name in PAGES:
            page.goto(f"{root}/{name}/")
            picture = f"{name.replace('/', '-')}-{width}-{scheme}.png"
            page.screenshot(path=pictures / picture, full_page=name != "ethics")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, picture
            if name == "ethics" and scheme == "dark":
                # All texts are on it, and axe has read every one of them once.
                continue
            page.evaluate(axe.read_text(encoding="utf-8"))
            found = page.evaluate(f"axe.run(document, {json.dumps(AXE)})")
            told = [
                (each["id"], [node["html"][:120] for node in each["nodes"][:3]])
                for each in found["violations"]
            ]
            assert told == [], picture
