from typing import ClassVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trust.models.machine_time import MachineNow


def require_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(gettext("No such time zone; write it as in Europe/Oslo."))


class Organisation(models.Model):
    """Whoever runs campaigns: a ministry, a university, a clinic. Nothing is shared between two."""

    scope_organisation: ClassVar[str] = "id"
    scope_campaign: ClassVar[str | None] = None

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    country = models.CharField(
        max_length=2,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, as in ISO 3166-1: NO."))],
        help_text="Two letters. A number without its country is read as from here.",
    )
    time_zone = models.CharField(
        max_length=64,
        default="UTC",
        validators=[require_time_zone],
        help_text="As in Europe/Oslo.",
    )
    default_language = models.CharField(max_length=16, default="en", help_text="As in en, nb, ar.")
    created_at = models.DateTimeField(db_default=MachineNow(), editable=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
