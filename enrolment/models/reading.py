from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrolment.models.answer import Answer
from enrolment.models.api_token import ApiToken
from enrolment.models.enrolment import Enrolment
from messaging.models import InboundMessage


class Reading(models.Model):
    """A measured value: told as an answer, texted after a word, or sent by a device.

    In the measure's first unit (campaigns.measures), or the one its question asks for. `second` is
    the lower blood pressure.
    """

    scope_organisation = "enrolment__campaign__organisation_id"
    scope_campaign = "enrolment__campaign_id"

    class Source(models.TextChoices):
        SMS = "sms", _("text")
        API = "api", _("device")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="readings")
    source = models.CharField(max_length=3, choices=Source, default=Source.SMS)
    answer = models.OneToOneField(
        Answer, on_delete=models.PROTECT, null=True, blank=True, related_name="reading"
    )
    inbound = models.ForeignKey(
        InboundMessage, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=40, help_text="The question's key.")
    value = models.FloatField()
    second = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=12, blank=True)
    measured_at = models.DateTimeField()
    token = models.ForeignKey(
        ApiToken, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    idempotency_key = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="Of the request's body.")

    class Meta:
        ordering = ("enrolment", "measured_at")
        constraints = (
            models.UniqueConstraint(
                fields=("token", "idempotency_key"),
                condition=~Q(idempotency_key=""),
                name="reading_key_once",
            ),
            models.CheckConstraint(
                condition=Q(source="sms", token=None)
                | Q(source="api", answer=None, inbound=None, token__isnull=False),
                name="reading_has_its_source",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
