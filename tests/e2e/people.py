"""A second person: made by the first, and signed in in a browser of her own."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site

SECRET = "a pass phrase for a test"


def make_reviewer(page: Page, site: Site, email: str, name: str) -> None:
    page.goto(f"{site.address}/admin/trust/user/add/")
    page.locator("#id_email").fill(email)
    page.locator("#id_name").fill(name)
    page.locator("#id_organisation").select_option(index=1)
    page.locator("#id_organisation_role").select_option("reviewer")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    # What the link of the email is for.
    set_password = (
        f"from trust.models import User; u = User.objects.get(email='{email}');"
        f" u.set_password('{SECRET}'); u.save()"
    )
    assert site.manage("shell", "-c", set_password).returncode == 0


def sign_in(page: Page, site: Site, email: str) -> None:
    page.goto(f"{site.address}/admin/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", SECRET)
    page.click("button[type=submit]")
    page.wait_for_url(f"{site.address}/admin/")


def code_of(secret: str, ahead: int = 0) -> str:
    """What a telephone shows, or will `ahead` half minutes on: each is taken once."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead)))
