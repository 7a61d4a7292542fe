"""A real installation as a browser meets it: the demo off, TLS in front, nothing of http left.

The web part is started as its unit file does, behind a front that does what the nginx of deploy/
does, with a database as migrations leave it and the first account made as docs/operate.md says."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, Response, expect

from config.servers import discard, held
from tests import prepared, production
from tests.e2e import tls_front
from tests.e2e.conftest import ROOT, free_port
from tests.e2e.following import follow
from tests.e2e.looks import complaints_of
from tests.e2e.people import code_of

pytestmark = pytest.mark.e2e

HTTPS, HTTP = f"https://{production.NAME}", f"http://{production.NAME}"
EMAIL, SECRET = "root@example.org", "a pass phrase for a test"
#: A page of somebody else's, from which a form is sent to us.
ELSEWHERE = "https://elsewhere.example.net/"
YEAR = "max-age=31536000"


@dataclass(frozen=True)
class House:
    inside: int
    front: tls_front.Front
    certificate: tls_front.Certificate

    def asked_plainly(self, port: int, path: str, host: str = production.NAME) -> tuple[int, Any]:
        """As a program without a browser's caution would."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", path, headers={"Host": host, "Authorization": "Bearer abc"})
        answer = connection.getresponse()
        found = answer.headers["Location"] or answer.read().decode()
        connection.close()
        return answer.status, found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("https")
    var = folder / "var"
    prepared.lay(var)
    try:
        with held(var, throwaway=True) as place:
            environment = production.environment(str(var)) | {
                "ALLOWED_HOSTS": f"{production.NAME},127.0.0.1", "BEHIND_PROXY": "1",
                "DATABASE_URL": place.database_url, "REDIS_URL": place.redis_url,
                "DJANGO_SUPERUSER_PASSWORD": SECRET, "LOG_LEVEL": "WARNING",
            }  # fmt: skip
            _manage(environment, ["collectstatic"], ["createsuperuser", "--email", EMAIL])
            shown = tls_front.certificate(folder, production.NAME)
            with (
                _web_part(environment, folder / "web.log") as inside,
                tls_front.standing(f"http://127.0.0.1:{inside}", shown) as front,
            ):
                yield House(inside, front, shown)
    finally:
        discard(var)


def _manage(environment: dict[str, str], *commands: list[str]) -> None:
    """Both at once: each takes longer to start than to do."""
    started = [
        subprocess.Popen(
            [sys.executable, "manage.py", *command, "--noinput", "--verbosity", "0"],
            cwd=ROOT, env=environment,
        )
        for command in commands
    ]  # fmt: skip
    assert [each.wait(timeout=60) for each in started] == [0] * len(commands)


@contextmanager
def _web_part(environment: dict[str, str], log: Path) -> Iterator[int]:
    unit = (ROOT / "deploy" / "systemd" / "sendwell-web.service").read_text(encoding="utf-8")
    line = next(each for each in unit.splitlines() if each.startswith("ExecStart="))
    port = free_port()
    words = line.replace("--port 8000", f"--port {port}").replace("--workers 2", "--workers 1")
    with log.open("wb") as output:
        run = subprocess.Popen(
            [sys.executable, *words.split()[1:]], cwd=ROOT, env=environment,
            stdout=output, stderr=output,
        )  # fmt: skip
    try:
        _wait_until_ready(port, run, log)
        yield port
    finally:
        run.terminate()
        run.wait(timeout=30)


def _wait_until_ready(port: int, run: "subprocess.Popen[bytes]", log: Path) -> None:
    """By the question that deploy/ gives to whoever watches from within, without TLS."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert run.poll() is None, log.read_text()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/health/ready/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(log.read_text())


@pytest.fixture
def https_browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], house: House
) -> Iterator[Browser]:
    """Finds the house under its name and the usual two ports, and trusts its certificate as it
    would one that was bought: only then does it obey HSTS."""
    ports = (("443", house.front.tls), ("80", house.front.plain))
    mapped = ",".join(f"MAP {production.NAME}:{usual} 127.0.0.1:{ours}" for usual, ours in ports)
    trusted = f"--ignore-certificate-errors-spki-list={house.certificate.fingerprint}"
    arguments = [
        *browser_type_launch_args["args"], f"--host-resolver-rules={mapped}", trusted,
    ]  # fmt: skip
    browser = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    yield browser
    browser.close()


@pytest.fixture
def page(https_browser: Browser) -> Iterator[Page]:
    context = https_browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def test_staff_work_over_https_and_leave_nothing(page: Page) -> None:
    answers = _answers_to(page)

    _led_from_http(page)
    heard = complaints_of(page, HTTPS)
    secret = _second_factor_set_up(page)
    _speaks_norwegian_for_a_while(page)
    _posts_a_form(page)
    assert heard == []
    _refuses_forged_forms(page)
    _signs_out(page)
    _signs_in_with_a_code(page, secret)
    _is_guarded(answers)


def test_plain_http_leads_people_to_https_and_refuses_programs(house: House) -> None:
    plain, inside = house.front.plain, house.inside

    for path in ("/admin/", "/sign-in/?next=/admin/", "/me/abc/", "/api/v1/docs/"):
        assert house.asked_plainly(plain, path) == (301, f"{HTTPS}{path}")
    for path in ("/api/v1/campaigns/", "/fhir/metadata"):
        status, said = house.asked_plainly(plain, path)
        assert status == 403
        assert "Call the https address" in json.loads(said)["title"]
    assert house.asked_plainly(plain, "/admin/", "elsewhere.example.net")[0] == 400
    # Of whoever watches this very process.
    assert house.asked_plainly(inside, "/health/live/", "127.0.0.1")[0] == 200


def _answers_to(page: Page) -> list[Response]:
    found: list[Response] = []

    def came(answer: Response) -> None:
        found.append(answer)

    page.on("response", came)
    return found


def _led_from_http(page: Page) -> None:
    page.goto(f"{HTTP}/admin/")
    expect(page).to_have_url(f"{HTTPS}/sign-in/?next=%2Fadmin%2F")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Password").fill(SECRET)
    follow(page.get_by_role("button", name="Sign in"))
    _holds(page, "__Host-csrftoken", "__Host-sessionid")
    # Now the browser itself knows the way: it does not ask in plain again.
    answer = page.goto(f"{HTTP}/my-sessions/")
    assert answer is not None
    asked = answer.request
    while asked.redirected_from is not None:
        asked = asked.redirected_from
    led = asked.response()
    assert led is not None
    assert (led.status, led.headers.get("non-authoritative-reason")) == (307, "HSTS")


def _second_factor_set_up(page: Page) -> str:
    """Nothing else is open before."""
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(f"{HTTPS}/second-factor/set-up/")
    secret = str(page.locator(".secret").text_content()).replace(" ", "")
    page.get_by_label("Six digits").fill(code_of(secret))
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    return secret


def _speaks_norwegian_for_a_while(page: Page) -> None:
    for language, said in (
        ("nb", "Innstillingene dine er lagret."),
        ("en-gb", "settings are kept"),
    ):
        page.goto(f"{HTTPS}/my-settings/")
        page.locator("#id_language").select_option(language)
        page.locator("form button.primary").last.click()
        # It came by a cookie of its own, and is gone once it was read.
        expect(page.get_by_text(said)).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", language)
        _holds(page, "__Host-csrftoken", "__Host-sessionid")


def _posts_a_form(page: Page) -> None:
    page.goto(f"{HTTPS}/admin/trust/organisation/add/")
    page.locator("#id_name").fill("The clinic")
    page.locator("#id_slug").fill("clinic")
    page.locator("#id_country").fill("GB")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    for path in ("/admin/", "/admin/campaigns/campaign/", "/admin/messaging/sender/add/"):
        page.goto(f"{HTTPS}{path}")
        expect(page.get_by_role("heading", level=1).first).to_be_visible()


def _refuses_forged_forms(page: Page) -> None:
    """Each with a token that is right: one hides where it comes from, one is another site's, where
    the browser keeps our cookies back."""
    held_now = page.context.cookies()
    token = next(each["value"] for each in held_now if each["name"] == "__Host-csrftoken")
    body = (
        '<meta name="referrer" content="no-referrer">'
        f'<form method="post" action="{HTTPS}/sign-out/">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        "<button>Go</button></form>"
    )
    for planted in (f"{HTTPS}/planted/", ELSEWHERE):
        page.route(planted, lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(planted)
        with page.expect_response(f"{HTTPS}/sign-out/") as refused:
            page.get_by_role("button", name="Go").click()
        assert refused.value.status == 403
    page.goto(f"{HTTPS}/my-sessions/")
    expect(page.locator(".sessions li")).to_have_count(1)
    expect(page.locator(".sessions li")).to_contain_text("this one")


def _signs_out(page: Page) -> None:
    before = page.context.cookies()
    page.goto(f"{HTTPS}/sign-out/")
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and answer.url == f"{HTTPS}/sign-out/"
    ) as ended:
        page.get_by_role("button", name="Sign out").click()
    assert ended.value.header_value("clear-site-data") == '"cache"'
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    _holds(page, "__Host-csrftoken")
    # Nobody sees what she saw: not by going back, nor with the cookies as they were.
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.context.add_cookies([{**each} for each in before])  # type: ignore[typeddict-item]
    page.goto(f"{HTTPS}/my-sessions/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.context.clear_cookies()


def _signs_in_with_a_code(page: Page, secret: str) -> None:
    page.goto(f"{HTTPS}/sign-in/")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill(code_of(secret, 1))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{HTTPS}/admin/")


def _holds(page: Page, *names: str) -> None:
    """By these names a browser takes a cookie only if it is Secure and this host's alone."""
    held_now = sorted(page.context.cookies(), key=lambda each: each["name"])
    assert [each["name"] for each in held_now] == list(names)
    for each in held_now:
        assert (each["domain"], each["path"], each["sameSite"]) == (production.NAME, "/", "Lax")
        assert each["secure"], each["name"]
        assert each["httpOnly"], each["name"]


def _is_guarded(answers: list[Response]) -> None:
    """Every answer that came over https, pages, pictures and styles alike."""
    # The second time a style comes out of the browser's own store.
    own = {each.url: each for each in reversed(answers) if each.url.startswith(HTTPS)}
    own.pop(f"{HTTPS}/planted/")
    assert len(own) > 20
    for url, each in own.items():
        headers = each.all_headers()
        assert headers["strict-transport-security"] == YEAR, url
        assert headers["x-content-type-options"] == "nosniff", url
        if "text/html" in headers.get("content-type", ""):
            assert "script-src 'self'" in headers["content-security-policy"], url
        for set_by in headers.get("set-cookie", "").splitlines():
            assert set_by.startswith("__Host-"), url
            assert "; Secure" in set_by, url
