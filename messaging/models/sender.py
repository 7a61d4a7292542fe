from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging.models.sender_group import SenderGroup
from trust.models import Organisation

#: Per cent of the budget.
USUAL_WARNING = 80


class Sender(models.Model):
    """What people see a text come from, and answer to.

    `budget_state` is written by `messaging.budget` alone, `weight_now` by `messaging.balance`;
    dispatch reads them."""

    scope_organisation: ClassVar[str] = "organisation_id"
    scope_campaign: ClassVar[str | None] = None

    class BudgetState(models.TextChoices):
        OPEN = "open"
        WARNED = "warned"
        STOPPED = "stopped"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="senders")
    name = models.CharField(max_length=80, help_text="For staff only.")
    address = models.CharField(
        max_length=20,
        validators=[
            RegexValidator(
                r"^(\+[1-9][0-9]{6,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11})$",
                _("A number with its +, a short code, or up to 11 letters and digits."),
            )
        ],
        help_text="Letters cannot be answered: nobody could text STOP to them.",
    )
    provider = models.CharField(max_length=40, help_text="A name from SMS_PROVIDERS.")
    country = models.CharField(
        max_length=2,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, as in ISO 3166-1: NO."))],
    )
    other_countries = ArrayField(
        models.CharField(max_length=2, validators=[RegexValidator(r"^[A-Z]{2}$")]),
        default=list,
        blank=True,
        help_text="Further countries whose numbers may join or be invited: GB,IE. Strangers from "
        "elsewhere get no answer but to STOP, as some countries' numbers earn on each text.",
    )
    strangers_per_day = models.PositiveSmallIntegerField(
        default=500,
        help_text="Answers in a day to numbers in no campaign; further ones wait for a person.",
    )
    stop_text = models.CharField(
        max_length=320, help_text="Confirms STOP to a number that is in no campaign."
    )
    help_text = models.CharField(
        max_length=320, help_text="Answers HELP: who you are, and that STOP ends it."
    )
    crisis_text = models.CharField(
        max_length=320,
        blank=True,
        help_text="Answers words of need of a number that is in no campaign: whom to ring in this "
        "country. Empty: the help text answers.",
    )
    is_active = models.BooleanField(
        default=True, help_text="Switched off, its texts wait until their time has passed."
    )
    segments_per_second = models.PositiveSmallIntegerField(
        default=10,
        validators=[MinValueValidator(1)],
        help_text="How quickly the provider lets it send; one number in many countries 10, in the "
        "USA 1, a short code 100. Replies and STOP pass first.",
    )
    group = models.ForeignKey(
        SenderGroup,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="senders",
        help_text="Senders of one group stand in for each other.",
    )
    weight = models.PositiveSmallIntegerField(
        default=100,
        validators=[MaxValueValidator(100)],
        help_text="Its share of the group's texts, against the others' weights.",
    )
    weight_now = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="Lower than its weight while it is slow or fails.",
    )
    segment_price = models.DecimalField(
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="What the provider asks for one segment. Empty: money is not reckoned.",
    )
    currency = models.CharField(
        max_length=3,
        blank=True,
        validators=[
            RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, as in ISO 4217: NOK."))
        ],
    )
    monthly_budget = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Spent in a calendar month (UTC), it stops every text but answers to HELP and "
        "STOP. Empty: no limit.",
    )
    budget_warns_at = models.PositiveSmallIntegerField(
        default=USUAL_WARNING,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Per cent of the budget.",
    )
    budget_state = models.CharField(
        max_length=8, choices=BudgetState.choices, default=BudgetState.OPEN, editable=False
    )

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="sender_name_once"),
            models.CheckConstraint(
                condition=Q(segment_price=None) | ~Q(currency=""),
                name="sender_price_has_currency",
                violation_error_message=_("A price needs its currency."),
            ),
            models.CheckConstraint(
                condition=Q(monthly_budget=None) | Q(segment_price__isnull=False),
                name="sender_budget_has_price",
                violation_error_message=_("A budget needs the price of a segment."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
