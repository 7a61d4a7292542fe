from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models

from trust.models import Organisation


class Sender(models.Model):
    """What people see a text come from, and answer to."""

    scope_organisation: ClassVar[str] = "organisation_id"
    scope_campaign: ClassVar[str | None] = None

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="senders")
    name = models.CharField(max_length=80, help_text="For staff only.")
    address = models.CharField(
        max_length=20,
        validators=[
            RegexValidator(
                r"^(\+[1-9][0-9]{6,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11})$",
                "A number with its +, a short code, or up to 11 letters and digits.",
            )
        ],
        help_text="Letters cannot be answered: nobody could text STOP to them.",
    )
    provider = models.CharField(max_length=40, help_text="A name from SMS_PROVIDERS.")
    country = models.CharField(
        max_length=2,
        validators=[RegexValidator(r"^[A-Z]{2}$", "Two capital letters, as in ISO 3166-1: NO.")],
    )
    stop_text = models.CharField(
        max_length=320, help_text="Confirms STOP to a number that is in no campaign."
    )
    help_text = models.CharField(
        max_length=320, help_text="Answers HELP: who you are, and that STOP ends it."
    )
    is_active = models.BooleanField(
        default=True, help_text="Switched off, its texts wait until their time has passed."
    )

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="sender_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
