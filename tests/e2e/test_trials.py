"""A trial in the browser: set up, started, stopped; a person who joins is in it, and blinded."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.following import follow
from tests.e2e.looks import Look, Sight, complaints_of
from tests.e2e.test_broadcasts import joined_campaign
from tests.e2e.test_phone import Phone

pytestmark = pytest.mark.e2e

SIGHTS: tuple[Sight, ...] = ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark"))
LOOK = ("serious", "critical")


def test_trial_is_made_started_joined_and_stopped(site: Site, signed_in: Page) -> None:
    page = signed_in
    phone = Phone(page, site)
    phone.join()
    campaign = joined_campaign(page)
    complaints = complaints_of(page, site.address)
    look = Look("trial", SIGHTS, LOOK)

    page.goto(f"{site.address}/trials/")
    look.at(page, "empty list")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name=f"For {campaign}").click()
    page.get_by_label("Name").first.fill("Another dose")
    page.locator("#id_key").fill("start")
    page.locator("#id_method").select_option("blocks")
    page.locator("#id_block_sizes").fill("3")
    arms = (("Usual", "usual", 0), ("Other dose", "other", 1))
    for place, (name, key, dose) in enumerate(arms):
        page.locator(f"#id_arm-{place}-name").fill(name)
        page.locator(f"#id_arm-{place}-key").fill(key)
        page.locator(f"#id_arm-{place}-profile").select_option(index=dose)
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("must be a multiple of 2")
    look.at(page, "wrong")
    # A form that is refused is a 400, which the browser tells of.
    assert all("400" in complaint for complaint in complaints)
    complaints.clear()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("#id_block_sizes").fill("2, 4")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_role("heading", name="Another dose")).to_be_visible()
    look.at(page, "draft")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Why").fill("The ethics committee agrees.")
    page.get_by_role("button", name="Start the trial").click()
    expect(page.get_by_text("It runs")).to_be_visible()
    expect(page.get_by_text("Seed's SHA-256")).to_be_visible()
    address = page.url

    prepare = (
        "from datetime import timedelta; from campaigns.models import Trial;"
        " from enrolment import joining; from enrolment.models import Enrolment;"
        " from messaging import inbox; from messaging.clock import calendar_now;"
        " v = Trial.objects.get(key='start').campaign.versions.get(status='published');"
        " r = inbox.recipient_for(organisation_id=v.campaign.organisation_id,"
        " number='+447700900077');"
        " e = joining.join(version=v, recipient=r, language='en', channel='sms',"
        " exact_text='JOIN', now=calendar_now());"
        " joining.activate(enrolment=e, now=calendar_now()); print('person', e.pk)"
    )
    made = site.manage("shell", "-c", prepare)
    assert made.returncode == 0, made.stderr
    person = made.stdout.split("person ")[1].split()[0]

    page.goto(address)
    expect(page.get_by_text("1 person was drawn.")).to_be_visible()
    look.at(page, "running")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site.address}/admin/enrolment/enrolment/{person}/change/")
    expect(page.get_by_text("in it, blinded")).to_be_visible()
    look.at(page, "person blinded")
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.get_by_role("link", name="Unblind")).to_have_count(0)
    keeper = (
        "from campaigns.models import Membership, Trial; from trust.models import User;"
        " Membership.objects.create(user=User.objects.order_by('pk')[0],"
        " campaign=Trial.objects.get(key='start').campaign, role='trial_keeper')"
    )
    made = site.manage("shell", "-c", keeper)
    assert made.returncode == 0, made.stderr
    page.reload()
    follow(page.get_by_role("link", name="Unblind"))
    look.at(page, "unblind")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Why").fill("An emergency at the clinic.")
    page.get_by_role("button", name="Show me her arm").click()
    expect(page.get_by_text("in it, blinded")).to_have_count(0)

    page.goto(address)
    page.get_by_label("Why").last.fill("Everybody is in.")
    page.get_by_role("button", name="Stop the trial").click()
    expect(page.get_by_text("Stopped. Nobody is drawn")).to_be_visible()
    look.at(page, "stopped")
    page.goto(f"{site.address}/trials/")
    look.at(page, "list")
    assert complaints == []
