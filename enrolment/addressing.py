"""In which wording a text goes to one person, and how it tells whom it is for. Pure.

Somebody who chose discreet texts never gets a planned text about her illness: the journey asks
`is_discreet` first. An answer to her own word goes out as it stands, for she has just asked; what
anybody could bring about by any text is neutral.
"""

import unicodedata
from typing import NamedTuple

from campaigns.content import Content
from campaigns.manners import CARE, DISCREET, in_manner
from campaigns.wording import LONGEST_OWN, Wording
from enrolment.own_texts import TEXTS, own_text
from messaging.segments import is_gsm7

_SYSTEM = "system."
#: Of the engine's own texts those that tell nothing, or must be understood whatever it costs.
_AS_THEY_STAND = frozenset({
    "web", "web_limit", "erase_confirm", "erased", "paused", "resumed", "not_paused", "later",
    "time_set", "time_unclear", "language_set", "language_unclear", "date_unclear", "less", "more",
    "least", "most", "data", "bad_mood_help",
})  # fmt: skip
_OWN_NEUTRAL = frozenset(TEXTS)
#: Every campaign must have words of its own for these.
_NEVER_FROM_US = frozenset({"help", "stopped", "noted"})
_ANSWERS = ("reply.", "entered.")


class Manner(NamedTuple):
    """How a person's texts are worded. name: said in front when others live behind the number, or
    the number is a caregiver's."""

    is_discreet: bool = False
    is_cared_for: bool = False
    has_company: bool = False

    @property
    def says_whom(self) -> bool:
        return self.has_company or self.is_cared_for


USUAL = Manner()


def is_discreet(content: Content, key: str) -> bool:
    """Whether the text has words that a stranger may read."""
    return content.has_text(in_manner(key, DISCREET))


def is_to_caregiver(content: Content, key: str) -> bool:
    """Whether the text has words for whoever cares for the person."""
    return content.has_text(in_manner(key, CARE))


def wording_for(content: Content, key: str, language: str, manner: Manner) -> Wording | None:
    """None where the engine's own words serve: `own_words`. Raises MissingValue where there are
    neither."""
    if manner is USUAL and content.has_text(key):
        return content.wording(key, language)
    if manner.is_discreet and is_discreet(content, key):
        return content.wording(in_manner(key, DISCREET), language)
    if manner.is_discreet and _neutral(content, key):
        return None
    if manner.is_cared_for and content.has_text(in_manner(key, CARE)):
        return content.wording(in_manner(key, CARE), language)
    if not content.has_text(key) and key.removeprefix(_SYSTEM) in _OWN_NEUTRAL - _NEVER_FROM_US:
        return None
    return content.wording(key, language)


def own_words(content: Content, key: str, language: str, manner: Manner, **values: str) -> str:
    """The engine's own, for a key that has no wording."""
    own = _neutral(content, key) if manner.is_discreet else ""
    return own_text(own or key.removeprefix(_SYSTEM), language, **values)


def addressed(
    text: str,
    wording: Wording,
    *,
    name: str,
    language: str,
    manner: Manner,
    is_to_caregiver: bool = False,
) -> str:
    """With the name in front, unless it stands in the text; to a caregiver, unless the text is
    `is_to_caregiver`, made for her. A name in letters that would double the price is written in
    plain ones, where it can be."""
    is_said = "first_name" in wording.fields and (is_to_caregiver or not manner.is_cared_for)
    if is_said or not (name and manner.says_whom):
        return text
    if is_gsm7(text) and not is_gsm7(name):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        name = plain or name
    name = name[: LONGEST_OWN["first_name"]]
    if manner.is_cared_for:
        return own_text("about", language, name=name) + text
    return f"{name}: {text}"


def _neutral(content: Content, key: str) -> str:
    """The engine's own text that stands in for one that may tell too much; nothing where it goes
    out as it stands."""
    if key.startswith(_ANSWERS):
        return "" if _is_alarm(content, key) else "noted"
    if not key.startswith(_SYSTEM):
        return ""
    name = key.removeprefix(_SYSTEM)
    if name in _AS_THEY_STAND or name.startswith("crisis"):
        return ""
    return name if name in _OWN_NEUTRAL else "noted"


def _is_alarm(content: Content, key: str) -> bool:
    return any(
        band.alarm and band.reply == key
        for question in content.questions.values()
        for band in question.bands
    )
