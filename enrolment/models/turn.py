from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrolment.models.participant import Participant
from messaging.models import InboundMessage, Recipient


class Turn(models.Model):
    """Who speaks behind a number that several share: the question asked about it while it is open,
    and whose turn it is for a while. Calendar time; one a number."""

    scope_organisation = "recipient__organisation_id"
    scope_campaign = "participant__enrolments__campaign_id"

    class Kind(models.TextChoices):
        WHOSE = "whose", _("whose text it is")
        JOINS = "joins", _("who wants to join")

    recipient = models.OneToOneField(Recipient, on_delete=models.CASCADE, related_name="turn")
    kind = models.CharField(max_length=5, choices=Kind, blank=True)
    inbound = models.ForeignKey(
        InboundMessage,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="The text that the question is about.",
    )
    options = ArrayField(
        models.BigIntegerField(),
        default=list,
        blank=True,
        help_text="Participants in the order they were named; 0 is somebody else.",
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="", inbound=None, asked_at=None)
                | (~Q(kind="") & Q(inbound__isnull=False, asked_at__isnull=False)),
                name="turn_asks_about_a_text",
            ),
            models.CheckConstraint(
                condition=Q(participant=None, until=None)
                | Q(participant__isnull=False, until__isnull=False),
                name="turn_ends",
            ),
        )

    def __str__(self) -> str:
        return gettext("Turn %(number)s") % {"number": self.pk}
