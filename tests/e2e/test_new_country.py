"""A manager makes a country's campaign step by step; each page is looked at."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.following import follow
from tests.e2e.looks import Look, Sight, complaints_of

pytestmark = pytest.mark.e2e

SIGHTS: tuple[Sight, ...] = ((1280, "light"), (390, "dark"))
SERIOUS = ("serious", "critical")


def test_country_campaign_is_made_step_by_step(site: Site, signed_in: Page) -> None:
    page, look = signed_in, Look("country", SIGHTS, SERIOUS)
    complaints = complaints_of(page, site.address)
    page.goto(f"{site.address}/admin/campaigns/campaign/")
    page.get_by_role("link", name="Add campaign").first.click()
    page.get_by_role("link", name="Choose a programme").click()

    page.get_by_label("mDiabetes").check()
    page.select_option("[name=country]", "NP")
    page.fill("[name=name]", "Sugar Nepal")
    page.fill("[name=key]", "Sugar Nepal")
    next_step(page)
    expect(page.get_by_role("alert")).to_contain_text("single hyphens")
    look.at(page, "programme refused")
    page.fill("[name=key]", "sugar-nepal")
    next_step(page)

    page.check("[name=languages][value=en]")
    page.select_option("[name=default_language]", "en")
    expect(page.locator("[name=time_zone]")).to_have_value("Asia/Kathmandu")
    look.at(page, "people")
    next_step(page)
    expect(page.get_by_text("The weekend in Nepal is")).to_be_visible()
    look.at(page, "hours")
    next_step(page)

    for name, value in (
        ("programme", "Sugar Nepal"), ("emergency_number", "999"), ("advice_line", "1115"),
        ("quitline", "1115"),
    ):  # fmt: skip
        page.fill(f"[name=set_{name}]", value)
    next_step(page)
    expect(page.get_by_role("alert")).to_contain_text("not known as an emergency number of Nepal")
    look.at(page, "numbers refused")
    page.fill("[name=set_emergency_number]", "102")
    page.get_by_label(re.compile("were rung from there")).check()
    next_step(page)

    look.at(page, "sender")
    next_step(page)
    look.at(page, "calendar")
    next_step(page)
    look.at(page, "review")
    page.get_by_role("button", name="Make the campaign").click()

    expect(page.get_by_role("heading", name="Before anybody gets a text")).to_be_visible()
    look.at(page, "remaining")
    assert complaints == []


def next_step(page: Page) -> None:
    follow(page.get_by_role("button", name="Next"))
