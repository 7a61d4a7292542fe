from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

#: A constraint of each model that stands upon this one.
ONE_WAY = Q(email="") & ~Q(webhook="") | ~Q(email="") & Q(webhook="")
ONE_WAY_WORDS = _("Give an email or a webhook, not both.")
HTTPS = RegexValidator(
    r"^(https://|http://(127\.0\.0\.1|\[::1\]|localhost)[:/])",
    _("An https address; plain http only on this very machine."),
)


class Reachable(models.Model):
    """Who can be told at once: an address of mail, or of a web service."""

    name = models.CharField(max_length=60, help_text="For staff only, such as Nurse on duty.")
    email = models.EmailField(blank=True)
    webhook = models.URLField(
        blank=True,
        max_length=300,
        validators=[
            HTTPS,
        ],
        help_text="Instead of an email: a public https address that takes JSON.",
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        abstract = True
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name
