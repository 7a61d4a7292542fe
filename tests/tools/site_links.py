"""Links of the documents that lead out of docs/, as the site shows them; mkdocs calls it.

In the checkout such a link opens the file. The site has no such file: there its name stands in
place of it. One that leads nowhere is a warning, and strict mode ends the building.
"""

import logging
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
#: No picture, and neither an address nor a place on the same page.
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?\)")

log = logging.getLogger("mkdocs.plugins.site_links")


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    return within(markdown, Path(page.file.src_uri))


def within(markdown: str, page: Path) -> str:
    """`page` is its path below docs/."""

    def shown(found: re.Match[str]) -> str:
        words, to, _ = found.groups()
        target = (DOCS / page.parent / to).resolve()
        if target.is_relative_to(DOCS):
            return found[0]
        if not (target.is_relative_to(ROOT) and target.exists()):
            log.warning("%s: nothing lies at %s", page, to)
        path = str(target.relative_to(ROOT)) if target.is_relative_to(ROOT) else to
        return f"`{path}`" if words.strip("`") in path else f"{words} (`{path}`)"

    return _LINK.sub(shown, markdown)
