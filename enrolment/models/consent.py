from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrolment.models.enrolment import Enrolment
from trust.fields import EncryptedText
from trust.sealed import SealedModel


class Consent(SealedModel):
    """A line of the ledger of consent: a yes or a no, to what, when, how, in which words. The
    database refuses to change or remove one, but for the words, which erasure takes away.

    What stands is the last line of each scope; leaving the campaign is a Withdrawal."""

    scope_organisation = "enrolment__campaign__organisation_id"
    scope_campaign = "enrolment__campaign_id"

    class Scope(models.TextChoices):
        SERVICE = "service", _("to get the texts")
        RESEARCH = "research", _("to take part in research")
        FOLLOW_UP_CALL = "follow_up_call", _("to be called afterwards")
        DATA_SHARING = "data_sharing", _("to have data shared")

    class Channel(models.TextChoices):
        SMS = "sms", _("text message")
        WEB = "web", _("web form")
        REFERRAL = "referral", _("referral")
        MISSED_CALL = "missed_call", _("missed call")
        PAPER = "paper", _("paper form")
        API = "api", _("another system")
        STAFF = "staff", _("Staff")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="consents")
    scope = models.CharField(max_length=16, choices=Scope)
    is_given = models.BooleanField(default=True)
    wording_version = models.ForeignKey(
        "campaigns.CampaignVersion", on_delete=models.PROTECT, related_name="+"
    )
    wording_key = models.CharField(
        max_length=80, blank=True, help_text="The text that asked, where one did."
    )
    language = models.CharField(max_length=8)
    channel = models.CharField(max_length=16, choices=Channel)
    exact_text = EncryptedText(null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who wrote it down; empty when it was the person.",
    )
    given_at = models.DateTimeField(help_text="When the yes or the no was said.")

    class Meta:
        ordering = ("enrolment", "id")

    def __str__(self) -> str:
        return gettext("Consent %(number)s") % {"number": self.pk}

    @property
    def sealing_organisation_id(self) -> int:
        return self.enrolment.campaign.organisation_id
