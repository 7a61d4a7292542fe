"""The report of a seeded trial, wide and on a phone."""

import csv
import io

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.looks import Look, Sight, complaints_of

pytestmark = pytest.mark.e2e

SIGHTS: tuple[Sight, ...] = ((1280, "light"), (390, "dark"))
SERIOUS = ("serious", "critical")
MAKE = (
    "from tests.research import seeded_trial;"
    " print('trial', seeded_trial.make(90, slug='demo', blinded=False).pk)"
)


def test_report_of_a_trial(site: Site, signed_in: Page) -> None:
    page = signed_in
    complaints = complaints_of(page, site.address)
    look = Look("trial", SIGHTS, SERIOUS)
    made = site.manage("shell", "-c", MAKE)
    assert made.returncode == 0, made.stderr
    trial = made.stdout.split("trial ")[-1].strip()

    page.set_viewport_size({"width": 1280, "height": 740})
    page.goto(f"{site.address}/trials/{trial}/report/")
    expect(page.get_by_role("heading", name="Warmer texts: report")).to_be_visible()
    expect(page.locator("#flow svg.beside text").first).to_be_visible()
    expect(page.locator("#abstinence table")).to_contain_text("all due, no answer = smoking")
    expect(page.locator("#proximal table")).to_contain_text("no text")
    page.locator("summary").click()
    look.at(page, "report")
    expect(page.locator("#flow svg.below")).to_be_visible()

    page.emulate_media(media="print", color_scheme="light")
    page.set_viewport_size({"width": 1000, "height": 1400})
    expect(page.get_by_role("link", name="All figures as CSV")).to_be_hidden()
    expect(page.locator("#balance table")).to_be_visible()
    page.emulate_media(media="screen")
    with page.expect_download() as download:
        page.get_by_role("link", name="All figures as CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert {row["part"] for row in rows} == {
        "flow", "abstinence", "leaving", "means", "balance", "proximal",
    }  # fmt: skip
    assert complaints == []
