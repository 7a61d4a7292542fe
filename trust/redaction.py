"""The net under everything that is written down: no phone number and no address gets through."""

import re

NUMBER = "[number]"
ADDRESS = "[address]"
LINK = "[link]"

_ADDRESS = re.compile(r"[^\s@\"'<>,;:=()\[\]]+@[^\s@\"'<>,;:=()\[\]]*\w")
# Whoever holds one opens the page of the person it was texted to.
_LINK = re.compile(r"\S*/me/[0-9A-Za-z]{16,}/?")
_NUMBER = re.compile(
    r"[+\uff0b][\s().-]*\d(?:[\s().-]*\d){5,}"  # +47 22 33 44 55, however it is spaced
    r"|\d{8,}"  # any long run of digits, in any script
    r"|(?<!\d)0\d{1,4}(?:[\s.-]\d{2,4}){2,}(?!\d)"  # 07700 900 123, as written at home
)


def redact(text: str) -> str:
    """`text` with every run of digits that could be a phone number, every e-mail address and every
    one-time link replaced. Long ids are lost too: better a poorer log than a number in it."""
    return _NUMBER.sub(NUMBER, _ADDRESS.sub(ADDRESS, without_links(text)))


def without_links(text: str) -> str:
    """`text` as somebody else may read it: a one-time link to a person's page is taken out."""
    return _LINK.sub(LINK, text)


def looks_personal(text: str) -> bool:
    """True when `redact` would change the text."""
    return bool(_NUMBER.search(text) or _ADDRESS.search(text))
