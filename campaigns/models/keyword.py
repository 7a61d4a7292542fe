from django.db import models

from campaigns.haste import Haste
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.message_bank import MessageBank
from campaigns.models.question import Question
from campaigns.models.stage import Stage
from campaigns.rules import KeywordAction


class Keyword(models.Model):
    """A word that does something. `folded` is how an inbound text is compared with it."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="keywords")
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Words with one place do one thing."
    )
    action = models.CharField(
        max_length=8, choices=[(action.value, action.value) for action in KeywordAction]
    )
    bank = models.ForeignKey(MessageBank, on_delete=models.CASCADE, null=True, blank=True)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, null=True, blank=True)
    case = models.CharField(
        max_length=8,
        blank=True,
        choices=[(haste.value, haste.value) for haste in Haste],
        help_text="How soon a person takes up what it brings to the inbox; empty: nobody is told.",
    )
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, null=True, blank=True)
    language = models.CharField(max_length=8, help_text='A language, or "any".')
    word = models.CharField(max_length=40)
    folded = models.CharField(max_length=40)

    class Meta:
        ordering = ("version", "action", "language", "word")
        constraints = (
            models.UniqueConstraint(fields=("version", "language", "folded"), name="keyword_once"),
        )

    def __str__(self) -> str:
        return self.word
