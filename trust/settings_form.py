from itertools import groupby
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from trust.models.user import User

#: What people live in; "Etc" and the old names of countries are left out.
_PARTS = frozenset(
    {
        "Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian",
        "Pacific",
    }
)  # fmt: skip


class SettingsForm(forms.Form):
    """Language and clock of the pages."""

    language = forms.ChoiceField(
        label=_("Language of these pages"),
        required=False,
        help_text=_("What participants are sent, and their own page, keep to their language."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_("Times are shown on this clock; a participant's own stands beside it."),
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        kept = {"language": user.language, "time_zone": user.time_zone}
        super().__init__(data, initial=kept)
        organisation = user.organisation.time_zone if user.organisation else settings.TIME_ZONE
        theirs = _("As the organisation has it: %(zone)s") % {"zone": organisation}
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            ("", _("As the browser asks")),
            *settings.LANGUAGES,
        ]
        self.fields["time_zone"].choices = [("", theirs), *zone_choices()]  # type: ignore[attr-defined]


def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """By parts of the world, each city with its full name, which is unambiguous."""
    zones = [name for name in sorted(available_timezones()) if name.split("/")[0] in _PARTS]
    return [
        (part, [(name, name.replace("_", " ")) for name in names])
        for part, names in groupby(["UTC", *zones], lambda name: name.split("/")[0])
    ]
