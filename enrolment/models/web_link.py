from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from enrolment.models.participant import Participant
from messaging.models import InboundMessage


class WebLink(models.Model):
    """A link to a person's own page, texted on request and good for one visit. Only the token's
    hash is kept. Calendar time."""

    scope_organisation = "participant__organisation_id"
    scope_campaign = "participant__enrolments__campaign_id"

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="web_links")
    inbound = models.OneToOneField(
        InboundMessage,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The text that asked for it.",
    )
    token_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="web_link_expires_after_it_was_made"
            ),
        )

    def __str__(self) -> str:
        return gettext("Web link %(number)s") % {"number": self.pk}
