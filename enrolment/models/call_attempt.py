from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrolment.models.call import Call
from trust.models import User


class CallAttempt(models.Model):
    """Who called, when, and how it ended; append-only."""

    scope_organisation: ClassVar[str] = "call__call_list__campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "call__call_list__campaign_id"

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached, and answered")
        NO_ANSWER = "no_answer", _("No answer")
        CALL_BACK = "call_back", _("Asked to be called back")
        REFUSED = "refused", _("Reached, did not want to answer")
        WITHDREW = "withdrew", _("Wants no more texts either")
        WRONG_NUMBER = "wrong_number", _("Wrong number: it is somebody else's")

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="attempts")
    caller = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome)
    ended_at = models.DateTimeField()
    call_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("call", "ended_at")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome="call_back", call_back_at__isnull=False)
                | ~Q(outcome="call_back") & Q(call_back_at=None),
                name="call_back_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Attempt %(number)s") % {"number": self.pk}
