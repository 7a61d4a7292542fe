from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import CampaignVersion
from enrolment.models.call import Call
from enrolment.models.enrolment import Enrolment
from enrolment.models.submission import Submission
from messaging.models import InboundMessage
from trust.fields import EncryptedText
from trust.sealed import SealedModel


class Answer(SealedModel):
    """What was said to a question: the raw words sealed, the value as read.

    `value` is empty for names (the participant's own sealed column holds them) and for answers
    that could not be read.
    """

    scope_organisation = "enrolment__campaign__organisation_id"
    scope_campaign = "enrolment__campaign_id"

    class Source(models.TextChoices):
        SMS = "sms", _("text")
        CALL = "call", _("call by staff")
        API = "api", _("another system")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="answers")
    attempt = models.PositiveSmallIntegerField()
    question_key = models.CharField(max_length=40)
    wording_version = models.ForeignKey(CampaignVersion, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(
        max_length=4, choices=Source, default=Source.SMS, db_default=Source.SMS.value
    )
    inbound = models.OneToOneField(
        InboundMessage, on_delete=models.PROTECT, null=True, blank=True, related_name="answer"
    )
    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )
    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="answer"
    )
    raw = EncryptedText(null=True, blank=True)
    value = models.CharField(max_length=40, blank=True)
    is_valid = models.BooleanField()
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ("enrolment", "answered_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(is_valid=True) | Q(value=""), name="unreadable_answer_has_no_value"
            ),
            models.CheckConstraint(
                condition=Q(source="sms", inbound__isnull=False, call=None, submission=None)
                | Q(source="call", inbound=None, call__isnull=False, submission=None)
                | Q(source="api", inbound=None, call=None, submission__isnull=False),
                name="answer_has_its_source",
            ),
        )

    def __str__(self) -> str:
        return f"{self.question_key} {self.pk}"

    @property
    def sealing_organisation_id(self) -> int:
        return self.enrolment.campaign.organisation_id
