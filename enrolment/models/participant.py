from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from messaging.models import Recipient
from trust.fields import EncryptedText
from trust.models import Organisation
from trust.sealed import SealedModel


class Participant(SealedModel):
    """A person in the organisation's campaigns; the number itself is the Recipient's, and several
    people may live behind one."""

    scope_organisation = "organisation_id"
    #: A participant may be in several campaigns; doors reach people through their enrolments.
    scope_campaign = "enrolments__campaign_id"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="participants")
    behind_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when behind this number; empty: nobody was there before.",
    )
    first_name = EncryptedText(null=True, blank=True)
    language = models.CharField(max_length=8)
    time_zone = models.CharField(max_length=40)
    slot = models.CharField(max_length=40, blank=True, help_text="The time of day chosen.")
    hours_start = models.TimeField(null=True, blank=True, help_text="Own hours, by TIME.")
    hours_end = models.TimeField(null=True, blank=True)
    is_shared = models.BooleanField(
        default=False,
        help_text="In two campaigns at once, or not alone behind the number: caps, gap and open "
        "question are reckoned over all of it.",
    )
    has_company = models.BooleanField(
        default=False, help_text="Others live behind the number: texts say whom they are for."
    )
    is_cared_for = models.BooleanField(
        default=False, help_text="The number is a caregiver's: texts speak of this person."
    )
    is_discreet = models.BooleanField(
        default=False, help_text="Texts tell neither the illness nor the programme."
    )
    number_lost_at = models.DateTimeField(
        null=True, blank=True, help_text="Somebody else has the number now."
    )
    is_test = models.BooleanField(
        default=False, help_text="Not a real person: every enrolment from now on is a test."
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(hours_start=None, hours_end=None) | Q(hours_start__lt=F("hours_end")),
                name="own_hours_in_one_day",
            ),
        )

    def __str__(self) -> str:
        return gettext("Participant %(number)s") % {"number": self.pk}
