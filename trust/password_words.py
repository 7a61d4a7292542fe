"""Passwords that are made of the house's own words: the first that a guesser who knows it tries."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from trust.models.user import User

#: The product's name, and what a programme such as ours is about, in the pages' languages.
_OURS = (
    "sendwell", "password", "passord", "welcome", "velkommen", "admin", "mcessation", "mdiabetes",
    "cessation", "quit", "stop", "smoking", "smoke", "smoker", "smokefree", "tobacco", "nicotine",
    "røyk", "røyke", "røyking", "røykfri", "slutt", "slutte", "tobakk", "diabetes", "sugar",
    "sukker", "health", "helse", "wellness", "clinic", "klinikk", "hospital", "sykehus",
    "programme", "campaign", "kampanje", "sms", "text", "texts",
)  # fmt: skip
#: Shorter ones ("of", "no", "the") are in half of all sentences.
_SHORTEST = 3
#: A one is read as either of two letters.
_LETTERS = tuple(str.maketrans("013457$@!", f"o{one}eastsai") for one in "il")


class HouseWordsValidator:
    """Refuses what consists by half or more of the house's words. A sentence may hold one."""

    def validate(self, password: str, user: User | None = None) -> None:
        if is_made_of(password, [*_OURS, *_of_the_house(user)]):
            raise ValidationError(
                gettext(
                    "This password is mostly made of words that anybody who knows this house would "
                    "try: its name, its address, what it is about. Take words that have nothing to "
                    "do with your work."
                ),
                code="password_house_words",
            )

    def get_help_text(self) -> str:
        return gettext("Not made of the names of Sendwell, your organisation or your work.")


def is_made_of(password: str, words: list[str]) -> bool:
    """By half or more, whatever the case, the signs between, and figures in place of letters."""
    return any(
        _share(password.casefold().translate(one), [word.translate(one) for word in words])
        for one in _LETTERS
    )


def _share(written: str, words: list[str]) -> bool:
    bare = re.sub(r"[\W_]", "", written)
    # The longest first: "smoking" is more than the "smoke" that it is not.
    known = "|".join(re.escape(word) for word in sorted({*words}, key=len, reverse=True))
    rest = re.sub(known, "", bare)
    return len(rest) < len(bare) and 2 * len(rest) <= len(bare)


def _of_the_house(user: Any) -> list[str]:
    organisation = getattr(user, "organisation", None)
    named = f"{organisation.name} {organisation.slug}" if organisation else ""
    host = urlsplit(settings.PUBLIC_BASE_URL).hostname or ""
    words = re.split(r"[\W_]+", f"{named} {host}".casefold())
    return [word for word in words if len(word) >= _SHORTEST and not word.isdigit()]
