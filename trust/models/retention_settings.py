from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trust.models.organisation import Organisation


def _span(
    name: str, default: int, lowest: int, highest: int, help_text: str
) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(
        name,
        default=default,
        validators=[
            MinValueValidator(lowest, format_lazy(_("At least {lowest}."), lowest=lowest)),
            MaxValueValidator(highest, format_lazy(_("At most {highest}."), highest=highest)),
        ],
        help_text=f"{help_text} From {lowest} to {highest}.",
    )


class RetentionSettings(models.Model):
    """How long an organisation keeps what. docs/operators.md says what each line takes away; an
    organisation without a row keeps by the defaults."""

    scope_organisation: ClassVar[str] = "organisation_id"
    scope_campaign: ClassVar[str | None] = None

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="retention"
    )
    words_months = _span("words, months", 12, 1, 60, "The words of every text, in and out.")
    number_months = _span(
        "number, months",
        6,
        1,
        24,
        "Counted from the end of the last programme: number, name, and what was said in own words.",
    )
    link_days = _span(
        "links, days", 30, 1, 365, "Links to a person's own page, and the visits by them."
    )
    erased_number_hours = _span(
        "erased number, hours",
        24,
        1,
        72,
        "How long a number waits, at most, for the text that tells of its erasure.",
    )
    audit_years = _span("audit, years", 5, 3, 10, "Who did what.")

    class Meta:
        verbose_name = verbose_name_plural = "retention"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    words_months__range=(1, 60),
                    number_months__range=(1, 24),
                    link_days__range=(1, 365),
                    erased_number_hours__range=(1, 72),
                    audit_years__range=(3, 10),
                ),
                name="retention_in_its_ranges",
            )
        ]

    def __str__(self) -> str:
        return gettext("Retention of %(organisation)s") % {"organisation": self.organisation}
