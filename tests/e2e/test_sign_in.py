"""docs/sign-in.md walked through in a browser: set-up, sign-in by code and by recovery code, a
wrong code, a lockout; every page looked at by axe."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.following import follow
from tests.e2e.looks import Look, Sight, complaints_of, keep_picture
from tests.e2e.people import code_of

pytestmark = pytest.mark.e2e

SIGHTS: tuple[Sight, ...] = ((1280, "light"), (390, "dark"))
LOOK = Look("sign-in", SIGHTS)
EMAIL, SECRET = "ada@demo.example", "a pass phrase for a test"
_MADE = (
    "from trust.models import Organisation, User; User.objects.create_user("
    f"'{EMAIL}', '{SECRET}', name='Ada', organisation=Organisation.objects.first(),"
    " organisation_role='auditor')"
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def test_second_factor_from_set_up_to_lockout(site: Site, page: Page, browser: Browser) -> None:
    made = site.manage("shell", "-c", _MADE)
    assert made.returncode == 0, made.stderr
    heard = complaints_of(page, site.address)
    _sign_in_elsewhere(browser, site)

    _password(page, site)
    expect(page.get_by_text("sign-in asks for no second factor")).to_be_visible()
    secret = _set_up(page, site)
    recovery = _codes(page)
    _end_the_other_session(page, site)
    _sign_out(page, site)
    _password(page, site)
    _wrong_code(page)
    # The code of the half minute of the set-up is spent: the next one is taken a step early.
    _type_code(page, code_of(secret, 1))
    page.wait_for_url(f"{site.address}/admin/")
    _sign_out(page, site)
    _password(page, site)
    _type_code(page, recovery)
    page.wait_for_url(f"{site.address}/admin/")
    _sign_out(page, site)
    _lock(page, site)
    assert [text for text in heard if "status of 429" not in text] == []


def _password(page: Page, site: Site, password: str = SECRET) -> None:
    page.goto(f"{site.address}/sign-in/")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def _sign_in_elsewhere(browser: Browser, site: Site) -> None:
    context = browser.new_context()
    page = context.new_page()
    _password(page, site)
    page.wait_for_url(f"{site.address}/admin/")
    context.close()


def _end_the_other_session(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/my-sessions/")
    expect(page.locator(".sessions li")).to_have_count(2)
    LOOK.at(page, "my sessions")
    page.get_by_role("button", name="End all others").click()
    expect(page.get_by_text("1 session is ended.")).to_be_visible()
    expect(page.locator(".sessions li")).to_have_count(1)


def _type_code(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()


def _set_up(page: Page, site: Site) -> str:
    page.goto(f"{site.address}/second-factor/")
    LOOK.at(page, "none yet")
    follow(page.get_by_role("link", name="Set it up now").last)
    LOOK.at(page, "password again")
    page.get_by_label("Password").fill(SECRET)
    follow(page.get_by_role("button", name="Go on"))
    picture = page.locator("img.code")
    # A picture that cannot be drawn refuses to be decoded.
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => image.naturalWidth") > 0
    LOOK.at(page, "set up")
    secret = str(page.locator(".secret").text_content()).replace(" ", "")
    page.get_by_label("Six digits").fill("12345")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_text("That code is not right")).to_be_visible()
    page.get_by_label("Six digits").fill(code_of(secret))
    page.get_by_role("button", name="Set it up").click()
    return secret


def _codes(page: Page) -> str:
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    LOOK.at(page, "recovery codes")
    codes = page.locator(".codes li").all_text_contents()
    assert len(codes) == 10
    return codes[0]


def _sign_out(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/sign-out/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    LOOK.at(page, "sign in")
    keep_picture(page, "sign-in")


def _wrong_code(page: Page) -> None:
    expect(page.get_by_role("heading", name="The second factor")).to_be_visible()
    _type_code(page, "000000")
    expect(page.get_by_text("Codes change every half minute")).to_be_visible()
    LOOK.at(page, "wrong code")


def _lock(page: Page, site: Site) -> None:
    for _ in range(5):
        _password(page, site, "not the password")
    expect(page.get_by_text(re.compile("Wait 15 minutes"))).to_be_visible()
    LOOK.at(page, "locked")
