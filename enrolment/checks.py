"""System checks: settings that would only show when a text should go out."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning

from campaigns.wording import LONGEST_OWN
from enrolment.web_links import TOKEN_LENGTH

_ROOM = LONGEST_OWN["web_link"] - TOKEN_LENGTH - len("/me//")


def links_fit_a_text(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """W001: an address so long that no link to a person's own page finds room in its text. WEB then
    goes to a person, like anything else that cannot be answered."""
    if len(settings.PUBLIC_BASE_URL) <= _ROOM:
        return []
    hint = f"PUBLIC_BASE_URL has more than {_ROOM} signs, so the answer to WEB can't hold its link."
    return [Warning(hint, id="enrolment.W001")]
