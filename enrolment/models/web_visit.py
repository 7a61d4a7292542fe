from django.db import models
from django.utils.translation import gettext

from enrolment.models.participant import Participant
from enrolment.models.web_link import WebLink


class WebVisit(models.Model):
    """A person at her own page: from the link's button until she closes it, leaves it idle or its
    time is up. The cookie's hash alone is kept. Calendar time."""

    scope_organisation = "participant__organisation_id"
    scope_campaign = "participant__enrolments__campaign_id"

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="web_visits"
    )
    link = models.OneToOneField(WebLink, on_delete=models.CASCADE, related_name="visit")
    key_hash = models.BinaryField(max_length=32, unique=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return gettext("Web visit %(number)s") % {"number": self.pk}
