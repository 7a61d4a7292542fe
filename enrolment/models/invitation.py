from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from enrolment.models.api_token import ApiToken
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from messaging.models import Recipient
from trust.fields import EncryptedText
from trust.models import MachineNow, User
from trust.sealed import SealedModel


class Invitation(SealedModel):
    """Somebody signed up by others: who asked, how, and what became of it.

    The name waits here until the number itself has said yes. `invited_at` is calendar time,
    `stored_at` machine time."""

    scope_organisation: ClassVar[str] = "campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "campaign_id"

    class Status(models.TextChoices):
        PENDING = "pending", _("about to be asked")
        ASKED = "asked", _("Asked")
        REFUSED = "refused", _("not asked")

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.PENDING: (Status.ASKED, Status.REFUSED),
        Status.ASKED: (),
        Status.REFUSED: (),
    }

    class Refusal(models.TextChoices):
        OPTED_OUT = "opted_out", _("the number wants no more texts")
        COUNTRY = "country", _("the campaign does not text to that country")
        ALREADY_IN = "already_in", _("already in the campaign, or asked just now")
        ASKED_LATELY = "asked_lately", _("asked within thirty days")
        FULL = "full", _("as many people behind the number as there may be")
        NOT_OPEN = "not_open", _("the campaign takes nobody in")
        FAULT = "fault", _("something broke here")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="invitations")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="invitation"
    )
    channel = models.CharField("how they asked", max_length=16, choices=Consent.Channel)
    asked_on = models.DateField(
        null=True, blank=True, help_text="The day they asked, where it was told."
    )
    referrer = models.CharField(
        max_length=60, blank=True, help_text="Who sent them: a health worker's code, a place."
    )
    is_test = models.BooleanField(default=False, db_default=False)
    language = models.CharField(max_length=8)
    first_name = EncryptedText(null=True, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    refusal = models.CharField(max_length=16, choices=Refusal, blank=True)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    token = models.ForeignKey(
        ApiToken, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    idempotency_key = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="Of the request's body.")
    stored_at = models.DateTimeField(db_default=MachineNow(), editable=False)

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(fields=["id"], name="invitation_pending", condition=Q(status="pending")),
            models.Index(fields=["token", "stored_at"], name="invitation_of_token"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["token", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="invitation_key_once",
            ),
            models.CheckConstraint(
                condition=Q(status="refused", enrolment=None) & ~Q(refusal="")
                | Q(status="asked", enrolment__isnull=False, refusal="")
                | Q(status="pending", enrolment=None, refusal=""),
                name="invitation_has_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Invitation %(number)s") % {"number": self.pk}

    @property
    def sealing_organisation_id(self) -> int:
        return self.campaign.organisation_id

    def move_to(self, status: str, **columns: object) -> bool:
        """Applies one of MOVES; False when the row has moved on meanwhile."""
        allowed = [before for before, after in self.MOVES.items() if status in after]
        values = {"status": status, **columns}
        if not Invitation.objects.filter(pk=self.pk, status__in=allowed).update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True
