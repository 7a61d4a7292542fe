"""docs/workbook.md walked through in a browser: a workbook with mistakes, the mended one, the
draft. The product's own worker reads the file."""

import json
import os
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests import workbook_guide
from tests.e2e.conftest import ROOT, Site
from tests.peers.npm import package
from tests.workbooks import changed, opened, row_of

pytestmark = pytest.mark.e2e

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (390, "dark"))
#: A campaign of nobody's yet; made here, for the admin has no page to make one.
MAKE = """
from campaigns.models import Campaign, Membership
from trust.models import User
quit = Campaign.objects.get(key="mcessation")
walk, _ = Campaign.objects.get_or_create(
    organisation=quit.organisation, key="walk", defaults={
        "name": "Walk more", "sender": quit.sender, "country": quit.country,
        "time_zone": quit.time_zone})
for user in User.objects.filter(is_staff=True, organisation=quit.organisation):
    Membership.objects.get_or_create(user=user, campaign=walk, role="programme_manager")
print("campaign", walk.pk)
"""


@pytest.fixture
def campaign(site: Site) -> str:
    made = site.manage("shell", "-c", MAKE)
    assert "campaign" in made.stdout, made.stderr
    return made.stdout.split("campaign")[-1].strip()


def test_example_becomes_a_draft_after_its_mistakes_are_mended(
    site: Site, signed_in: Page, campaign: str, tmp_path: Path
) -> None:
    page, files = signed_in, _files(tmp_path)
    page.goto(f"{site.address}/admin/campaigns/campaign/{campaign}/change/")
    page.get_by_role("link", name="Workbook").first.click()
    expect(page.get_by_label("English", exact=True)).to_be_checked()
    page.get_by_label("Norwegian bokmål").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download a new workbook").click()
    assert download.value.suggested_filename == "walk-new.xlsx"
    assert opened(Path(download.value.path()).read_bytes())["Campaign"]["B3"].value == "Walk more"
    _look(page, "begin")

    _send(page, tmp_path / "macros.xlsx", b"PK no workbook")
    expect(page.get_by_role("alert")).to_contain_text("or it is damaged")

    _send(page, files["wrong"], None)
    _heading(page, "This file can't be taken over yet")
    rows = page.locator("table.problems tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator("td").nth(2)).to_have_text("slot")
    expect(rows.nth(0)).to_contain_text("did you mean 'morning'?")
    expect(rows.nth(1)).to_contain_text("text habit.1 is missing")
    _look(page, "mistakes")

    page.get_by_role("link", name="send it in again").click()
    _send(page, files["mended"], None)
    _heading(page, "What this file would change")
    expect(page.get_by_text("92 texts in en, nb")).to_be_visible()
    page.get_by_role("button", name="Apply").click()
    _heading(page, "is a draft now")
    _look(page, "applied")

    page.get_by_role("link", name="the workbook's page").click()
    _send(page, files["reworded"], None)
    _heading(page, "What this file would change")
    expect(page.get_by_text("nb: 1 text reworded")).to_be_visible()
    expect(page.locator("del", has_text="Velg en tid")).to_be_visible()
    _look(page, "changes")
    page.get_by_role("button", name="Apply").click()
    _heading(page, "Walk more v2 is a draft now")
    page.get_by_role("link", name="Open the draft").click()
    expect(page.get_by_role("heading", name="Walk more v2")).to_be_visible()

    found = site.manage("shell", "-c", _COUNT)
    assert json.loads(found.stdout.splitlines()[-1]) == [[1, "draft", 92], [2, "draft", 92]]


_COUNT = """
import json
from campaigns.models import CampaignVersion
versions = CampaignVersion.objects.filter(campaign__key="walk").order_by("number")
print(json.dumps([[v.number, v.status, v.texts.count()] for v in versions]))
"""


def _files(folder: Path) -> dict[str, Path]:
    right = workbook_guide.example()
    book = opened(right)
    text, step = row_of(book["Texts"], "habit.1"), row_of(book["Steps"], "habit.2", 2)
    contents = {
        "mended": right,
        "wrong": changed(right, {("Texts", f"C{text}"): None, ("Steps", f"D{step}"): "mornin"}),
        "reworded": changed(right, {("Texts", f"C{text}"): "God morgen. Ti minutter ute i dag?"}),
    }
    found = {name: folder / f"{name}.xlsx" for name in contents}
    for name, content in contents.items():
        found[name].write_bytes(content)
    return found


def _send(page: Page, file: Path, content: bytes | None) -> None:
    if content is not None:
        file.write_bytes(content)
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Check it").click()


def _heading(page: Page, said: str) -> None:
    """The page reloads itself until its job is done."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(said, timeout=60_000)


def _look(page: Page, name: str) -> None:
    folder = Path(os.environ.get("SHOTS", ROOT / "var" / "shots"))
    folder.mkdir(parents=True, exist_ok=True)
    page.evaluate((package("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("options => axe.run(document, options)", AXE)
        assert [_short(rule) for rule in found["violations"]] == [], (name, width, scheme)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, (name, width)
        page.screenshot(path=folder / f"workbook-{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})


def _short(rule: dict[str, Any]) -> str:
    return f"{rule['id']}: {', '.join(node['html'] for node in rule['nodes'])}"
