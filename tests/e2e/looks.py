"""A page looked at: axe's rules, its width, its picture; in each size and scheme that is asked."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

from playwright.sync_api import ConsoleMessage, Page, Request

from tests.e2e.conftest import ROOT
from tests.peers.npm import package

AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Of what passed one element a rule is told, not all of them with their addresses.
    "resultTypes": ["violations"],
}
_THEME = "dark => document.documentElement.classList.toggle('dark', dark)"
_SCREEN: Any = {"width": 1280, "height": 800}
PICTURES = ROOT / "docs" / "images"
Sight: TypeAlias = tuple[int, Literal["light", "dark"]]


def shoot(page: Page, name: str) -> None:
    """The whole page as a picture, for people to look at, in the folder that SHOTS names. No test
    reads it, and drawing one takes half as long as axe takes to judge the page."""
    if folder := os.environ.get("SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


class Look:
    """`impacts`: which of axe's findings count; every one, unless some are named."""

    def __init__(self, name: str, sights: Sequence[Sight], impacts: Sequence[str] = ()) -> None:
        self.name, self.sights, self.impacts = name, sights, impacts
        self.axe = (package("axe-core") / "axe.min.js").read_text(encoding="utf-8")

    def at(self, page: Page, name: str) -> None:
        page.wait_for_load_state()
        page.evaluate(self.axe)
        file = re.sub(r"\W+", "-", name.lower())
        for width, scheme in self.sights:
            page.set_viewport_size({"width": width, "height": 740})
            page.emulate_media(color_scheme=scheme)
            # The admin theme reads the scheme when a page is loaded.
            page.evaluate(_THEME, scheme == "dark")
            self._judge(page, f"{name} {width} {scheme}")
            shoot(page, f"{self.name}-{file}-{width}-{scheme}")

    def _judge(self, page: Page, name: str) -> None:
        found = page.evaluate("options => axe.run(document, options)", AXE)
        rules = [
            _short(rule)
            for rule in found["violations"]
            if not self.impacts or rule["impact"] in self.impacts
        ]
        # Said in full: pytest rewrites the asserts of test files alone.
        assert rules == [], f"{name}: {rules}"
        assert found["passes"], name
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{name}: {overflow} too wide"


def keep_picture(page: Page, name: str) -> None:
    """A picture of the guide or the README: one screen, wide and light. Written where PICTURES=1
    asks for it; tests/config/test_pictures.py holds that each one the documents show is made."""
    if os.environ.get("PICTURES") != "1":
        return
    before = page.viewport_size
    page.set_viewport_size(_SCREEN)
    page.emulate_media(color_scheme="light")
    page.evaluate(_THEME, False)
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")
    if before is not None:
        page.set_viewport_size(before)


def _short(rule: dict[str, Any]) -> str:
    return f"{rule['id']}: {', '.join(node['html'] for node in rule['nodes'])}"


def complaints_of(page: Page, address: str) -> list[str]:
    """Fills as the page goes: errors of its console, and requests to another host."""
    found: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.append(f"{message.text} {message.location['url']} {page.url}")

    def asked(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            found.append(request.url)

    page.on("console", heard)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", asked)
    return found
