"""Signs that word processors put in, and what GSM-7 has in their place. Pure."""

import unicodedata

from messaging.segments import is_gsm7
from trust.telling import tell

#: The pages' scripts tell the same while one types.
PLAIN = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'", "\u00b4": "'",
    "`": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2033": '"', "\u00ab": '"',
    "\u00bb": '"', "\u2039": "'", "\u203a": "'", "\u2010": "-", "\u2011": "-", "\u2012": "-",
    "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-", "\u2026": "...", "\u2022": "-",
    "\u00b7": "-", "\u00d7": "x", "\u00f7": "/", "\u00b0": "deg", "\u00bd": "1/2",
    "\u00bc": "1/4", "\u00be": "3/4", "\u2190": "<-", "\u2192": "->", "\u2264": "<=",
    "\u2265": ">=", "\u00a9": "(c)", "\u00ae": "(r)", "\u2122": "tm", "\u0153": "oe",
    "\u0152": "OE", "\u0131": "i", "\u0142": "l", "\u0141": "L",
}  # fmt: skip


def plain(sign: str) -> str | None:
    """What to write in a sign's place: empty to leave it out, None where there is no such thing,
    as for a letter of another script."""
    if sign in PLAIN:
        return PLAIN[sign]
    category = unicodedata.category(sign)
    if category == "Zs":
        return " "
    if category in ("Cf", "So", "Sk", "Mn", "Cs") or sign == "\ufe0f":
        return ""
    bare = unicodedata.normalize("NFKD", sign)
    letters = "".join(part for part in bare if not unicodedata.combining(part))
    return letters if letters and is_gsm7(letters) else None


def advice(sign: str) -> str:
    found = plain(sign)
    if found is None:
        return tell("say it in other words")
    if not found:
        return tell("leave it out")
    return tell("type a plain blank") if found == " " else tell("write %(sign)s", sign=found)
